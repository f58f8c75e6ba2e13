using System.Text.Json;
using System.Text.Json.Nodes;
using Innate.Rows;
using Innate.Scoring.Grading;
using Innate.Tests.Cli;
using Innate.Verifiers.Instructions;

namespace Innate.Tests.Runs;

/// <summary><c>innate arithmetic instructions</c>: IFDecorator's flywheel with the model inside.</summary>
public class InstructionRunTests
{
    private static readonly string[] Few =
        ["arithmetic", "instructions", "--count", "12", "--rollouts", "4", "--max-tokens", "48"];

    [Fact]
    public void Instructions_are_of_their_pool_and_are_the_same_bits_whatever_stands_beside_them()
    {
        CliResult all = RealCli.Run([.. Few, "--seed", "3", "--easy", "--quiet"]);
        Assert.True(all.Code == 0, all.Error);
        JsonNode[] rows = [.. all.Lines.Select(l => JsonNode.Parse(l)!)];
        Assert.Equal(12, rows.Length);
        foreach (JsonNode row in rows)
        {
            Assert.Equal((double)row["pass_rate"]! > 0.5 ? "easy" : "hard", (string)row["pool"]!);
            int round = (int)row["round"]!, constraints = row["constraints"]!.AsArray().Count;
            Assert.InRange(round, 1, 5);
            Assert.InRange(constraints, round, 8); // each round adds at least one of eight aspects
            Assert.Equal(0.0, (double)row["pass_rate"]! * 4 % 1, 12);
        }

        // The hard ones alone, on one thread, and fewer of them.
        CliResult hard = RealCli.Run([.. Few, "--seed", "3", "--quiet", "--threads", "1"]);
        Assert.Equal(all.Lines.Where(l => l.Contains("\"pool\":\"hard\"", StringComparison.Ordinal)), hard.Lines);
        CliResult fewer = RealCli.Run([.. Few, "--seed", "3", "--easy", "--quiet", "--count", "5"]);
        Assert.Equal(all.Lines[..5], fewer.Lines);
    }

    [Fact]
    public void A_pass_is_a_right_answer_that_keeps_all_constraints()
    {
        using Cli.TemporaryFolder folder = new();
        CliResult made = RealCli.Run(
            [.. Few, "--seed", "4", "--quiet", "--easy", "--rounds", "1", "--out", folder["rows.jsonl"]]);
        Assert.True(made.Code == 0, made.Error);
        CliResult said = RealCli.Run(
        [
            "generate", "--in", folder["rows.jsonl"], "--out", folder["said.jsonl"], "--n", "4", "--temperature", "1", "--seed",
            "4", "--max-tokens", "48", "--quiet",
        ]);
        Assert.True(said.Code == 0, said.Error);
        foreach (string line in File.ReadLines(folder["said.jsonl"]))
        {
            using JsonDocument json = JsonDocument.Parse(line);
            JsonElement row = json.RootElement;
            Instruction own = Instruction.Read(new RowFields(row));
            int passes = row.GetProperty("responses").EnumerateArray().Select(r => r.GetString()!).Count(r =>
                own.Rules.All(rule => rule.Holds(r)) && VerifiableAnswer.Check(r, own.Answer!).Reward == 1);
            Assert.True(row.GetProperty("pass_rate").GetDouble() <= passes / 4.0, line); // a cut response may look right
        }
    }

    [Theory]
    [InlineData("--count", "0")]
    [InlineData("--rollouts", "0")]
    [InlineData("--rounds", "0")]
    public void Nothing_is_made_of_nothing(string option, string value)
    {
        CliResult result = RealCli.Run(["arithmetic", "instructions", option, value]);
        Assert.Equal(2, result.Code);
        Assert.Contains(option, result.Error, StringComparison.Ordinal);
    }
}
