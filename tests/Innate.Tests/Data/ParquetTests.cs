using System.IO.Compression;
using System.Text;
using Innate.Rows;
using Innate.Tests.Support;
using Parquet;

namespace Innate.Tests.Data;

public class ParquetTests
{
    private static readonly Wide[] Some =
    [
        new()
        {
            Prompt = "What is 47 + 85?", Count = 3, Margin = 1.5, Ids = [1, 2, 3],
            Messages = [new() { Role = "user", Content = "a" }, new() { Role = "assistant", Content = null }],
            Scores = new() { ["help"] = 1, ["truth"] = 2 }, Nested = new() { Role = "x", Content = "ä" }, Price = 1.25m,
            Bytes = "text"u8.ToArray(), Good = true, Words = ["p", "", "q"], When = new DateTime(2024, 1, 2, 3, 4, 5, DateTimeKind.Utc),
            Lists = [[1], [], [2, 3]],
        },
        new() { Prompt = "", Ids = [], Messages = [], Words = [], Bytes = [0xFF, 0xFE], Lists = [] },
        new() { Prompt = null },
        new() { Prompt = "last", Ids = [7], Words = [null, "z"], Messages = [new() { Role = "user", Content = "b" }], Lists = [[]] },
    ];

    private static readonly string[] SomeRows =
    [
        """
        {"Prompt":"What is 47 + 85?","Count":3,"Margin":1.5,"Ids":[1,2,3],"Messages":[{"Role":"user","Content":"a"},{"Role":"assistant"}],
         "Scores":{"help":1,"truth":2},"Nested":{"Role":"x","Content":"ä"},"Price":1.25,"Bytes":"text","Good":true,"Words":["p","","q"],
         "When":"2024-01-02T03:04:05","Lists":[[1],[],[2,3]]}
        """,
        """{"Prompt":"","Margin":0,"Ids":[],"Messages":[],"Bytes":"//4=","Good":false,"Words":[],"When":"0001-01-01T00:00:00","Lists":[]}""",
        """{"Margin":0,"Good":false,"When":"0001-01-01T00:00:00"}""",
        """
        {"Prompt":"last","Margin":0,"Ids":[7],"Messages":[{"Role":"user","Content":"b"}],"Good":false,"Words":[null,"z"],
         "When":"0001-01-01T00:00:00","Lists":[[]]}
        """,
    ];

    [Theory]
    [InlineData(CompressionMethod.None)]
    [InlineData(CompressionMethod.Snappy)]
    [InlineData(CompressionMethod.Gzip)]
    [InlineData(CompressionMethod.Brotli)]
    [InlineData(CompressionMethod.Zstd)]
    [InlineData(CompressionMethod.Lz4Raw)]
    public void Every_shape_of_column_becomes_its_JSON(CompressionMethod method)
    {
        AssertSome(TableFile.RowsOf(RowFileKind.Parquet, TableFile.Parquet(Some, method)));
        AssertSome(TableFile.RowsOf(RowFileKind.Parquet, TableFile.Parquet(Some, method, group: 3)));
    }

