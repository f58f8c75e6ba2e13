using System.Text.Json.Nodes;

namespace Innate.Tests.Cli;

/// <summary><c>innate eval --policy</c> with the model inside.</summary>
public class PolicyEvaluationTests
{
    [Fact]
    public void The_model_inside_is_mostly_right_and_better_in_eight_tries()
    {
        using Support.TemporaryFolder folder = new();
        CliResult result = RealCli.Run([
            "eval", "--policy", "arith", "--limit", "24", "--samples", "8", "--k", "1,8", "--seed", "1", "--out", folder["out"]]);
        Assert.Equal(0, result.Code);
        Assert.Contains("two-step", result.Output, StringComparison.Ordinal);
        JsonNode json = JsonNode.Parse(File.ReadAllText(Path.Combine(folder["out"], "results.json")))!;
        JsonNode metrics = json["metrics"]!;
        Assert.Equal(24, (int)json["n"]!);
        Assert.InRange((double)metrics["accuracy"]!, 0.35, 0.8);
        Assert.Equal((double)metrics["accuracy"]!, (double)metrics["pass@1"]!, 1e-12);
        Assert.True((double)metrics["pass@8"]! > (double)metrics["majority@8"]! - 1e-12);
        Assert.True((double)metrics["majority@8"]! > (double)metrics["accuracy"]!);
        Assert.Equal(24, File.ReadAllLines(Path.Combine(folder["out"], "items.jsonl")).Length);
    }

    [Fact]
    public void An_interrupted_run_goes_on_to_the_same_bits_on_any_thread_count_and_limit()
    {
        using Support.TemporaryFolder folder = new();
        string[] run = ["eval", "--policy", "arith", "--data", folder["q.jsonl"], "--samples", "2", "--max-tokens", "60"];
        Assert.Equal(
            0, RealCli.Run(
                ["arithmetic", "generate", "--count", "70", "--held-out", "--questions", "--out", folder["q.jsonl"]]).Code);
        Assert.Equal(0, RealCli.Run([.. run, "--out", folder["whole"]]).Code);
        Assert.Equal(0, RealCli.Run([.. run, "--out", folder["cut"], "--threads", "1"]).Code);
        string whole = File.ReadAllText(Path.Combine(folder["whole"], "items.jsonl")),
            cut = Path.Combine(folder["cut"], "items.jsonl");
        Assert.Equal(whole, File.ReadAllText(cut));

        // As a kill leaves it: some whole lines, half a line, and the settings.
        File.WriteAllText(cut + ".partial", whole[..(whole.Length / 3)]);
        File.Delete(cut);
        Assert.Equal(2, RealCli.Run([.. run, "--out", folder["cut"], "--resume"]).Code); // who knows how it was made
        File.WriteAllBytes(cut + ".partial.json", Header(run, folder));
        CliResult resumed = RealCli.Run([.. run, "--out", folder["cut"], "--resume"]);
        Assert.Equal(0, resumed.Code);
        Assert.Contains("resuming after", resumed.Error, StringComparison.Ordinal);
        Assert.Equal(whole, File.ReadAllText(cut));

        // What is printed as JSON is what the folder holds, less what only a folder is asked for.
        JsonObject kept = JsonNode.Parse(File.ReadAllText(Path.Combine(folder["whole"], "results.json")))!.AsObject();
        kept.Remove("fingerprint");
        Assert.Equal(kept.ToJsonString(), JsonNode.Parse(RealCli.Run([.. run, "--json", "--quiet"]).Output)!.ToJsonString());

        // A question's answers are its own: a limit changes none.
        Assert.Equal(0, RealCli.Run([.. run, "--limit", "5", "--out", folder["few"]]).Code);
        Assert.StartsWith(File.ReadAllText(Path.Combine(folder["few"], "items.jsonl")), whole, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--policy: expected one of gsm8k, math, arith, found 'x'", "--policy", "x")]
    [InlineData("--data: expected a file of questions", "--policy", "math")]
    [InlineData("--temperature: expected a number above 0 with --samples 2", "--policy", "arith", "--samples", "2",
        "--temperature", "0")]
    [InlineData("--k: expected different whole numbers from 1 to --samples (4), found 1,8", "--policy", "arith", "--samples", "4",
        "--k", "1,8")]
    [InlineData("--resume: expected a folder in --out, found none", "--policy", "arith", "--resume")]
    [InlineData("--limit: expected a whole number of at least 1, found 0", "--policy", "arith", "--limit", "0")]
    [InlineData("either a benchmark's NAME or --policy SET", "arith-bench", "--policy", "arith")]
    [InlineData("either a benchmark's NAME or --policy SET")]
    [InlineData("--resamples: expected none with --policy", "--policy", "arith", "--resamples", "10")]
    [InlineData("--samples: expected none without --policy", "arith-bench", "--samples", "2")]
    public void What_cannot_be_done_is_said_in_one_sentence(string why, params string[] options)
    {
        CliResult result = RealCli.Run(["eval", .. options]);
        Assert.Equal(2, result.Code);
        Assert.Contains(why, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_question_longer_than_the_context_is_counted_and_told()
    {
        using Support.TemporaryFolder folder = new();
        File.WriteAllText(
            folder["q.jsonl"], $$"""{"prompt":"2 + 2 = ?","answer":4}""" + "\n"
            + $$"""{"prompt":"{{new string('7', 600)}}","answer":4}""" + "\n");
        CliResult result = RealCli.Run(["eval", "--policy", "arith", "--data", folder["q.jsonl"], "--out", folder["out"]]);
        Assert.Equal(0, result.Code);
        Assert.Contains("1 questions could not be asked", result.Output, StringComparison.Ordinal);
        JsonNode json = JsonNode.Parse(File.ReadAllText(Path.Combine(folder["out"], "results.json")))!;
        Assert.Equal((1, 1), ((int)json["n"]!, (int)json["unscored"]!));
        Assert.Contains("leaves no room", File.ReadAllLines(Path.Combine(folder["out"], "items.jsonl"))[1],
            StringComparison.Ordinal);
    }

    // The settings that a run leaves while it is under way are those that its results tell.
    private static byte[] Header(string[] run, Support.TemporaryFolder folder)
    {
        Assert.Equal(0, RealCli.Run([.. run, "--out", folder["again"]]).Code);
        JsonNode json = JsonNode.Parse(File.ReadAllText(Path.Combine(folder["again"], "results.json")))!;
        return Innate.Rows.RowWriter.Line(w =>
        {
            foreach ((string name, JsonNode? value) in json["fingerprint"]!.AsObject()) w.WriteString(name, (string)value!);
        });
    }
}
