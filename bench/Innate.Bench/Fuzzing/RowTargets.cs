using System.IO.Compression;
using System.Text;
using Innate.Data;
using Innate.Rows;
using Parquet;
using Parquet.Serialization;

namespace Innate.Bench.Fuzzing;

/// <summary>What reads rows: JSON in its wrappings, tables, Parquet.</summary>
internal static class RowTargets
{
    private static readonly string[] Lines =
    [
        """{"prompt":"What is 47 + 85?","response":"132","id":7}""",
            """
            {"messages":[{"role":"system","content":"s"},{"role":"user","content":[{"type":"text","text":"a"}]}],
            "responses":["a","b 😀"]}
            """,
        """{"prompt_ids":[1,2,3],"response_ids":[4,5],"spans":[[0,1]]}""", """{"prompt":"p","chosen":"a","rejected":"b"}""",
            """
            {"chosen":[{"role":"user","content":"q"},{"role":"assistant","content":"a"}],"rejected":[{"role":"user",
            "content":"q"},{"role":"assistant","content":"b"}]}
            """,
        """{"instruction":"i","input":"j","output":"o","history":[["a","b"]]}""",
        """{"conversations":[{"from":"human","value":"a"},{"from":"gpt","value":"b"}],"system":"s","tools":"[]"}""",
        """{"chosen":"\n\nHuman: a\n\nAssistant: b","rejected":"\n\nHuman: a\n\nAssistant: c"}""",
        """{"question":"q","answer":"a","responses_ids":null}""",
        """{"prompt":"p","completion":"c","chat_template_kwargs":{"a":1}}""",
        """{"prompt":"a","response":"b","tools":[{"type":"function","function":{"name":"f"}}],"documents":[{"text":"d"}]}""",
    ];

    private static readonly string[] Words =
    [
        "prompt", "messages", "prompt_ids", "question", "instruction", "conversations", "response", "responses", "response_ids",
        "responses_ids", "chosen", "rejected", "completion", "answer", "output", "input", "history", "system", "tools",
        "documents",
        "role", "content", "from", "value", "user", "assistant", "tool_calls", "spans", "chat_template_kwargs", "chat_template",
        "type", "text", "\r\n", "\n", "\uFEFF", ",", "\"", "\"\"", "\t", "\0", "\\ud800", "[", "]", "{", "}", "\n\nHuman: ",
        "\n\nAssistant: ", "reward", "label", "margin", "input_ids",
    ];

    /// <summary>JSON lines and arrays, plain, compressed, in UTF-16.</summary>
    public static FuzzTarget Rows()
    {
        string all = string.Join('\n', Lines), array = $"[{string.Join(",\n", Lines)}]";
        byte[][] corpus =
        [
            .. Lines.Select(Encoding.UTF8.GetBytes), Encoding.UTF8.GetBytes(all), Encoding.UTF8.GetBytes(array),
            Gzip(Encoding.UTF8.GetBytes(all)), Gzip(Gzip(Encoding.UTF8.GetBytes(Lines[0]))), Utf16(Encoding.Unicode, all),
            Utf16(Encoding.BigEndianUnicode, array), Gzip(Utf16(Encoding.Unicode, Lines[0])),
        ];
        return new FuzzTarget(corpus, Words, input => Read(input, null), IsJson: true);
    }

    /// <summary>CSV and TSV: the file's first line says which.</summary>
    public static FuzzTarget Csv()
    {
        DataFiles.Use();
        string[] tables =
        [
            "prompt,response,id\r\n\"What, is\"\"?\",132,7\r\nb,,\"\"\r\n",
            "prompt\tchosen\trejected\na\tb\tc\nd\t\"e\nf\"\tg\n",
            "messages,responses\n\"[{\"\"role\"\":\"\"user\"\",\"\"content\"\":\"\"a\"\"}]\",\"[\"\"x\"\",\"\"y\"\"]\"\n",
            "\uFEFFprompt_ids,response_ids\n\"[1,2]\",\"[3]\"\n\n\n", ",prompt,response\n0,a,b\n1,c,d\n",
            "prompt;response\na;b\n", "prompt,response\na,b",
        ];
        byte[][] corpus =
        [
            .. tables.Select(Encoding.UTF8.GetBytes), Gzip(Encoding.UTF8.GetBytes(tables[0])), Utf16(Encoding.Unicode, tables[1]),
        ];
        return new FuzzTarget(corpus, Words, input => Read(input, RowFileKind.Csv), IsJson: false);
    }

    /// <summary>Parquet.</summary>
    public static FuzzTarget Parquet()
    {
        DataFiles.Use();
        CompressionMethod[] methods =
            [CompressionMethod.None, CompressionMethod.Snappy, CompressionMethod.Gzip, CompressionMethod.Zstd];
        byte[][] corpus = [.. methods.Select(Table)];
        string[] words = ["PAR1", "prompt", "Ids", "\0\0\0\0", "\u007F\u007F"];
        return new FuzzTarget(corpus, words, input => Read(input, RowFileKind.Parquet), IsJson: false);
    }

    private static void Read(byte[] input, RowFileKind? kind)
    {
        RowReader Open(Stream stream) => kind is { } table
            ? RowFormats.Open(table == RowFileKind.Csv && input.Length % 2 == 0 ? RowFileKind.Tsv : table, "f", stream, null)
            : RowInput.Open(RowLocation.Stream(stream)).Lines;
        // Every reader goes on after a bad row, and so does this; what is told is the first fault.
        InputException? first = null;
        using MemoryStream bytes = new(input);
        using RowReader rows = Open(bytes);
        while (rows.ReadNext() is { } line)
        {
            try
            {
                _ = RowParser.Parse(line);
            }
            catch (InputException e)
            {
                first ??= e;
            }
        }

        if (first is not null) throw first;
    }

    private static byte[] Table(CompressionMethod method)
    {
        Record[] records =
        [
            new()
            {
                prompt = "What is 47 + 85?", response = "132", Count = 3, Ids = [1, 2, 3], Words = ["x", null, ""],
                turns = [new() { role = "user", content = "a" }],
            },
            new() { prompt = "b", response = "d", Ids = [] },
            new() { prompt = "", response = "c", When = DateTime.UnixEpoch },
        ];
        using MemoryStream stream = new();
        ParquetOptions options = new() { CompressionMethod = method, RowGroupSize = 2 };
        ParquetSerializer.SerializeAsync(records, stream, options).GetAwaiter().GetResult();
        return stream.ToArray();
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionMode.Compress)) gzip.Write(bytes);
        return packed.ToArray();
    }

    private static byte[] Utf16(Encoding encoding, string text) => [.. encoding.GetPreamble(), .. encoding.GetBytes(text)];

#pragma warning disable IDE1006, SA1300 // Names as the columns have them.
    internal sealed class Turn
    {
        public string? role { get; set; }

        public string? content { get; set; }
    }

    internal sealed class Record
    {
        public string? prompt { get; set; }

        public string? response { get; set; }

        public int? Count { get; set; }

        public List<int>? Ids { get; set; }

        public List<Turn>? turns { get; set; }

        public string?[]? Words { get; set; }

        public DateTime When { get; set; }
    }
#pragma warning restore IDE1006, SA1300
}
