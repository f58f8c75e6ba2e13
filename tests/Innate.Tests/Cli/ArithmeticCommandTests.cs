using System.Text.Json;

namespace Innate.Tests.Cli;

/// <summary>From questions to a table of how many are answered rightly, as one works at the terminal.</summary>
public class ArithmeticCommandTests
{
    private static readonly string[] Generate = ["arithmetic", "generate"];
    private static readonly string[] Grade = ["arithmetic", "grade"];

    [Fact]
    public void Demonstrations_are_conversations_with_what_is_known_of_them()
    {
        CliResult result = Cli.Run([.. Generate, "--count", "400", "--seed", "4"]);
        Assert.Equal(0, result.Code);
        Assert.Equal(400, result.Lines.Length);
        foreach (string line in result.Lines)
        {
            using JsonDocument json = JsonDocument.Parse(line);
            JsonElement row = json.RootElement;
            Assert.Equal(
                ["messages", "family", "style", "asked", "slip", "answer"], row.EnumerateObject().Select(p => p.Name));
            Assert.Equal("assistant", row.GetProperty("messages")[row.GetProperty("messages").GetArrayLength() - 1]
                .GetProperty("role").GetString());
            bool judging = row.GetProperty("family").GetString()!.StartsWith("judge-", StringComparison.Ordinal);
            Assert.Equal(judging ? JsonValueKind.String : JsonValueKind.Number, row.GetProperty("answer").ValueKind);
            Assert.Equal(judging, row.GetProperty("style").ValueKind == JsonValueKind.Null);
        }

        // A longer run begins with the shorter.
        Assert.Equal(result.Lines[..50], Cli.Run([.. Generate, "--count", "50", "--seed", "4"]).Lines);
        Assert.NotEqual(result.Lines[..50], Cli.Run([.. Generate, "--count", "50", "--seed", "5"]).Lines);
    }

