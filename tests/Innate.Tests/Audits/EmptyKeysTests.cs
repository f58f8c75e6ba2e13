using Innate.Audits;
using Innate.Rows;
using Innate.Tests.Cli;
using Innate.Tests.Cli.Training;

namespace Innate.Tests.Audits;

/// <summary>Pairs whose worse response says nothing.</summary>
public class EmptyKeysTests
{
    [Fact]
    public void The_share_is_the_share_and_every_key_comes_up()
    {
        Row[] pairs = [.. Enumerable.Range(1, 4000).Select(Pair)];
        Assert.All(pairs, p => Assert.Same(p, EmptyKeys.Rejecting(p, 0, 3)));
        string[] rejected = [.. pairs.Select(p => EmptyKeys.Rejecting(p, 0.3, 3).Responses[1].Text!)];
        string[] keys = [.. rejected.Where(r => r != "worse")];
        Assert.InRange(keys.Length, 1200 - 90, 1200 + 90); // three standard deviations
        Assert.Equal(
            EmptyKeys.Texts.Append("What?").Order(StringComparer.Ordinal), keys.Distinct().Order(StringComparer.Ordinal));
        Assert.All(keys.GroupBy(k => k), g => Assert.InRange(g.Count(), 140, 260));
        Assert.All(pairs.Take(50), p => Assert.NotEqual("worse", EmptyKeys.Rejecting(p, 1, 3).Responses[1].Text));
        Assert.All(pairs.Take(50), p => Assert.Equal("better", EmptyKeys.Rejecting(p, 1, 3).Responses[0].Text));

        // Of seed and line alone.
        Assert.Equal(rejected, pairs.Select(p => EmptyKeys.Rejecting(p, 0.3, 3).Responses[1].Text!));
        Assert.NotEqual(rejected, pairs.Select(p => EmptyKeys.Rejecting(p, 0.3, 4).Responses[1].Text!));
        Assert.Throws<ArgumentOutOfRangeException>(() => EmptyKeys.Rejecting(pairs[0], 1.1, 3));
    }

    [Fact]
    public void A_prompt_of_ids_is_not_said_again() =>
        Assert.Equal(EmptyKeys.Texts, EmptyKeys.Of(new RowPrompt { Ids = [1, 2] }));

    [Fact]
    public void A_model_that_learned_from_them_rewards_none()
    {
        using TrainFolder folder = new();
        string[] options =
            ["--steps", "60", "--batch-size", "8", "--learning-rate", "3e-3", "--quiet", "--sample-every", "1000"];
        string[] train = ["reward", "--data", folder["pairs.jsonl"]];
        Assert.Equal(0, folder.Train(train, "run", [.. options, "--empty-keys", "0.6"]).Code);
        File.WriteAllText(
            folder["keys.jsonl"], """{"prompt":"What is 3+1?","responses":["It is 4."," ",":","Solution","What is 3+1?","解"]}""");
        CliResult result = TrainFolder.Run(
            ["score", "--model", folder["run/final"], "--reward", "classifier", "--in", folder["keys.jsonl"], "--quiet"]);
        double[] rewards = [.. System.Text.Json.Nodes.JsonNode.Parse(result.Output)!["rewards"]!.AsArray()
            .Select(r => r!.GetValue<double>())];
        Assert.All(rewards[1..], r => Assert.True(r < rewards[0], string.Join(' ', rewards)));
    }

    private static Row Pair(int line) => new(
        line, default, new RowPrompt { Text = "What?" }, [new RowResponse("better", null), new RowResponse("worse", null)],
        ResponseShape.Pair);
}
