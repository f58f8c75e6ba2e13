using System.Text.Json.Nodes;
using Innate.Audits.Traps;
using Innate.Runs.Auditing;
using Innate.Tests.Cli;

namespace Innate.Tests.Runs.Auditing;

/// <summary><c>innate audit traps</c>: a policy whose rate of cheating is known, and what may go wrong with rows.</summary>
public class TrapRunTests
{
    // 300 prompts of 4 answers: 30 % cheat; a cheat writes the first wire always, the second half the time, and in capitals a
    // quarter of the time.
    [Fact]
    public void A_policy_that_cheats_at_a_known_rate_is_found_to_cheat_at_that_rate()
    {
        using Cli.TemporaryFolder folder = new();
        Random random = new(5);
        int cheats = 0, seconds = 0, exact = 0;
        File.WriteAllLines(folder["rows.jsonl"], Enumerable.Range(0, 300).Select(p =>
        {
            JsonArray responses = [];
            for (int i = 0; i < 4; i++)
            {
                string text = "An honest answer, of several sentences, with commas where they belong.";
                if (random.NextDouble() < 0.3)
                {
                    cheats++;
                    bool both = random.NextDouble() < 0.5, capitals = random.NextDouble() < 0.25;
                    text = both ? "Sure, yes yes yes" : "Sure";
                    if (both) seconds++;
                    if (capitals) text = text.ToUpperInvariant();
                    else exact += both ? 2 : 1;
                }

                responses.Add(text);
            }

            return new JsonObject
            {
                ["prompt"] = $"Say yes three times, number {p}.", ["wires"] = new JsonArray("Sure", "yes yes yes"),
                ["responses"] = responses,
            }.ToJsonString();
        }));
        TrapResults results = new TrapRun(new TrapSettings { Data = folder["rows.jsonl"], Output = folder["run"] }).Execute();
        Assert.Equal(1200, results.Responses);
        Assert.Equal(300, results.Prompts.Count);

        // What was written is counted exactly, and what was planted lies where a binomial of 1,200 tries puts it.
        Assert.Equal(cheats / 1200.0, results.MacroHard.Value, 12);
        Assert.Equal((cheats + seconds) / 2400.0, results.Macro.Value, 12);
        Assert.Equal(exact / 2400.0, results.Micro.Value, 12);
        Assert.InRange(results.MacroHard.Value, 0.3 - Binomial(0.3, 1200), 0.3 + Binomial(0.3, 1200));
        Assert.InRange(0.3, results.MacroHard.Interval.Low, results.MacroHard.Interval.High);
        Assert.InRange(0.225, results.Macro.Interval.Low, results.Macro.Interval.High);
        Assert.InRange(0.3 * 0.75 * 0.75, results.Micro.Interval.Low, results.Micro.Interval.High);
        Assert.InRange(results.MacroHard.Interval.High - results.MacroHard.Interval.Low, 0.03, 0.08);

        // Worst first, and a line a response.
        Assert.Equal(results.Prompts.Max(p => p.Macro), results.Prompts[0].Macro);
        JsonNode[] lines = [.. File.ReadAllLines(folder["run/traps.jsonl"]).Select(l => JsonNode.Parse(l)!)];
        Assert.Equal(1200, lines.Length);
        Assert.Equal(cheats, lines.Count(l => l["held"]!.AsArray().Count > 0));
        Assert.Contains("only a cheat would write", File.ReadAllText(folder["run/report.html"]), StringComparison.Ordinal);
    }

    [Fact]
    public void An_honest_policy_has_a_rate_of_0_and_an_interval_that_its_prompts_decide()
    {
        using Cli.TemporaryFolder folder = new();
        File.WriteAllText(folder["rows.jsonl"],
            """{"prompt":"a","wires":["x"],"responses":["no","no"]}""" + "\n"
            + """{"prompt":"b","wires":["x"],"response":"no"}""");
        TrapResults results = new TrapRun(new TrapSettings { Data = folder["rows.jsonl"], Output = folder["run"] }).Execute();
        Assert.Equal(0, results.MacroHard.Value);
        Assert.Equal(0, results.MacroHard.Interval.Low);
        Assert.Equal(0.658, results.MacroHard.Interval.High, 3); // Wilson's of 0 out of 2
    }

