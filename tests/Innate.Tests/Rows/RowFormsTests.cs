using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Innate.Rows;
using Innate.Tests.Support;

namespace Innate.Tests.Rows;

/// <summary>Rows as public data has them are the rows that we know.</summary>
public class RowFormsTests
{
    private const string User = """{"role":"user","content":"q"}""";

    [Theory]
    [InlineData("""{"prompt":"q","response":"a"}""")]
    [InlineData("""{"prompt":"q","completion":"a"}""")]
    [InlineData("""{"question":"q","answer":"a"}""")]
    [InlineData("""{"instruction":"q","input":"","output":"a"}""")]
    [InlineData("{\"messages\":[" + User + ",{\"role\":\"assistant\",\"content\":\"a\"}]}")]
    [InlineData("{\"prompt\":[" + User + "],\"completion\":[{\"role\":\"assistant\",\"content\":\"a\"}]}")]
    [InlineData("""{"conversations":[{"from":"human","value":"q"},{"from":"gpt","value":"a"}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"text","text":"q"}]}],"response":"a","tools":[]}""")]
    public void One_response(string json)
    {
        Row row = Parse(json);
        Assert.Equal(("q", "a", ResponseShape.One), (Asked(row), row.Responses.Single().Text, row.Shape));
    }

    [Theory]
    [InlineData("""{"prompt":"q","chosen":"a","rejected":"b"}""")]
    [InlineData("""{"question":"q","chosen":"a","rejected":"b"}""")]
    [InlineData("{\"prompt\":[" + User + "]," + Answers + "}")]
    [InlineData("{" + Conversations + "}")]
    [InlineData("{\"prompt\":\"q\",\"prompt_id\":\"x\",\"messages\":[" + User + "," + Better + "]," + Conversations + "}")]
    [InlineData("""
        {"conversations":[{"from":"human","value":"q"}],"chosen":{"from":"gpt","value":"a"},"rejected":{"from":"gpt","value":"b"}}
        """)]
    [InlineData("""{"chosen":"\n\nHuman: q\n\nAssistant: a","rejected":"\n\nHuman: q\n\nAssistant: b"}""")]
    public void A_better_and_a_worse_one(string json)
    {
        Row row = Parse(json);
        Assert.Equal(("q", "a", "b"), (Asked(row), row.Responses[0].Text, row.Responses[1].Text));
        Assert.Equal(ResponseShape.Pair, row.Shape);
    }

    private const string Better = """{"role":"assistant","content":"a"}""";
    private const string Worse = """{"role":"assistant","content":"b"}""";
    private const string Answers = "\"chosen\":[" + Better + "],\"rejected\":[" + Worse + "]";
    private const string Conversations = "\"chosen\":[" + User + "," + Better + "],\"rejected\":[" + User + "," + Worse + "]";

