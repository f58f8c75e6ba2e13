using System.Globalization;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace Innate.Tests.Cli;

public class ScoreCommandTests
{
    private static readonly string[] Score = ["score", "--model", "nowhere"];

    [Theory]
    [InlineData("""{"prompt_ids":[1,2],"response_ids":[3]}""", "reward")]
    [InlineData("""{"prompt_ids":[1,2],"responses_ids":[[3],[4,5]]}""", "rewards")]
    public void The_shape_of_the_responses_names_the_output(string row, string field)
    {
        CliResult result = Cli.Run(Score, row);
        Assert.Equal("", result.Error);
        Assert.Equal(0, result.Code);
        using JsonDocument line = JsonDocument.Parse(result.Lines.Single());
        Assert.True(line.RootElement.TryGetProperty(field, out _));
    }

    [Fact]
    public void Other_fields_pass_through_raw_and_in_order_and_ours_replace_theirs()
    {
        string row =
            """{"id": 1.50e3, "reward":"old", "prompt_ids":[1], "é\u00e9": {"a" : [1, null ]}, "response_ids":[2], "z":"</ü>"}""";
        string line = Cli.Run(Score, row).Lines.Single();
        string start = """{"id":1.50e3,"prompt_ids":[1],"éé":{"a" : [1, null ]},"response_ids":[2],"z":"</ü>","reward":""";
        Assert.StartsWith(start, line, StringComparison.Ordinal);
        Assert.True(double.TryParse(line[start.Length..^1], NumberStyles.Float, CultureInfo.InvariantCulture, out _), line);
    }

    [Fact]
    public void Traces_have_equal_arrays_and_no_text_without_a_tokenizer()
    {
        string line = Cli.Run([.. Score, "--tokens"], """{"prompt_ids":[1],"response_ids":[2,3,4]}""").Lines.Single();
        using JsonDocument document = JsonDocument.Parse(line);
        JsonElement trace = document.RootElement.GetProperty("trace");
        string[] names = [.. trace.EnumerateObject().Select(p => p.Name)];
        Assert.Equal(["tokens", "q", "v", "v_next", "logprob", "entropy", "self_certainty", "reward"], names);
        Assert.All(trace.EnumerateObject(), p => Assert.Equal(3, p.Value.GetArrayLength()));
        Assert.Equal(0, trace.GetProperty("v_next")[2].GetDouble());
        double sum = trace.GetProperty("reward").EnumerateArray().Sum(x => x.GetDouble());
        Assert.Equal(document.RootElement.GetProperty("reward").GetDouble(), sum, 12);
    }