    [Fact]
    public void Questions_go_into_generate_as_they_are()
    {
        CliResult bare = Cli.Run([.. Generate, "--count", "30", "--questions", "--held-out"]);
        CliResult asked = Cli.Run([.. Generate, "--count", "30", "--questions", "--held-out", "--style", "markdown"]);
        for (int i = 0; i < 30; i++)
        {
            using JsonDocument one = JsonDocument.Parse(bare.Lines[i]);
            using JsonDocument other = JsonDocument.Parse(asked.Lines[i]);
            JsonElement messages = other.RootElement.GetProperty("messages");
            Assert.Equal(["prompt", "family", "answer"], one.RootElement.EnumerateObject().Select(p => p.Name));
            Assert.Equal("markdown", other.RootElement.GetProperty("style").GetString());
            Assert.Equal("system", messages[0].GetProperty("role").GetString());

            // The same questions, asked for otherwise.
            Assert.Equal(one.RootElement.GetProperty("prompt").GetString(), messages[1].GetProperty("content").GetString());
            Assert.Equal(one.RootElement.GetProperty("answer").GetInt32(), other.RootElement.GetProperty("answer").GetInt32());
        }

        using TemporaryFolder folder = new();
        string rows = asked.Output.Replace("\"messages\"", "\"prompt_ids\":[7],\"was\"", StringComparison.Ordinal);
        File.WriteAllText(folder["q.jsonl"], rows);
        CliResult sampled = Cli.Run(["generate", "--model", "nowhere", "--in", folder["q.jsonl"], "--json"]);
        Assert.Equal(0, sampled.Code);
        Assert.All(sampled.Lines, l => Assert.Contains("\"style\":\"markdown\",\"answer\":", l, StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_is_written_whole_or_not_at_all()
    {
        using TemporaryFolder folder = new();
        CliResult result = Cli.Run([.. Generate, "--count", "1000", "--out", folder["train.jsonl"]]);
        Assert.Equal(0, result.Code);
        Assert.Equal("", result.Output);
        Assert.Equal([folder["train.jsonl"]], Directory.GetFiles(folder.Path));
        Assert.Equal(Cli.Run([.. Generate, "--count", "1000"]).Output, File.ReadAllText(folder["train.jsonl"]));
        CliResult stopped = Cli.Run(
            [.. Generate, "--count", "1000", "--out", folder["other.jsonl"]],
            cancellation: new CancellationToken(canceled: true));
        Assert.Equal(130, stopped.Code);
        Assert.False(File.Exists(folder["other.jsonl"]));
    }

    [Fact]
    public void Grades_by_family_and_by_the_style_that_was_written()
    {
        CliResult result = Cli.Run(Grade, """
            {"prompt":"q","family":"products","answer":42,"responses":[{"text":"42"},{"text":"6 x 7 = 43. The answer is 43."}]}
            {"prompt":"q","family":"products","style":"concise","answer":42,"responses":[{"text":"It is 42."}]}
            {"prompt":"q","family":"one-step","style":"markdown","answer":9,"responses":[{"text":"9"}]}

            """);
        Assert.Equal("", result.Error);
        Assert.Equal(0, result.Code);
        Assert.Equal(
            """
            family          style           n    right  characters
            products        concise         2   100.0%         5.5
            products        plain           1     0.0%        29.0
            products        all             3    66.7%        13.3
            one-step        concise         1   100.0%         1.0
            one-step        all             1   100.0%         1.0
            all             concise         3   100.0%         4.0
            all             plain           1     0.0%        29.0
            all             all             4    75.0%        10.3
            in the style asked for: 50.0% of 2

            """.ReplaceLineEndings("\n"), result.Output);
    }

    [Fact]
    public void Grades_as_json_for_a_script()
    {
        CliResult result = Cli.Run([.. Grade, "--json"], """
            {"family":"two-step","answer":5,"responses":[{"text":"5"},{"text":"6"}]}
            """);
        const string Half = "\"n\":2,\"accuracy\":0.5,\"mean_characters\":1";
        string groups = string.Join(
            ",",
            from family in new[] { "two-step", "all" }
            from style in new[] { "concise", "all" }
            select $$"""{"family":"{{family}}","style":"{{style}}",{{Half}}}""");
        Assert.Equal($$"""{{{Half}},"groups":[{{groups}}]}""", Assert.Single(result.Lines));
    }

    [Fact]
    public void The_experts_of_the_corpus_get_the_grade_they_should()
    {
        CliResult corpus = Cli.Run([.. Generate, "--count", "6000"]);
        IEnumerable<string> answered = corpus.Lines.Select(l =>
        {
            using JsonDocument json = JsonDocument.Parse(l);
            JsonElement row = json.RootElement;
            JsonElement last = row.GetProperty("messages").EnumerateArray().Last().GetProperty("content");
            string family = row.GetProperty("family").GetString()!;
            string style = row.GetProperty("asked").GetRawText();
            return family.StartsWith("judge-", StringComparison.Ordinal)
                ? ""
                : $$"""{"family":"{{family}}","style":{{style}},"answer":{{row.GetProperty("answer")}},"""
                    + $$""" "responses":[{"text":{{last.GetRawText()}}}]}""";
        });
        CliResult result = Cli.Run([.. Grade, "--json"], string.Join('\n', answered.Where(l => l.Length > 0)));
        using JsonDocument grade = JsonDocument.Parse(result.Output);
        Assert.InRange(grade.RootElement.GetProperty("accuracy").GetDouble(), 0.835, 0.865);
        Assert.Equal(1, grade.RootElement.GetProperty("obeyed").GetDouble());
        Assert.Equal(24, grade.RootElement.GetProperty("groups").GetArrayLength());
    }

    [Theory]
    [InlineData(
        """{"family":"sums","answer":5,"responses":[]}""",
        "\"family\" must be one of add-subtract, three-operands, products, one-step, two-step, found \"sums\"")]
    [InlineData(
        """{"family":"products","answer":"5","responses":[]}""", "\"answer\" must be a whole number, found \"5\"")]
    [InlineData("""{"family":"products","answer":5}""", "the field \"responses\" is missing")]
    [InlineData("""{"family":"products","answer":5,"responses":"5"}""", "\"responses\" must be an array, found \"5\"")]
    [InlineData(
        """{"family":"products","answer":5,"responses":[{"ids":[3]}]}""",
        "\"responses[0]\" must be an object with a string \"text\"")]
    [InlineData(
        """{"family":"products","answer":5,"style":"loud","responses":[]}""",
        "\"style\" must be one of concise, plain, markdown, found \"loud\"")]
    [InlineData(
        """{"error":"the prompt is empty","line":1}""", "expected an answered row, found the error \"the prompt is empty\"")]
    [InlineData("{", "the line is not JSON (byte 2)")]
    public void A_row_that_cannot_be_graded_is_named(string row, string fault)
    {
        CliResult result = Cli.Run(Grade, "{\"family\":\"products\",\"answer\":5,\"responses\":[{\"text\":\"5\"}]}\n" + row);
        Assert.Equal(2, result.Code);
        Assert.Equal($"innate: --in: the pipe, line 2: {fault}.\n", result.Error);
        Assert.Equal("", result.Output);
    }

    [Theory]
    [InlineData("innate: --style: expected none without --questions, found plain.", "generate", "--style", "plain")]
    [InlineData("innate: --style: expected concise, plain, markdown, found 'loud'.", "generate", "--questions", "--style",
        "loud")]
    [InlineData(
        "innate: --count: expected a whole number of at least 0, found '-1'; see `innate arithmetic generate --help`.",
        "generate", "--count", "-1")]
    [InlineData(
        "innate: 'sums' is not a command: expected generate, grade, instructions; see `innate arithmetic --help`.", "sums")]
    [InlineData("innate: expected a command: generate, grade, instructions; see `innate arithmetic --help`.")]
    [InlineData("innate: --in: expected responses to grade, found none in the pipe.", "grade")]
    public void Bad_usage_is_one_sentence(string expected, params string[] args)
    {
        CliResult result = Cli.Run(["arithmetic", .. args]);
        Assert.Equal(2, result.Code);
        Assert.Equal(expected + "\n", result.Error);
    }

    [Fact]
    public void Help_lists_the_commands_in_one_line_each_and_explains_each_option()
    {
        CliResult list = Cli.Run(["arithmetic", "--help"]);
        Assert.Contains("  generate      Write demonstrations, questions alone, or a benchmark\n", list.Output,
            StringComparison.Ordinal);
        Assert.Contains("  grade         Grade answers to arithmetic questions\n", list.Output, StringComparison.Ordinal);
        Assert.Contains("  instructions  Write questions with constraints that rules check\n", list.Output,
            StringComparison.Ordinal);
        foreach (string command in new[] { "generate", "grade", "instructions" })
        {
            CliResult help = Cli.Run(["arithmetic", command, "--help"]);
            Assert.Contains("Example", help.Output, StringComparison.Ordinal);
            foreach (string line in help.Output.Split('\n').Where(l => l.StartsWith("  --", StringComparison.Ordinal)))
            {
                Assert.True(line.Trim().Split("  ", StringSplitOptions.RemoveEmptyEntries).Length > 1, $"{command}: {line}");
            }
        }
    }
}
