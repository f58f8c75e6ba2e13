using System.Text.Json.Nodes;
using Innate.Tests.Cli;

namespace Innate.Tests.Judges;

/// <summary><c>innate judge</c> as a user runs it, with the model inside.</summary>
public class JudgeCommandTests
{
    private const string Rows = """
        {"prompt":"What is 7 + 5?","chosen":"12","rejected":"13","id":7}
        {"prompt_ids":[1],"response_ids":[2]}
        {"prompt":"What is 7 + 5?","responses":["12","13","The answer is 12."]}
        {"prompt":"What is 7 + 5?","response":"12"}

        """;

    [Fact]
    public void Each_row_gets_its_rewards_and_what_the_judge_said()
    {
        CliResult result = RealCli.Run(["judge", "--kind", "verifier"], Rows);
        Assert.Equal(2, result.Code);
        JsonNode[] lines = [.. result.Lines.Select(l => JsonNode.Parse(l)!)];
        Assert.Equal(7, (int)lines[0]["id"]!);
        Assert.Equal((double)lines[0]["reward_chosen"]!, (double)lines[0]["judge"]!["probabilities"]![0]![0]!);
        Assert.Contains("found ids", (string)lines[1]["error"]!, StringComparison.Ordinal);
        Assert.Equal(3, lines[2]["rewards"]!.AsArray().Count);

        // A verdict depends on no neighbour.
        Assert.Equal((double)lines[0]["reward_chosen"]!, (double)lines[3]["reward"]!);
        Assert.Equal((double)lines[0]["reward_chosen"]!, (double)lines[2]["rewards"]![0]!);
        Assert.Contains("1 of 4 rows could not be judged", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_pairwise_judge_tells_its_bias_and_refuses_a_lone_response()
    {
        CliResult result = RealCli.Run(["judge", "--kind", "pairwise"], Rows);
        JsonNode[] lines = [.. result.Lines.Select(l => JsonNode.Parse(l)!)];
        double first = (double)lines[0]["judge"]!["first_wins"]![0]![1]!,
            second = (double)lines[0]["judge"]!["first_wins"]![1]![0]!;
        Assert.Equal((first + 1 - second) / 2, (double)lines[0]["reward_chosen"]!, 1e-12);
        Assert.Null(lines[0]["judge"]!["preferences"]![0]![0]);
        Assert.Contains("at least two, found one", (string)lines[3]["error"]!, StringComparison.Ordinal);
        Assert.Contains("position bias: the response shown first gets 0.", result.Error, StringComparison.Ordinal);
        Assert.Contains("of 4 pairs", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_prompt_that_is_shown_can_be_edited_and_given_back()
    {
        using Support.TemporaryFolder folder = new();
        CliResult shown = RealCli.Run(["judge", "--kind", "pointwise", "--show-prompt"]);
        Assert.Equal(0, shown.Code);
        File.WriteAllText(folder["mine.txt"], shown.Output);
        string[] one = ["judge", "--kind", "pointwise", "--prompt", "What is 7 + 5?", "--response", "12", "--response", "13",
            "--json"];
        string standard = RealCli.Run(one).Output;
        Assert.Equal(standard, RealCli.Run([.. one, "--judge-prompt", folder["mine.txt"]]).Output);
        File.WriteAllText(folder["mine.txt"], shown.Output.Replace("Grade this answer.", "Grade it.", StringComparison.Ordinal));
        Assert.NotEqual(standard, RealCli.Run([.. one, "--judge-prompt", folder["mine.txt"]]).Output);
        Assert.NotEqual(standard, RealCli.Run([.. one, "--judge-prompt", "default"]).Output);
        Assert.NotEqual(standard, RealCli.Run([.. one, "--principle", "Be brief."]).Output);
    }

    [Fact]
    public void Quiet_keeps_the_bias_of_one_question_to_itself()
    {
        string[] one = ["judge", "--kind", "pairwise", "--prompt", "What is 7 + 5?", "--response", "12", "--response", "13"];
        Assert.Contains("position bias", RealCli.Run(one).Error, StringComparison.Ordinal);
        Assert.Equal("", RealCli.Run([.. one, "--quiet"]).Error);
    }

    [Fact]
    public void Reasoning_is_decided_by_the_seed()
    {
        string[] one = ["judge", "--prompt", "What is 7 + 5?", "--response", "12", "--json", "--reasoning-tokens", "9", "--votes",
            "3", "--seed"];
        string first = RealCli.Run([.. one, "1"]).Output;
        Assert.Equal(first, RealCli.Run([.. one, "1"]).Output);
        Assert.NotEqual(first, RealCli.Run([.. one, "2"]).Output);
    }

    [Theory]
    [InlineData("--kind: expected verifier, pointwise, pairwise, genrm, genrm-cot, thinkprm, reasongrm, spct, rewardanything, "
        + "proxy, found 'x'", "--kind", "x")]
    [InlineData("--prompt TEXT and --response TEXT together", "--prompt", "x")]
    [InlineData("expected default, arithmetic or a file, found 'nowhere'", "--prompt", "x", "--response", "y", "--judge-prompt",
        "nowhere")]
    [InlineData("votes: several need sampled reasoning", "--prompt", "x", "--response", "y", "--votes", "2")]
    [InlineData("--out: expected none beside --prompt", "--prompt", "x", "--response", "y", "--out", "nowhere.jsonl")]
    [InlineData("--in: expected none beside --prompt", "--prompt", "x", "--response", "y", "--in", "-")]
    [InlineData("more than the model's context of 512", "--prompt", "x", "--response", "y", "--reasoning-tokens", "600")]
    public void What_cannot_be_done_is_said_in_one_sentence(string why, params string[] options)
    {
        CliResult result = RealCli.Run(["judge", .. options]);
        Assert.Equal(2, result.Code);
        Assert.Contains(why, result.Error, StringComparison.Ordinal);
        Assert.Equal("", result.Output);
    }

    [Fact]
    public void One_question_is_shown_to_people_best_first()
    {
        string view = RealCli.Run(
            ["judge", "--kind", "pairwise", "--prompt", "What is 7 + 5?", "--response", "12", "--response", "13\nor so"]).Output;
        Assert.Contains("pairwise judge · innate-tiny", view, StringComparison.Ordinal);
        Assert.Contains("#2", view, StringComparison.Ordinal);
        Assert.Contains("0 against 1:", view, StringComparison.Ordinal);
    }
}
