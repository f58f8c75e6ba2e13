using System.Text.Json.Nodes;

namespace Innate.Tests.Cli;

/// <summary><c>innate eval --policy ... --scorers all</c> with the model inside.</summary>
public class ComparisonTests
{
    private static readonly string[] Asked =
        ["eval", "--policy", "arith", "--limit", "20", "--samples", "8", "--seed", "3", "--max-tokens", "96"];

    [Fact]
    public void The_reward_inside_chooses_better_than_chance_and_what_likes_confidence_is_over_optimised()
    {
        using Support.TemporaryFolder folder = new();
        CliResult result = RealCli.Run([.. Asked, "--scorers", "all", "--out", folder["out"]]);
        Assert.Equal(0, result.Code);
        JsonNode json = Read(folder["out"]);
        JsonNode inside = Of(json, "endogenous"), random = Of(json, "random");
        double sampled = (double)inside["curve"]![0]!["gold"]!, best = (double)inside["metrics"]!["best-of-8"]!;
        Assert.True(best > sampled + 0.15, $"best of 8 {best}, one answer {sampled}");
        Assert.True((double)inside["gain_interval"]![0]! > 0);
        Assert.InRange((double)random["gain"]!, -0.35, 0.35);
        Assert.Equal(8, (int)inside["peak"]!);
        Assert.True((int)Of(json, "self-certainty")["peak"]! < 8);

        // Every scorer chooses among the same answers.
        JsonNode[] all = [.. json["scorers"]!.AsArray().Select(s => s!)];
        Assert.Contains(all, s => (string?)s["name"] == "judge-verifier");
        Assert.Single(all.Select(s => (double)s["metrics"]!["oracle"]!).Distinct());
        Assert.Single(all.Select(s => (double)s["curve"]![0]!["gold"]!).Distinct());

        // The score of what is chosen rises with n, whatever becomes of the choice.
        Assert.All(all, s => Assert.True(
            (double)s["curve"]!.AsArray()[^1]!["proxy"]! >= (double)s["curve"]![0]!["proxy"]!));
        Assert.Contains("right of the best of n", result.Output, StringComparison.Ordinal);
        string page = File.ReadAllText(Path.Combine(folder["out"], "report.html"));
        Assert.Equal(3, page.Split("data-part=\"lines\"").Length); // two charts
        Assert.Contains("judge-verifier", page, StringComparison.Ordinal);

        // What a judge reads is counted: its prompt holds the question and the answer.
        Assert.All(all.Where(s => ((string)s["name"]!).StartsWith("judge-", StringComparison.Ordinal)), s => Assert.True(
            (double)s["tokens"]! / (double)s["verdicts"]! > 20));
    }

    [Fact]
    public void Another_model_joins_and_a_run_that_stopped_goes_on_without_sampling_again()
    {
        using Support.TemporaryFolder folder = new();
        string[] run = [.. Asked, "--scorers", "endogenous", "--reward-model", "innate-tiny", "--out", folder["out"]];
        Assert.Equal(0, RealCli.Run(run).Code);
        JsonNode whole = Read(folder["out"]);
        Assert.Equal(6, whole["scorers"]!.AsArray().Count(s => ((string)s!["name"]!)[..5] != "judge"));
        string items = File.ReadAllText(Path.Combine(folder["out"], "items.jsonl"));
        Directory.Delete(Path.Combine(folder["out"], "scorers"), recursive: true);
        File.Delete(Path.Combine(folder["out"], "comparison.json"));
        DateTime sampled = File.GetLastWriteTimeUtc(Path.Combine(folder["out"], "items.jsonl"));
        Assert.Equal(0, RealCli.Run([.. run, "--resume"]).Code);
        Assert.Equal(sampled, File.GetLastWriteTimeUtc(Path.Combine(folder["out"], "items.jsonl")));
        Assert.Equal(items, File.ReadAllText(Path.Combine(folder["out"], "items.jsonl")));
        Assert.Equal(Timeless(whole), Timeless(Read(folder["out"])));

        // Other settings are other answers.
        CliResult other = RealCli.Run([.. run, "--resume", "--temperature", "0.5"]);
        Assert.Equal(2, other.Code);
    }

    [Theory]
    [InlineData("--out: expected a folder beside --scorer, found none", "--samples", "4", "--scorers", "all")]
    [InlineData("--samples: expected at least 2 beside --scorer", "--out", "x", "--scorers", "all")]
    [InlineData("--reward-model: expected none with --policy, found one", "--reward-model", "x")]
    public void What_does_not_go_together_is_said_in_one_sentence(string why, params string[] options)
    {
        CliResult result = RealCli.Run(["eval", "--policy", "arith", .. options]);
        Assert.Equal(2, result.Code);
        Assert.Contains(why, result.Error, StringComparison.Ordinal);
    }

    private static JsonNode Read(string folder) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "comparison.json")))!;

    private static JsonNode Of(JsonNode json, string name) =>
        json["scorers"]!.AsArray().First(s => (string?)s!["name"] == name)!;

    private static string Timeless(JsonNode json)
    {
        JsonNode copy = json.DeepClone();
        foreach (JsonNode? scorer in copy["scorers"]!.AsArray()) scorer!.AsObject().Remove("seconds");
        return copy.ToJsonString();
    }
}
