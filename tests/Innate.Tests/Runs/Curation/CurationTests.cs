using System.Text.Json.Nodes;
using Innate.Rows;
using Innate.Runs.Curation;
using Innate.Tests.Cli;

namespace Innate.Tests.Runs.Curation;

/// <summary>Pairs whose labels are doubted are put to a judge beside the nearest labelled ones.</summary>
public class CurationTests
{
    [Fact]
    public void The_nearest_labelled_pairs_are_shown_and_never_the_pair_itself()
    {
        LabelledExamples gold = new(
            [Pair("What is 3 + 4?", "7", "8"), Pair("Write of Paris.", "a", "b"), Pair("What is 3 + 5?", "8", "9")]);
        Row row = Pair("What is 3 + 5?", "9", "8");
        Assert.Equal(
            ["What is 3 + 4?", "Write of Paris."], gold.Nearest(row, 8).Select(e => e.Prompt.Text!));
        Assert.Empty(gold.Nearest(row, 0));
        string shown = LabelledExamples.Ask(row, gold.Nearest(row, 1)).Prompt[0].Content;
        Assert.Equal("Question: What is 3 + 4?\nBetter: 7\nWorse: 8", shown);
        Assert.Single(LabelledExamples.Ask(row, []).Prompt);
    }

    [Fact]
    public void A_pair_that_the_judge_calls_wrong_is_turned_round_and_says_so()
    {
        using Support.TemporaryFolder folder = new();
        string[] rows =
        [
            .. Enumerable.Range(11, 12).Select(i => (Id: i, Wrong: i % 2, Sum: i + 4)).Select(x =>
                $$"""{"prompt":"{{x.Id}} + 4?","chosen":"{{x.Sum + x.Wrong}}","rejected":"{{x.Sum + 1 - x.Wrong}}","id":"""
                + $"{x.Id}}}"),
        ];
        File.WriteAllLines(folder["pairs.jsonl"], rows);
        File.WriteAllText(folder["gold.jsonl"], """{"prompt":"What is 2 + 4?","chosen":"6","rejected":"7"}""");
        CliResult result = RealCli.Run(
            ["label", "curate", "--gold", folder["gold.jsonl"], "--in", folder["pairs.jsonl"], "--out", folder["out.jsonl"],
                "--judge", "verifier"]);
        Assert.True(result.Code == 0, result.Error);
        Assert.Contains("12 pairs: ", result.Error, StringComparison.Ordinal);
        JsonNode[] kept = [.. File.ReadAllLines(folder["out.jsonl"]).Select(l => JsonNode.Parse(l)!)];
        Assert.Contains(kept, k => (bool)k["flipped"]!);
        Assert.Contains(kept, k => !(bool)k["flipped"]!);
        Assert.All(kept, k =>
        {
            int i = (int)k["id"]!;
            bool flipped = (bool)k["flipped"]!;
            string was = JsonNode.Parse(rows[i - 11])![flipped ? "rejected" : "chosen"]!.GetValue<string>();
            Assert.Equal(was, (string)k["chosen"]!);
            double sure = (double)k["sureness"]!;
            Assert.InRange(sure, 0, 1);
            Assert.Equal(sure < 1 ? 1 : 0, (int)k["examples"]!);
        });

        // The model inside knows sums: a label is sure where it is right.
        Assert.True(kept.Where(k => (int)k["id"]! % 2 == 0).Average(k => (double)k["sureness"]!) > 0.5);
    }

    [Theory]
    [InlineData("--judge: expected verifier, pointwise", "--judge", "x")]
    [InlineData("--examples: expected --gold beside it, found none", "--examples", "3")]
    public void What_cannot_curate_is_refused(string why, params string[] options)
    {
        CliResult result = RealCli.Run(["label", "curate", .. options], "");
        Assert.Equal(2, result.Code);
        Assert.Contains(why, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_that_is_no_pair_is_told_and_left_out()
    {
        CliResult result = RealCli.Run(
            ["label", "curate"],
            """{"prompt":"a","response":"b"}""" + "\n" + """{"prompt":"1 + 1?","chosen":"2","rejected":"3"}""");
        Assert.Equal(2, result.Code);
        Assert.Contains("line 1: expected a prompt with \"chosen\" and", result.Error, StringComparison.Ordinal);
    }

    private static Row Pair(string asked, string better, string worse) => new(
        1, default, new RowPrompt { Text = asked }, [new RowResponse(better, null), new RowResponse(worse, null)],
        ResponseShape.Pair);
}
