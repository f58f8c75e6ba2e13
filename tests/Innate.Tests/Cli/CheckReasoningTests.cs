using System.Text.Json.Nodes;
using Innate.Tests.Cli.Training;

namespace Innate.Tests.Cli;

/// <summary><c>innate eval --policy --check-reasoning</c>: a right answer counts where its reasoning is right.</summary>
public class CheckReasoningTests
{
    private static readonly string[] Asked =
        ["eval", "--policy", "arith", "--limit", "6", "--samples", "4", "--max-tokens", "80"];

    [Fact]
    public void A_judge_that_reasons_votes_three_times_and_the_answers_stay_as_they_were()
    {
        using Support.TemporaryFolder folder = new();
        Assert.Equal(0, RealCli.Run([.. Asked, "--out", folder["plain"]]).Code);
        string[] check = ["--check-reasoning", "verifier", "--reasoning-tokens", "8"];
        CliResult result = RealCli.Run([.. Asked, "--out", folder["run"], .. check]);
        Assert.True(result.Code == 0, result.Error);
        Assert.Contains("cot-pass@4 majority", result.Output, StringComparison.Ordinal);
        Assert.Contains("checks of each: 3, by judge-verifier of innate-tiny", result.Output, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllText(folder["plain/items.jsonl"]), File.ReadAllText(folder["run/items.jsonl"]));
        JsonNode json = Json(folder["run/results.json"]);
        JsonNode metrics = json["reasoning"]!["metrics"]!;
        Assert.Equal((double)json["metrics"]!["pass@4"]!, (double)metrics["pass@4"]!);
        foreach (string k in (string[])["1", "2", "4"])
        {
            double[] band = [.. ((string[])["all", "majority", "any"]).Select(r => (double)metrics[$"cot-pass@{k} {r}"]!)];
            Assert.Equal(band.Order(), band);
            Assert.True(band[^1] <= (double)metrics[$"pass@{k}"]!);
        }

        JsonNode[] lines = [.. File.ReadAllLines(folder["run/checks.jsonl"]).Select(l => JsonNode.Parse(l)!)];
        Assert.Equal(6, lines.Length);
        Assert.All(lines, l => Assert.All(l["votes"]!.AsArray(), v => Assert.Equal(3, v!.AsArray().Count)));

        // Nothing is sampled again to be checked by another.
        CliResult again = RealCli.Run([.. Asked, "--out", folder["run"], "--resume", "--check-reasoning", "genrm"]);
        Assert.True(again.Code == 0, again.Error);
        Assert.Equal(File.ReadAllText(folder["plain/items.jsonl"]), File.ReadAllText(folder["run/items.jsonl"]));
        Assert.Equal(1, (int)Json(folder["run/results.json"])["reasoning"]!["checks"]!);
    }

    [Fact]
    public void A_process_reward_model_checks_once_by_its_worst_step()
    {
        using TrainFolder folder = new();
        File.WriteAllLines(folder["steps.jsonl"], Enumerable.Range(0, 8).Select(i =>
            $$"""{"prompt":"What is {{i}}+1?","completions":["It is {{i + 1}}.","No."],"labels":[true,false]}"""));
        Assert.Equal(0, folder.Train(
            ["reward", "--data", folder["steps.jsonl"]], "prm", ["--head", "process", "--steps", "3", "--quiet"]).Code);
        CliResult result = TrainFolder.Run([.. Asked, "--out", folder["run"], "--check-reasoning", folder["prm/final"]]);
        Assert.True(result.Code == 0, result.Error);
        JsonNode[] items = [.. File.ReadAllLines(folder["run/items.jsonl"]).Select(l => JsonNode.Parse(l)!)];
        JsonNode[] checks = [.. File.ReadAllLines(folder["run/checks.jsonl"]).Select(l => JsonNode.Parse(l)!)];
        File.WriteAllLines(folder["right.jsonl"], items.SelectMany(i => i["responses"]!.AsArray()
            .Where(r => (bool)r!["right"]!).Select(r => new JsonObject
            {
                ["prompt"] = i["messages"]!.DeepClone(), ["response"] = (string)r!["text"]!,
            }.ToJsonString())));
        CliResult scored = TrainFolder.Run(
            ["score", "--model", folder["prm/final"], "--in", folder["right.jsonl"], "--reward", "process", "--quiet"]);
        Assert.Equal(
            scored.Output.TrimEnd().Split('\n').Select(l => (double)JsonNode.Parse(l)!["reward"]! > 0.5),
            checks.SelectMany(c => c["votes"]!.AsArray()).Select(v => (bool)v!.AsArray().Single()!));
    }

    [Theory]
    [InlineData("--check-reasoning: expected a judge that says whether a solution is right", "--check-reasoning", "pairwise")]
    [InlineData("--checks: expected 1 with a checker that says the same", "--check-reasoning", "verifier", "--checks", "3")]
    [InlineData("--checks: expected --check-reasoning beside it, found none", "--checks", "3")]
    [InlineData("--check-model: expected none beside a model", "--check-reasoning", "x", "--check-model", "y")]
    [InlineData("--votes: expected a judge in --check-reasoning", "--check-reasoning", "innate-tiny", "--votes", "2")]
    [InlineData("--check-reasoning: expected a judge, or the folder of a", "--check-reasoning", "innate-tiny")]
    [InlineData("--check-reasoning: expected none beside --scorer", "--check-reasoning", "verifier", "--scorer", "endogenous")]
    public void A_checker_that_could_tell_nothing_is_refused(string why, params string[] options)
    {
        using Support.TemporaryFolder folder = new();
        CliResult result = RealCli.Run(
            ["eval", "--policy", "arith", "--limit", "1", "--max-tokens", "20", "--out", folder["out"], .. options]);
        Assert.Equal(2, result.Code);
        Assert.Contains(why, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Checks_lie_in_a_folder()
    {
        CliResult result = RealCli.Run(["eval", "--policy", "arith", "--check-reasoning", "verifier"]);
        Assert.Equal(2, result.Code);
        Assert.Contains("--out: expected a folder beside --check-reasoning, found none", result.Error, StringComparison.Ordinal);
    }

    private static JsonNode Json(string file) => JsonNode.Parse(File.ReadAllText(file))!;
}
