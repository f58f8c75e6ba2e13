using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Innate.Rows;
using Innate.Tests.Support;

namespace Innate.Tests.Data;

public class CsvTests
{
    [Theory]
    [InlineData("prompt,response\np,r\n", "{\"prompt\":\"p\",\"response\":\"r\"}")]
    [InlineData("prompt,response\r\n\"a, \"\"b\"\"\r\nc\",r", "{\"prompt\":\"a, \\\"b\\\"\\r\\nc\",\"response\":\"r\"}")]
    [InlineData("\uFEFFprompt,response\np,ä\n", "{\"prompt\":\"p\",\"response\":\"ä\"}")]
    [InlineData("prompt;response\n\"1,5\";2\n", "{\"prompt\":\"1,5\",\"response\":\"2\"}")]
    [InlineData("prompt\tresponse\na,b\t5\" pipe\n", "{\"prompt\":\"a,b\",\"response\":\"5\\\" pipe\"}")]
    [InlineData("prompt,response\n,\"\"\n", "{\"response\":\"\"}")]
    [InlineData("label,prompt,score\n1,17,-0.5\n", "{\"label\":1,\"prompt\":\"17\",\"score\":-0.5}")]
    [InlineData("label,score\ngood,1e\n", "{\"label\":\"good\",\"score\":\"1e\"}")]
    [InlineData("prompt_ids,prompt\n\"[1, 2]\",\"[1, 2]\"\n", "{\"prompt_ids\":[1,2],\"prompt\":\"[1, 2]\"}")]
    [InlineData("chosen\n\"[{\"\"role\"\":\"\"user\"\",\n\"\"content\"\":\"\"x\"\"}]\"\n", "{\"chosen\":[{\"role\":\"user\",\"content\":\"x\"}]}")]
    [InlineData("chosen\n\"[{\"\"role\"\":\"\"user\"\"]\"\n", "{\"chosen\":\"[{\\\"role\\\":\\\"user\\\"]\"}")]
    [InlineData("prompt,response\n#p,r\n\n\n", "{\"prompt\":\"#p\",\"response\":\"r\"}")]
    [InlineData(",prompt\n0,p\n", "{\"\":\"0\",\"prompt\":\"p\"}")]
    public void A_record_becomes_one_object(string text, string row) =>
        Assert.True(TableFile.IsSame(row, Assert.Single(TableFile.Csv(text))), TableFile.Csv(text)[0]);

    [Theory]
    [InlineData("a,b\n\"x\ny\",1\nonly\nz,2\n", "4: expected 2 cells, as the first line has names, found 1")]
    [InlineData("a,b\n1,2,3\n", "2: expected 2 cells, as the first line has names, found 3")]
    [InlineData("a,b\n\n1,2\n", "2: expected 2 cells, as the first line has names, found 1")]
    [InlineData("a,b\n1,x\0y\n", "2: \"b\": expected text, found a NUL byte")]
    public void A_bad_record_is_told_in_its_place_and_the_rest_goes_on(string text, string error) =>
        Assert.Contains(error, TableFile.Csv(text));

    [Theory]
    [InlineData("a,b\n1,2\n3,\"x\ny\n", "t, line 3: a record that begins here: expected a closing quote, found the end of the file.")]
    [InlineData("a,b\n\"x\"y,2\n", "t, line 2: a record that begins here: expected a delimiter or the line's end after a closing quote")]
    [InlineData("a,b,a\n", "t, line 1: expected each column's name once, found \"a\" twice.")]
    [InlineData("a,,b\n", "t, line 1: column 2: expected a name, found none.")]
    [InlineData("", "t, line 1: expected a first line of column names, found none.")]
    [InlineData("\n1,2\n", "t, line 1: expected a first line of column names, found none.")]
    [InlineData("a\0,b\n", "t, line 1: column 1: expected a name in UTF-8")]
    public void A_file_that_is_no_table_is_refused_in_one_sentence(string text, string sentence) =>
        Assert.Contains(
            sentence, Assert.Throws<InputException>(() => TableFile.Csv(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Bytes_that_are_no_text_are_told_by_line_and_column()
    {
        byte[] bytes = [.. "a,b\n1,2\n3,"u8, 0xFF, .. "\n"u8];
        Assert.Equal("3: \"b\": expected UTF-8, found bytes that are none", TableFile.RowsOf(RowFileKind.Csv, bytes)[1]);
    }

    [Theory]
    [InlineData("x.jsonl")]
    [InlineData("x.tsv")]
    [InlineData("x")]
    public void A_table_is_read_by_its_content_whatever_its_name(string name)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder[name], "question,answer\nq,a\n", Encoding.Unicode);
        Assert.Equal(["{\"question\":\"q\",\"answer\":\"a\"}"], TableFile.Rows(folder[name]));
        Assert.Equal(["{\"question\":\"q\",\"answer\":\"a\"}"],
            TableFile.RowsOf(new ParquetTests.Pipe("question,answer\nq,a\n"u8.ToArray())));
    }

    [Fact]
    public void Columns_of_other_names_have_their_fields_rules()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["x.csv"], "ids,answer_ids\n\"[1]\",\"[2]\"\n");
        RowColumns columns = RowColumns.Parse("prompt_ids=ids,response_ids=answer_ids");
        Row row = RowInput.Read(folder["x.csv"], line => RowParser.Parse(line, columns), columns).Single().Row;
        Assert.Equal(1, Assert.Single(row.Prompt.Ids!));
    }

    // Cells of any letters, written by the book, come back as they were.
    [Fact]
    public void Any_cells_come_back() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll<NonEmptyArray<NonNull<string>[]>, bool>((records, tabs) =>
        {
            string Cell(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
            string Clean(string text) => Encoding.UTF8.GetString(
                Encoding.UTF8.GetBytes(text.Replace("\0", "", StringComparison.Ordinal)));
            string[][] cells = [.. records.Get.Select(r => new[] { Clean(string.Concat(r.Take(1).Select(c => c.Get))), Clean(string.Join("\n", r.Select(c => c.Get))) })];
            string file = string.Concat(cells.Prepend(["one", "two"]).Select(r => string.Join(tabs ? '\t' : ',', r.Select(Cell)) + "\r\n"));
            List<string> rows = TableFile.RowsOf(tabs ? RowFileKind.Tsv : RowFileKind.Csv, Encoding.UTF8.GetBytes(file));
            Assert.Equal(cells.Length, rows.Count);
            for (int i = 0; i < rows.Count; i++)
            {
                JsonElement row = JsonDocument.Parse(rows[i]).RootElement;
                Assert.Equal(cells[i][0], row.GetProperty("one").GetString());
                Assert.Equal(cells[i][1], row.GetProperty("two").GetString());
            }
        }));

    [Fact]
    public void A_flipped_bit_gives_rows_or_one_sentence()
    {
        byte[] good = Encoding.UTF8.GetBytes("prompt,label,messages\r\n\"a \"\"b\"\"\r\nc\",1,\"[{\"\"role\"\":\"\"user\"\",\"\"content\"\":\"\"ä\"\"}]\"\r\nx,,\r\n");
        Random random = new(3);
        for (int i = 0; i < 5000; i++)
        {
            byte[] bytes = [.. good];
            for (int flips = 1 + random.Next(4); flips > 0; flips--) bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                TableFile.RowsOf(RowFileKind.Csv, bytes);
            }
            catch (InputException e)
            {
                Assert.EndsWith(".", e.Message, StringComparison.Ordinal);
            }
        }
    }
}
