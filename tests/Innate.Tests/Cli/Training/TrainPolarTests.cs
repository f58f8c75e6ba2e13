using System.Globalization;
using System.Text.Json.Nodes;
using Innate.Checkpoints;
using Innate.Rewards;
using Innate.Tests.Server;

namespace Innate.Tests.Cli.Training;

/// <summary>POLAR: a reward model that says which of two answers a reference's policy would have given.</summary>
public class TrainPolarTests
{
    [Fact]
    public async Task The_reference_policy_is_recognised_and_right_and_wrong_are_not()
    {
        using TrainFolder folder = new();
        Write(folder["alike.jsonl"], 320, 2, styles: true);
        Write(folder["held.jsonl"], 80, 3, styles: true);
        Write(folder["answers.jsonl"], 80, 4, styles: false);
        CliResult trained = folder.Train(
            ["reward", "--data", folder["alike.jsonl"]], "run",
            ["--head", "polar", "--model", EmbeddedModel.Name, "--eval-data", folder["held.jsonl"], "--epochs", "2",
                "--batch-size", "16", "--learning-rate", "5e-4", "--eval-every", "1000", "--sample-every", "1000", "--quiet"]);
        Assert.Equal(0, trained.Code);
        Assert.True(folder.Metric("run", "eval_accuracy")[^1] > 0.9);

        // Of two answers in one style, one right and one wrong, it knows nothing: nobody told it (zoo's signature of POLAR).
        Assert.Equal(folder.Metric("run", "eval_accuracy")[^1], Accuracy(Scored(folder, "held.jsonl")), 12);
        Assert.InRange(Accuracy(Scored(folder, "answers.jsonl")), 0.25, 0.75);

        JsonObject row = Scored(folder, "held.jsonl")[0];
        (string prompt, string reference) = (row["prompt"]!.GetValue<string>(), row["reference"]!.GetValue<string>());
        using RewardModel model = RewardModel.Load(
            folder["run/final"], new RewardModelOptions { Kind = RewardKind.Polar });
        Assert.Equal(
            [row["reward_chosen"]!.GetValue<double>(), row["reward_rejected"]!.GetValue<double>()],
            model.ScoreAgainst(prompt, reference, [row["chosen"]!.GetValue<string>(), row["rejected"]!.GetValue<string>()]));
        Assert.Contains(
            "expected no polar without one (ScoreAgainst takes it)",
            Assert.Throws<InputException>(() => model.Score(prompt, "It is 3.")).Message, StringComparison.Ordinal);

        await using RunningServer server = await RunningServer.Start(folder: folder["run/final"]);
        string asked = new JsonObject
        {
            ["prompt"] = prompt, ["reference"] = reference, ["response"] = row["chosen"]!.GetValue<string>(), ["reward"] = "polar",
        }.ToJsonString();
        Assert.Equal(
            row["reward_chosen"]!.GetValue<double>(),
            (await server.Post("/v1/rewards", asked)).Json.GetProperty("reward").GetDouble());
    }

    [Theory]
    [InlineData("""{"prompt":"a","chosen":"b","rejected":"c"}""",
        "line 1: \"reference\": expected the answer that polar compares with, found none")]
    [InlineData("""{"prompt":"a","chosen":"b","rejected":"c","reference":3}""",
        "line 1: \"reference\": expected the answer that polar compares with, found the number 3")]
    [InlineData("""{"prompt":"a","chosen":"b","rejected":"<think>x</think>","reference":"b"}""",
        "line 1: response 2: expected an answer, found no more than thoughts")]
    public void A_row_that_cannot_be_compared_is_named(string row, string sentence)
    {
        using TrainFolder folder = new();
        File.WriteAllText(folder["bad.jsonl"], row);
        CliResult result = folder.Train(["reward", "--data", folder["bad.jsonl"]], "run", ["--head", "polar", "--quiet"]);
        Assert.Equal(2, result.Code);
        Assert.Contains(sentence, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_reference_there_is_a_sentence_and_no_reward()
    {
        using TrainFolder folder = new();
        string[] options = ["--head", "polar", "--steps", "2", "--quiet"];
        Write(folder["alike.jsonl"], 16, 2, styles: true);
        Assert.Equal(0, folder.Train(["reward", "--data", folder["alike.jsonl"]], "run", options).Code);
        string[] model = ["--model", folder["run/final"], "--reward", "polar"];
        CliResult scored = TrainFolder.Run(["score", .. model, "--in", folder["pairs.jsonl"], "--quiet"]);
        Assert.Contains("expected the answer that polar compares with, found none", scored.Output, StringComparison.Ordinal);
        CliResult ranked = TrainFolder.Run(["rank", .. model, "--prompt", "a", "--response", "b", "--response", "c"]);
        Assert.Contains("expected no polar of a prompt alone", ranked.Error, StringComparison.Ordinal);
        CliResult mixed = TrainFolder.Run(
            ["score", "--model", folder["run/final"], "--reward", "polar - tokens", "--in", folder["alike.jsonl"], "--quiet"]);
        Assert.Contains("expected polar alone", mixed.Error, StringComparison.Ordinal);
    }

    private static JsonObject[] Scored(TrainFolder folder, string file)
    {
        CliResult result = TrainFolder.Run(
            ["score", "--model", folder["run/final"], "--reward", "polar", "--in", folder[file], "--quiet"]);
        Assert.Equal((0, ""), (result.Code, result.Error));
        return [.. result.Output.TrimEnd('\n').Split('\n').Select(l => JsonNode.Parse(l)!.AsObject())];
    }

    private static double Accuracy(JsonObject[] rows) => rows.Average(
        r => r["reward_chosen"]!.GetValue<double>() > r["reward_rejected"]!.GetValue<double>() ? 1.0 : 0);

    // Two policies: one is short, one is not. The pair is of both, or of one of them with a wrong answer.
    private static void Write(string file, int count, int seed, bool styles)
    {
        Random random = new(seed);
        File.WriteAllLines(file, Enumerable.Range(0, count).Select(_ =>
        {
            int a = random.Next(1, 10), b = random.Next(1, 10), style = random.Next(2), other = random.Next(2, 19);
            string Said(int which, int sum) => FormattableString.Invariant(
                which == 0 ? $"It is {sum}." : (FormattableString)$"Adding {a} and {b} makes {sum}, I think.");
            return new JsonObject
            {
                ["prompt"] = string.Create(CultureInfo.InvariantCulture, $"What is {a}+{b}?"),
                ["reference"] = Said(style, a + b),
                ["chosen"] = styles ? Said(style, other) : Said(1 - style, a + b),
                ["rejected"] = styles ? Said(1 - style, other) : Said(1 - style, a + b + 1 + random.Next(5)),
            }.ToJsonString();
        }));
    }
}