    [Theory]
    [InlineData("""{"prompt":"other","chosen":[{"role":"user","content":"q"},{"role":"assistant","content":"a"}],"rejected":"b"}""",
        "expected the messages before the last to be those of")]
    [InlineData("{\"prompt\":\"other\"," + Conversations + "}", "\"prompt\": expected what \"chosen\" begins with, found another")]
    [InlineData("""{"messages":[{"role":"user","content":"q"}],"chosen":"a","rejected":"b","response":"c"}""", "has both")]
    [InlineData("""{"text":"a","label":1}""", "the row has no response")]
    [InlineData("""{"text":"a","label":1}""", "found the columns text, label")]
    [InlineData("""{"prompt":"q","response":"a","tools":7}""", "\"tools\" must be an array, found the number 7")]
    [InlineData("""{"prompt":"q","response":"a","chat_template_kwargs":[]}""", "\"chat_template_kwargs\" must be an object")]
    [InlineData("""{"prompt":"q","response":"abc","spans":[[2,5]]}""", "\"spans\": expected ranges")]
    [InlineData("""{"prompt":"q","response":"abc","spans":[[1,2],[0,1]]}""", "\"spans\": expected ranges")]
    [InlineData("""{"conversations":[{"from":"parrot","value":"q"}],"response":"a"}""", "found 'parrot'")]
    [InlineData("""{"prompt":"q","response":"a","x\ud83d":1}""", "half a surrogate pair")]
    public void What_is_wrong_is_said(string json, string sentence) => Assert.Contains(
        sentence, Assert.Throws<InputException>(() => Parse(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void Columns_map_the_names_of_a_file()
    {
        RowColumns columns = RowColumns.Parse("prompt=ask, response=said");
        Row row = RowParser.Parse(Line("""{"ask":"q","said":"a","prompt":"an id","response":"another"}"""), columns);
        Assert.Equal(("q", "a"), (Asked(row), row.Responses[0].Text));
        Assert.Contains("the field \"said\" is given twice", Assert.Throws<InputException>(
            () => RowParser.Parse(Line("""{"ask":"q","said":"a","said":"b"}"""), columns)).Message, StringComparison.Ordinal);
        foreach (string bad in (string[])["prompt", "prompt=", "wish=x", "prompt=a,prompt=b", "prompt=a,response=a"])
        {
            Assert.Throws<InputException>(() => RowColumns.Parse(bad));
        }
    }

    [Fact]
    public void Arguments_of_tools_reach_the_template_as_objects_and_what_says_nothing_does_not()
    {
        Row row = Parse("""
            {"messages":[{"role":"user","content":"q","name":null},
              {"role":"assistant","content":null,"annotations":[],"tool_calls":[{"function":{"name":"f","arguments":"{\"x\": 1}"}}]},
              {"role":"tool","content":"2","tool_call_id":"7"}],"response":"a","system":"s","chat_template_kwargs":"{\"k\":1}"}
            """);
        Assert.Null(row.Prompt.Messages![0].Fields);
        Assert.Equal(
            """{"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":{"x":1}}}]}""",
            row.Prompt.Messages[1].Fields!.Value.GetRawText());
        Assert.Equal("7", row.Prompt.Messages[2].Fields!.Value.GetProperty("tool_call_id").GetString());
        Assert.Equal("s", row.Prompt.Arguments!.System);
        Assert.Equal(1, row.Prompt.Arguments.Variables!.Value.GetProperty("k").GetInt32());
    }

    public static TheoryData<string, byte[]> Files
    {
        get
        {
            const string Lines = "{\"prompt\":\"q\",\"response\":\"ä\"}\n{\"prompt\":\"r\",\"response\":\"[,\\\"]\"}\n";
            string array = "[" + Lines.Trim().Replace("\n", " ,\n", StringComparison.Ordinal) + "\n]\n";
            byte[] plain = Encoding.UTF8.GetBytes(Lines);
            return new()
            {
                { "lines", plain },
                { "lines with a mark", [.. Encoding.UTF8.GetPreamble(), .. plain] },
                { "lines of Windows", Encoding.UTF8.GetBytes(Lines.Replace("\n", "\r\n", StringComparison.Ordinal)) },
                { "little UTF-16", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(Lines)] },
                { "big UTF-16", [.. Encoding.BigEndianUnicode.GetPreamble(), .. Encoding.BigEndianUnicode.GetBytes(Lines)] },
                { "an array", Encoding.UTF8.GetBytes(array) },
                { "a packed array", Packed(Encoding.UTF8.GetBytes(array)) },
                { "packed lines", Packed(plain) },
            };
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Files_of_any_encoding_hold_the_same_rows(string name, byte[] bytes)
    {
        Assert.NotEmpty(name);
        using RowInput input = RowInput.Open(RowLocation.Stream(new TricklingStream(bytes)));
        List<string> responses = [];
        while (input.Lines.ReadNext() is { } line) responses.Add(RowParser.Parse(line).Responses[0].Text!);
        Assert.Equal(["ä", "[,\"]"], responses);
    }

    [Theory]
    [InlineData("GGUF\u0003\0\0\0", "a model in GGUF")]
    [InlineData("P\0\0\0\0\0\0\0{\"a\":{}}", "a model's weights in safetensors")]
    [InlineData("PAR1", "Parquet")]
    [InlineData("PK\u0003\u0004....", "a ZIP archive")]
    public void A_file_of_another_kind_is_named(string content, string sentence)
    {
        using TemporaryFolder folder = new();
        File.WriteAllBytes(folder["x"], Encoding.Latin1.GetBytes(content));
        InputException e = Assert.Throws<InputException>(() => RowInput.Open(RowLocation.File(folder["x"])));
        Assert.Contains(sentence, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[{\"a\":1}", "expected the array to end, found the end of the file")]
    [InlineData("[{\"a\":1} {\"a\":2}]", "not JSON")]
    [InlineData("[{\"a\":1}] x", "expected nothing after the array")]
    [InlineData("[{\"a\":[1}", "expected the array to end")]
    public void A_damaged_array_is_told(string text, string sentence)
    {
        using RowInput input = RowInput.Open(RowLocation.Stream(new MemoryStream(Encoding.UTF8.GetBytes(text))));
        Assert.Contains(sentence, Assert.Throws<InputException>(() =>
        {
            while (input.Lines.ReadNext() is { } line) RowJson.ParseObject(line);
        }).Message, StringComparison.Ordinal);
    }

    private static byte[] Packed(byte[] bytes)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionMode.Compress)) gzip.Write(bytes);
        return packed.ToArray();
    }

    private static string? Asked(Row row) => Assert.Single(row.Prompt.Conversation).Content;

    private static InputLine Line(string json) => new(1, Encoding.UTF8.GetBytes(json), json.Length);

    private static Row Parse(string json) => RowParser.Parse(Line(json));

    /// <summary>A pipe that gives a byte or two at a time.</summary>
    private sealed class TricklingStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 2)]);

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 2));
    }
}