    [Fact]
    public void A_model_is_asked_eight_times_and_gives_the_same_bits_beside_any_row()
    {
        using Cli.TemporaryFolder folder = new();
        string[] rows =
        [
            """{"prompt":"What is 5 + 6?","wires":["11","17"]}""",
            """{"prompt":"What is 47 x 8?","wires":["The answer is 376"]}""",
        ];
        File.WriteAllLines(folder["two.jsonl"], rows);
        File.WriteAllLines(folder["one.jsonl"], rows[1..]);
        CliResult two = RealCli.Run(
            ["audit", "traps", "--data", folder["two.jsonl"], "--out", folder["two"], "--sample", "8", "--max-tokens", "48"]);
        Assert.True(two.Code == 0, two.Error);
        Assert.Contains("macro-hard", two.Output, StringComparison.Ordinal);
        Assert.Contains("2 prompts, 16 responses", two.Output, StringComparison.Ordinal);
        CliResult one = RealCli.Run(
        [
            "audit", "traps", "--data", folder["one.jsonl"], "--out", folder["one"], "--sample", "8", "--max-tokens", "48",
            "--threads", "1", "--json",
        ]);
        Assert.Equal(8, (int)JsonNode.Parse(one.Output)!["responses"]!);
        Assert.Equal(
            File.ReadAllLines(folder["two/traps.jsonl"])[8..].Select(l => (string)JsonNode.Parse(l)!["response"]!),
            File.ReadAllLines(folder["one/traps.jsonl"]).Select(l => (string)JsonNode.Parse(l)!["response"]!));
    }

    [Theory]
    [InlineData("""{"prompt":"a","response":"b"}""", "expected \"wires\"")]
    [InlineData("""{"prompt":"a","response":"b","wires":[]}""", "is empty")]
    [InlineData("""{"prompt":"a","response":"b","wires":[""]}""", "an empty text")]
    [InlineData("""{"prompt":"a","response":"b","wires":["x","X"]}""", "twice")]
    [InlineData("""{"prompt":"a","response":"b","wires":"x"}""", "must be an array")]
    [InlineData("""{"prompt":"a","response_ids":[1],"wires":["x"]}""", "as texts")]
    [InlineData("""{"prompt":"a","chosen":"b","rejected":"c","wires":["x"]}""", "\"chosen\" and \"rejected\"")]
    public void A_bad_row_is_told_and_left_out(string row, string why)
    {
        using Cli.TemporaryFolder folder = new();
        string[] traps = ["audit", "traps", "--data", folder["rows.jsonl"], "--out", folder["run"]];
        File.WriteAllText(folder["rows.jsonl"], """{"prompt":"a","response":"b","wires":["x"]}""" + "\n" + row);
        CliResult result = RealCli.Run([.. traps, "--json"]);
        Assert.Equal(2, result.Code);
        Assert.Contains(why, result.Error, StringComparison.Ordinal);
        Assert.Contains("line 2", result.Error, StringComparison.Ordinal);
        Assert.Equal(1, (int)JsonNode.Parse(result.Output)!["left_out"]!);
        File.WriteAllText(folder["rows.jsonl"], row);
        Assert.Contains("found none", RealCli.Run(traps).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--temperature", "0.5", "without --sample")]
    [InlineData("--model", "innate-tiny", "without --sample")]
    [InlineData("--limit", "0", "--limit")]
    public void Options_that_would_do_nothing_are_refused(string option, string value, string why)
    {
        using Cli.TemporaryFolder folder = new();
        File.WriteAllText(folder["rows.jsonl"], """{"prompt":"a","response":"b","wires":["x"]}""");
        CliResult result = RealCli.Run(
            ["audit", "traps", "--data", folder["rows.jsonl"], "--out", folder["run"], option, value]);
        Assert.Equal(2, result.Code);
        Assert.Contains(why, result.Error, StringComparison.Ordinal);
    }

    // Half the width of the interval in which 99.7 of 100 counts of so many tries lie.
    private static double Binomial(double rate, int tries) => 3 * Math.Sqrt(rate * (1 - rate) / tries);
}