    [Theory]
    [InlineData("", "blank")]
    [InlineData("{", "not JSON")]
    [InlineData("[1]", "expected a JSON object, found an array")]
    [InlineData("""{"response_ids":[1]}""", "no prompt")]
    [InlineData("""{"prompt_ids":[1]}""", "no response")]
    [InlineData("""{"prompt":"x","messages":[],"response_ids":[1]}""", "both \"prompt\" and \"messages\"")]
    [InlineData("""{"prompt_ids":[1],"response_ids":[1],"responses_ids":[[1]]}""", "both \"response_ids\" and \"responses_ids\"")]
    [InlineData("""{"prompt_ids":[1],"chosen":"a"}""", "\"chosen\" is given without \"rejected\"")]
    [InlineData("""{"prompt_ids":[1],"prompt_ids":[2],"response_ids":[1]}""", "given twice")]
    [InlineData("""{"prompt_ids":[],"response_ids":[1]}""", "\"prompt_ids\" is empty")]
    [InlineData("""{"prompt_ids":[1],"response_ids":[]}""", "\"response_ids\" is empty")]
    [InlineData("""{"prompt_ids":[1],"responses_ids":[]}""", "\"responses_ids\" is empty")]
    [InlineData("""{"prompt_ids":[1],"responses_ids":[[1],[]]}""", "\"responses_ids[1]\" is empty")]
    [InlineData("""{"prompt_ids":[1],"response_ids":[1.5]}""", "\"response_ids[0]\" must be a token id, found the number 1.5")]
    [InlineData("""{"prompt_ids":[1],"response_ids":[-1]}""", "found the number -1")]
    [InlineData("""{"prompt_ids":[1],"response_ids":[100]}""", "the id 100, outside the model's vocabulary of 100")]
    [InlineData("""{"prompt_ids":[100],"response_ids":[1]}""", "the prompt holds the id 100")]
    [InlineData("""{"messages":"x","response_ids":[1]}""", "\"messages\" must be an array")]
    [InlineData("""{"messages":[{"role":"user"}],"response_ids":[1]}""", "\"messages[0]\" has no \"content\"")]
    [InlineData(
        """{"messages":[{"role":"user","content":[{"type":"image_url"}]}],"response_ids":[1]}""", "this model reads text alone")]
    [InlineData("""{"prompt":"\ud800","response_ids":[1]}""", "surrogate")]
    [InlineData("""{"prompt_ids":[1],"response_ids":[90]}""", "the reward is NaN")]
    public void A_bad_row_is_reported_in_its_place_and_the_rest_goes_on(string bad, string reason)
    {
        const string good = """{"prompt_ids":[1],"response_ids":[2]}""";
        CliResult alone = Cli.Run(Score, good);
        CliResult result = Cli.Run(Score, $"{good}\n{bad}\n{good}\n");
        Assert.Equal(2, result.Code);
        Assert.Equal(3, result.Lines.Length);
        Assert.Equal(alone.Lines[0], result.Lines[0]);
        Assert.Equal(alone.Lines[0], result.Lines[2]);
        using JsonDocument error = JsonDocument.Parse(result.Lines[1]);
        Assert.Contains(reason, error.RootElement.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(2, error.RootElement.GetProperty("line").GetInt32());
        Assert.Contains("1 of 3 rows", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_above_the_context_says_by_how_much()
    {
        string row = $$"""{"prompt_ids":[1,2,3,4],"response_ids":[{{string.Join(',', Enumerable.Repeat(5, 63))}}]}""";
        CliResult result = Cli.Run(Score, row);
        Assert.Equal(2, result.Code);
        Assert.Contains("67 tokens, 3 more than the model's context of 64", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_a_bad_row()
    {
        byte[] input =
        [
            .. """{"prompt_ids":[1],"response_ids":[2],"x":"""u8, (byte)'"', 0xff, (byte)'"', (byte)'}', (byte)'\n',
            .. """{"prompt_ids":[1],"response_ids":[2]}"""u8,
        ];
        CliResult result = Cli.Run(Score, input);
        Assert.Equal(2, result.Code);
        Assert.Contains("not UTF-8 (byte 43)", result.Lines[0], StringComparison.Ordinal);
        Assert.Contains("\"reward\"", result.Lines[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\uFEFF")]
    [InlineData("")]
    public void A_byte_order_mark_carriage_returns_and_blank_ends_are_no_matter(string mark)
    {
        const string good = """{"prompt_ids":[1],"response_ids":[2]}""";
        CliResult result = Cli.Run(Score, $"{mark}{good}\r\n{good}\r\n\r\n\n");
        Assert.Equal(0, result.Code);
        Assert.Equal(2, result.Lines.Length);
        Assert.Equal(result.Lines[0], result.Lines[1]);
    }

    [Fact]
    public void Batches_keep_order_and_rows_do_not_depend_on_their_batch()
    {
        FakeModel model = new();
        string[] rows = [.. Enumerable.Range(0, 150).Select(
            i => $$"""{"n":{{i}},"prompt_ids":[{{i % 50}},7],"response_ids":[{{(i * 7) % 80}}]}""")];
        CliResult all = Cli.Run(Score, string.Join('\n', rows), model);
        Assert.Equal(0, all.Code);
        Assert.Equal(3, model.BatchSizes.Count);
        for (int i = 0; i < rows.Length; i += 13) Assert.Equal(Cli.Run(Score, rows[i]).Lines[0], all.Lines[i]);
    }

    [Fact]
    public void Any_row_of_ids_comes_back_with_its_fields_and_finite_rewards()
    {
        Gen<int[]> ids = Gen.NonEmptyListOf(Gen.Choose(0, 89)).Select(l => l.Take(20).ToArray());
        Gen<int[][]> responses = Gen.NonEmptyListOf(ids).Select(l => l.ToArray());
        Prop.ForAll(ids.Zip(responses).ToArbitrary(), ArbMap.Default.ArbFor<NonNull<string>>(), (pair, extra) =>
        {
            string text = new([.. extra.Get.Where(c => !char.IsSurrogate(c))]);
            string row = JsonSerializer.Serialize(
                new Dictionary<string, object> { ["prompt_ids"] = pair.Item1, ["note"] = text, ["responses_ids"] = pair.Item2 });
            CliResult result = Cli.Run(Score, row);
            using JsonDocument line = JsonDocument.Parse(result.Lines.Single());
            return result.Code == 0
                && line.RootElement.GetProperty("note").GetString() == text
                && line.RootElement.GetProperty("rewards").GetArrayLength() == pair.Item2.Length;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(50));
    }

    [Theory]
    [InlineData("--alpha", "0")]
    [InlineData("--alpha", "1,5")]
    [InlineData("--gamma", "1.1")]
    [InlineData("--beta", "x")]
    [InlineData("--reward", "nonsense")]
    [InlineData("--in", "no-such-file.jsonl")]
    [InlineData("--out", "no/such/folder/x")]
    [InlineData("--reward", "implicit")]
    [InlineData("--reward", "classifier")]
    [InlineData("--threads", "-1")]
    public void Bad_usage_is_one_sentence_and_exit_code_2(string option, string value)
    {
        CliResult result = Cli.Run([.. Score, option, value], """{"prompt_ids":[1],"response_ids":[2]}""");
        Assert.Equal(2, result.Code);
        Assert.Equal("", result.Output);
        Assert.StartsWith("innate: ", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public void Cancelled_work_returns_130_and_leaves_only_the_partial_file()
    {
        using TemporaryFolder folder = new();
        using CancellationTokenSource cancellation = new();
        FakeModel model = new() { OnTrace = cancellation.Cancel };
        string[] rows = [.. Enumerable.Repeat("""{"prompt_ids":[1],"response_ids":[2]}""", 200)];
        CliResult result = Cli.Run(
            [.. Score, "--out", folder["out.jsonl"]], string.Join('\n', rows), model, cancellation: cancellation.Token);
        Assert.Equal(130, result.Code);
        Assert.False(File.Exists(folder["out.jsonl"]));
        Assert.True(File.Exists(folder["out.jsonl.partial"]));
    }
}
