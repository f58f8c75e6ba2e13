using Innate.Checkpoints;
using Innate.Reinforcement.Rewards;
using Innate.Scoring.Expressions;
using Innate.Scoring.External;
using Innate.Tests.Cli;
using Innate.Tests.Support;

namespace Innate.Tests.Scoring.Expressions;

/// <summary>The rewards that docs/tokens.md puts together of parts are those of the papers.</summary>
public class PaperRewardTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Places.Repository, "docs", "tokens.md"));

    [Fact]
    public void GoT_R1s_parts_multiply_as_the_page_says()
    {
        // The page's programs, as functions of the response's length.
        double[] parts = [0.8, 0.5, 0.25, 0.9];
        string expression = Said("--reward 'command");
        RewardFunction[] functions = [.. parts.Select((p, i) => new RewardFunction($"part{i}", _ => p))];
        string[] programs = ["./pi", "./sem", "./spa", "./ri"];
        for (int i = 0; i < programs.Length; i++)
        {
            expression = expression.Replace($"command(run=\"{programs[i]}\")", $"part{i}", StringComparison.Ordinal);
        }

        Assert.DoesNotContain("command", expression, StringComparison.Ordinal);
        double expected = PlannedImageReward.Compute(parts[0], parts[1], parts[2], parts[3]);
        using ExpressionScorer scorer = Scorer(expression, functions);
        Assert.Equal(expected, scorer.Score([Row()], default)[0].Scored![0].Reward.Value, 1e-12);
    }

    [Fact]
    public void MmEurekas_answer_and_format_count_by_themselves()
    {
        string expression = Said("--reward 'grade");
        foreach ((string response, bool isRight, bool hasFormat) in ((string, bool, bool)[])
            [
                ("<think>2 more</think><answer>4</answer>", true, true), ("4", true, false),
                ("<think>hm</think><answer>5</answer>", false, true), ("5", false, false),
            ])
        {
            CliResult result = RealCli.Run(
                ["score", "--reward", expression, "--quiet"],
                $$"""{"prompt":"2 + 2?","response":"{{response}}","answer":4}""");
            Assert.Equal(
                AccuracyFormatReward.Compute(isRight, hasFormat),
                (double)System.Text.Json.Nodes.JsonNode.Parse(result.Lines[0])!["reward"]!);
        }
    }

    private static string Said(string beginning)
    {
        string line = Page.Split('\n').Single(l => l.TrimStart().StartsWith(beginning, StringComparison.Ordinal)).Trim();
        return line["--reward '".Length..^1];
    }

    private static ExpressionScorer Scorer(string expression, RewardFunction[] functions)
    {
        LanguageModel model = LanguageModel.LoadDefault();
        Innate.Text.ChatFormat format = new(
            Innate.Text.Tokenizer.Load(EmbeddedModel.Folder), Innate.Text.ChatTemplate.Load(EmbeddedModel.Folder),
            new Innate.Text.ChatFormatOptions(), EmbeddedModel.Folder);
        return ExpressionScorer.Of(RewardExpression.Parse(expression, functions), model, null, null, () => format);
    }

    private static Innate.Rows.PreparedRow Row() => new(1, 0)
    {
        Row = new Innate.Rows.Row(
            1, default, new Innate.Rows.RowPrompt { Text = "a red cup" }, [new Innate.Rows.RowResponse("1", null)],
            Innate.Rows.ResponseShape.One),
        Encoded = new Innate.Rows.EncodedRow(new Innate.Models.TraceQuery([7], [[5]])),
    };
}
