using System.Text.Json;
using System.Text.Json.Nodes;
using Innate.Checkpoints;
using Innate.Generation;
using Innate.Rows;
using Innate.Runs;
using Innate.Scoring.Grading;
using Innate.Sessions;
using Innate.Tests.Cli;
using Innate.Text;
using Innate.Verifiers.Instructions;

namespace Innate.Tests.Runs;

/// <summary><c>innate arithmetic instructions</c>: IFDecorator's flywheel with the model inside.</summary>
public class InstructionRunTests
{
    private static readonly string[] Few =
        ["arithmetic", "instructions", "--rollouts", "4", "--max-tokens", "48"];

    [Fact]
    public void Instructions_are_of_their_pool_and_are_the_same_bits_whatever_stands_beside_them()
    {
        CliResult all = RealCli.Run([.. Few, "--count", "12", "--seed", "3", "--easy", "--quiet"]);
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
        CliResult hard = RealCli.Run([.. Few, "--count", "12", "--seed", "3", "--quiet", "--threads", "1"]);
        Assert.Equal(all.Lines.Where(l => l.Contains("\"pool\":\"hard\"", StringComparison.Ordinal)), hard.Lines);
        CliResult fewer = RealCli.Run([.. Few, "--seed", "3", "--easy", "--quiet", "--count", "5"]);
        Assert.Equal(all.Lines[..5], fewer.Lines);
    }

    [Fact]
    public void A_pass_is_a_right_answer_that_keeps_all_constraints()
    {
        CliResult made = RealCli.Run([.. Few, "--count", "12", "--seed", "4", "--quiet", "--easy", "--rounds", "1"]);
        Assert.True(made.Code == 0, made.Error);
        using ModelSession session = ModelSession.Open(EmbeddedModel.Folder);
        PromptSampler sampler = new(
            session, new ChatFormatOptions(), new SamplingOptions { Temperature = 1, MaxTokens = 48, Seed = 4 }, count: 4);
        foreach (string line in made.Lines)
        {
            using JsonDocument json = JsonDocument.Parse(line);
            JsonElement row = json.RootElement;
            Instruction own = Instruction.Read(new RowFields(row));
            SampledAnswer[] said = sampler.Sample(
                [sampler.Encode(new RowPrompt { Text = row.GetProperty("prompt").GetString() })], default)[0];
            int passes = said.Count(a => a.HasEnded && own.Rules.All(rule => rule.Holds(a.Text))
                && VerifiableAnswer.Check(a.Text, own.Answer!).Reward == 1);
            Assert.Equal(passes / 4.0, row.GetProperty("pass_rate").GetDouble());
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