    [Fact]
    public void A_pipe_and_a_wrong_name_and_gzip_are_read_as_what_they_are()
    {
        byte[] bytes = TableFile.Parquet(Some);
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionMode.Compress, leaveOpen: true)) gzip.Write(bytes);
        AssertSome(TableFile.RowsOf(new Pipe(bytes)));
        AssertSome(TableFile.RowsOf(new Pipe(packed.ToArray())));
        using TemporaryFolder folder = new();
        File.WriteAllBytes(folder["x.jsonl"], bytes);
        File.WriteAllBytes(folder["x.parquet.gz"], packed.ToArray());
        AssertSome(TableFile.Rows(folder["x.jsonl"]));
        AssertSome(TableFile.Rows(folder["x.parquet.gz"]));
        Assert.Empty(Directory.GetFiles(Path.GetTempPath(), "innate-*.rows"));
    }

    [Fact]
    public void A_large_file_comes_row_group_by_row_group_and_in_order()
    {
        byte[] bytes = TableFile.Parquet(Enumerable.Range(0, 5000).Select(i => new Small { Text = $"row {i}", Number = i }), group: 700);
        List<string> rows = TableFile.RowsOf(RowFileKind.Parquet, bytes);
        Assert.Equal(Enumerable.Range(0, 5000).Select(i => $$"""{"Text":"row {{i}}","Number":{{i}}}"""), rows);
    }

    [Fact]
    public void A_row_that_is_none_is_named_by_its_number_and_field()
    {
        using TemporaryFolder folder = new();
        File.WriteAllBytes(folder["x.parquet"], TableFile.Parquet([new Pair { Prompt = "p", Response = "r" }, new Pair { Prompt = "p" }]));
        RowColumns columns = RowColumns.Parse("prompt=Prompt,response=Response");
        InputException e = Assert.Throws<InputException>(
            () => RowInput.Read(folder["x.parquet"], line => RowParser.Parse(line, columns)).Count());
        Assert.Contains("x.parquet, row 2: the row has no response", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_encrypted_or_cut_file_is_refused_in_one_sentence()
    {
        byte[] bytes = TableFile.Parquet(Some);
        byte[] encrypted = [.. bytes[..^4], .. "PARE"u8];
        Assert.Contains("found an encrypted one", Refusal(encrypted), StringComparison.Ordinal);
        for (int length = 4; length < bytes.Length; length += 7)
        {
            Assert.Contains("damaged or unknown data at the footer", Refusal(bytes[..length]), StringComparison.Ordinal);
        }
    }

    /// <summary>A number in a text's place: found by fuzzing, the library never came back from it.</summary>
    [Fact]
    public void A_footer_whose_fields_have_other_types_is_refused_at_once() => Assert.Contains(
        "at the footer", Refusal([.. "PAR1"u8, 0x65, 0x6e, 0, 3, 0, 0, 0, .. "PAR1"u8]), StringComparison.Ordinal);

    [Fact]
    public void A_flipped_bit_gives_rows_or_one_sentence()
    {
        byte[] good = TableFile.Parquet(Some, CompressionMethod.Snappy);
        byte[] plain = TableFile.Parquet(Some, CompressionMethod.None);
        Random random = new(7);
        for (int i = 0; i < 500; i++)
        {
            byte[] bytes = [.. i % 2 == 0 ? good : plain];
            for (int flips = 1 + random.Next(3); flips > 0; flips--) bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                TableFile.RowsOf(RowFileKind.Parquet, bytes);
            }
            catch (InputException e)
            {
                Assert.EndsWith(".", e.Message, StringComparison.Ordinal);
            }
        }
    }

    private static string Refusal(byte[] bytes) =>
        Assert.Throws<InputException>(() => TableFile.RowsOf(RowFileKind.Parquet, bytes)).Message;

    private static void AssertSome(List<string> rows)
    {
        Assert.Equal(SomeRows.Length, rows.Count);
        for (int i = 0; i < rows.Count; i++) Assert.True(TableFile.IsSame(SomeRows[i], rows[i]), rows[i]);
    }

    internal sealed class Small
    {
        public string? Text { get; set; }

        public int Number { get; set; }
    }

    internal sealed class Pair
    {
        public string? Prompt { get; set; }

        public string? Response { get; set; }
    }

    internal sealed class Message
    {
        public string? Role { get; set; }

        public string? Content { get; set; }
    }

    internal sealed class Wide
    {
        public string? Prompt { get; set; }

        public int? Count { get; set; }

        public double Margin { get; set; }

        public List<int>? Ids { get; set; }

        public List<Message>? Messages { get; set; }

        public Dictionary<string, int>? Scores { get; set; }

        public Message? Nested { get; set; }

        public decimal? Price { get; set; }

        public byte[]? Bytes { get; set; }

        public bool Good { get; set; }

        public string?[]? Words { get; set; }

        public DateTime When { get; set; }

        public List<List<int>>? Lists { get; set; }
    }

    /// <summary>Bytes that come but once.</summary>
    internal sealed class Pipe(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 1000)]);
    }
}
