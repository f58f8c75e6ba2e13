using System.Globalization;
using System.Text.Json.Nodes;
using Innate.Checkpoints;
using Innate.Rewards;
using Innate.Tests.Server;

namespace Innate.Tests.Cli.Training;

/// <summary>A head that learns which steps of a solution are right.</summary>
public class TrainProcessRewardTests
{
    private static readonly string[] Short =
        ["--head", "process", "--steps", "12", "--batch-size", "4", "--learning-rate", "1e-3", "--sample-every", "5", "--quiet"];

    [Fact]
    public async Task A_small_model_learns_to_judge_steps_and_every_reader_finds_its_scores()
    {
        using TrainFolder folder = new();
        WriteSums(folder["sums.jsonl"], 700, 2);
        WriteSums(folder["held.jsonl"], 150, 3);
        CliResult trained = folder.Train(
            ["reward", "--data", folder["sums.jsonl"]], "run",
            ["--head", "process", "--model", EmbeddedModel.Name, "--eval-data", folder["held.jsonl"], "--epochs", "2",
                "--batch-size", "16", "--learning-rate", "3e-4", "--eval-every", "1000", "--sample-every", "1000", "--quiet"]);
        Assert.Equal(0, trained.Code);
        double[] accuracy = folder.Metric("run", "eval_accuracy"), error = folder.Metric("run", "eval_error");
        Assert.True(
            accuracy[^1] - (1.96 * error[^1]) > 0.5, $"held out: {accuracy[^1]} with a standard error of {error[^1]}");

        JsonObject[] rows = Scored(folder, "process");
        Assert.All(rows, r =>
        {
            double[] steps = Numbers(r, "step_rewards");
            Assert.Equal(2, steps.Length);
            Assert.Equal(steps.Min(), r["reward"]!.GetValue<double>());
        });
        double right = rows.SelectMany(r => Numbers(r, "step_rewards").Zip(
            r["labels"]!.AsArray().Select(l => l!.GetValue<bool>()), (p, label) => p > 0.5 == label ? 1.0 : 0)).Average();
        Assert.Equal(accuracy[^1], right, 12);
        Assert.Equal(
            rows.Select(r => Numbers(r, "step_rewards").Average()),
            Scored(folder, "process,steps=mean").Select(r => r["reward"]!.GetValue<double>()));

        // A text with a blank line between its steps is read as the steps were; C# and the server give the same bits.
        using RewardModel model = RewardModel.Load(folder["run/final"]);
        Assert.Equal(RewardKind.Process, model.Kind);
        await using RunningServer server = await RunningServer.Start(folder: folder["run/final"]);
        foreach (JsonObject row in rows.Take(3))
        {
            string prompt = row["prompt"]!.GetValue<string>();
            string text = string.Join("\n\n", row["completions"]!.AsArray().Select(s => s!.GetValue<string>()));
            double expected = row["reward"]!.GetValue<double>();
            Assert.Equal(expected, model.Score(prompt, text));
            string asked = new JsonObject { ["prompt"] = prompt, ["response"] = text }.ToJsonString();
            Assert.Equal(expected, (await server.Post("/v1/rewards", asked)).Json.GetProperty("reward").GetDouble());
            string messages = new JsonArray(
                new JsonObject { ["role"] = "user", ["content"] = prompt },
                new JsonObject { ["role"] = "assistant", ["content"] = text }).ToJsonString();
            Reply reply = await server.Post("/classify", $$"""{"messages":{{messages}},"use_activation":false}""");
            Assert.Equal(expected, reply.Json.GetProperty("data")[0].GetProperty("probs")[0].GetDouble());
        }

        // So many responses to one prompt that they are read in parts, and requests that are read as one.
        string[] many = [.. Enumerable.Range(0, 260).Select(i => $"It is {i}.\n\nSo it is {i + (i % 3)}.\n\nI think.")];
        double[] together = model.Score("What is 1 + 1?", many);
        foreach (int i in (int[])[0, 100, 259]) Assert.Equal(model.Score("What is 1 + 1?", many[i]), together[i]);
        Reply shared = await server.Post(
            "/v1/rewards", """{"rows":[{"prompt":"a","response":"1\n\n2"},{"prompt":"a","response":"3\n\n4\n\n5"}]}""");
        Assert.Equal(
            [model.Score("a", "1\n\n2"), model.Score("a", "3\n\n4\n\n5")],
            shared.Json.GetProperty("rows").EnumerateArray().Select(r => r.GetProperty("reward").GetDouble()));

        Reply both = await server.Post(
            "/v1/rewards", """{"reward":"process(steps=max) - process","prompt":"a","response":"1\n\n2"}""");
        Assert.True(both.Json.GetProperty("reward").GetDouble() >= 0);

        // ProcessBench asks where the first wrong step is: all of an item's steps are read at once.
        File.WriteAllText(folder["bench.json"], Bench);
        CliResult eval = TrainFolder.Run(
            ["eval", "process-bench", "--model", folder["run/final"], "--data", folder["bench.json"], "--out", folder["eval"]]);
        Assert.Equal(0, eval.Code);
        Assert.Contains("  process ", eval.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData()]
    [InlineData("--lora-rank", "4", "--lora-dropout", "0.2")]
    public void A_run_that_was_stopped_goes_on_to_the_same_bits(params string[] options)
    {
        using TrainFolder folder = new();
        WriteSums(folder["sums.jsonl"], 24, 1);
        string[] all = [.. Short, "--save-every", "3", "--micro-batch-size", "3", "--eval-data", folder["sums.jsonl"], .. options];
        string[] reward = ["reward", "--data", folder["sums.jsonl"]];
        Assert.Equal(0, folder.Train(reward, "unbroken", all).Code);
        using CancellationTokenSource stop = new();
        CliResult stopped = folder.Train(
            reward, "run", [.. all.Where(a => a != "--quiet")], new Trigger("sample after step 5", stop.Cancel), stop.Token);
        Assert.Equal(130, stopped.Code);
        Assert.Equal(0, folder.Train(reward, "run", [.. all, "--resume"]).Code);
        folder.AssertSameRuns("unbroken", "run", options.Length > 0);
    }

    [Fact]
    public void The_folder_is_transformers_token_classifier_and_the_adapter_PEFTs()
    {
        using TrainFolder folder = new();
        WriteSums(folder["held.jsonl"], 24, 1);
        string[] reward = ["reward", "--data", folder["held.jsonl"]];
        Assert.Equal(0, folder.Train(reward, "run", Short).Code);
        Assert.Equal(0, folder.Train(reward, "lora", [.. Short, "--lora-rank", "4"]).Code);
        Assert.Equal(0, folder.Train(reward, "merged", [.. Short, "--lora-rank", "4", "--merge"]).Code);
        JsonObject config = JsonNode.Parse(File.ReadAllText(folder["run/final/config.json"]))!.AsObject();
        Assert.Equal("LlamaForTokenClassification", config["architectures"]![0]!.GetValue<string>());
        Assert.Equal(2, config["num_labels"]!.GetValue<int>());
        using (Checkpoint final = Checkpoint.Open(folder["run/final"]))
        {
            Assert.Equal([2, 32], final.Tensors["score.weight"].Shape);
            Assert.Equal([2], final.Tensors["score.bias"].Shape);
        }

        JsonObject adapter = JsonNode.Parse(File.ReadAllText(folder["lora/final/adapter_config.json"]))!.AsObject();
        Assert.Equal("TOKEN_CLS", adapter["task_type"]!.GetValue<string>());
        double[] adapted = Rewards(folder, "--model", folder["model"], "--adapter", folder["lora/final"]);
        double[] merged = Rewards(folder, "--model", folder["merged/final"]);
        Assert.All(adapted.Zip(merged), p => Assert.Equal(p.First, p.Second, 1e-6));
        Assert.NotEqual(adapted[0], Rewards(folder, "--model", folder["run/final"])[0]);

        CliResult other = TrainFolder.Run(
            ["score", "--model", folder["run/final"], "--reward", "classifier", "--in", folder["held.jsonl"], "--quiet"]);
        Assert.Contains("expected process, for ", other.Error, StringComparison.Ordinal);
        CliResult scalar = folder.Train(
            ["reward", "--data", folder["pairs.jsonl"]], "scalar", ["--model", folder["run/final"], "--steps", "2", "--quiet"]);
        Assert.Equal(2, scalar.Code);
        Assert.Contains(
            "--model: expected a language model, or a reward model of ForSequenceClassification, found ", scalar.Error,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"prompt":"a","chosen":"b","rejected":"c"}""",
        "line 1: the row has no steps; expected \"completions\" or \"steps\", and \"labels\"")]
    [InlineData("""{"prompt":"a","completions":["x","y"]}""",
        "line 1: expected \"labels\", true or false or a number from 0 to 1 for each of 2 steps")]
    [InlineData("""{"prompt":"a","steps":["x","y"],"labels":[true]}""", "line 1: \"labels\": expected one for each of 2 steps, found 1")]
    [InlineData("""{"prompt":"a","steps":["x"],"labels":[1.5]}""",
        "line 1: \"labels[0]\": expected true, false or a number from 0 to 1, found the number 1.5")]
    [InlineData("""{"prompt":"a","steps":["x",7],"labels":[1,1]}""", "line 1: \"steps[1]\" must be a string, found the number 7")]
    [InlineData("""{"prompt":"a","steps":["x"," "],"labels":[1,1]}""", "line 1: a step is empty; expected text")]
    public void A_row_that_cannot_be_learned_is_named(string row, string sentence)
    {
        using TrainFolder folder = new();
        File.WriteAllText(folder["bad.jsonl"], row);
        CliResult result = folder.Train(["reward", "--data", folder["bad.jsonl"]], "run", Short);
        Assert.Equal(2, result.Code);
        Assert.Contains(sentence, result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public void Numbers_of_pairs_have_no_effect_on_steps()
    {
        using TrainFolder folder = new();
        CliResult result = folder.Train(
            ["reward", "--data", folder["pairs.jsonl"]], "run", [.. Short, "--margin", "1", "--empty-keys", "0.2"]);
        Assert.Contains("none with --head process, which learns from no pairs", result.Error, StringComparison.Ordinal);
        Assert.Contains("none but with --head scalar", result.Error, StringComparison.Ordinal);
    }

    private const string Bench =
        """
        [{"id":"gsm8k-0","generator":"x","problem":"What is 31 + 4?","steps":["It is 35.","So it is 36."],
          "final_answer_correct":false,"label":1},
         {"id":"gsm8k-1","generator":"x","problem":"What is 31 + 4?","steps":["It is 35.","So it is 35."],
          "final_answer_correct":true,"label":-1}]
        """;

    private static JsonObject[] Scored(TrainFolder folder, string reward)
    {
        CliResult result = TrainFolder.Run(["score", "--model", folder["run/final"], "--reward", reward, "--in",
            folder["held.jsonl"], "--quiet"]);
        Assert.Equal((0, ""), (result.Code, result.Error));
        return [.. result.Output.TrimEnd('\n').Split('\n').Select(l => JsonNode.Parse(l)!.AsObject())];
    }

    private static double[] Rewards(TrainFolder folder, params string[] model)
    {
        CliResult result = TrainFolder.Run(["score", .. model, "--reward", "process", "--in", folder["held.jsonl"], "--quiet"]);
        Assert.Equal((0, ""), (result.Code, result.Error));
        return [.. result.Output.TrimEnd('\n').Split('\n').Select(l => JsonNode.Parse(l)!["reward"]!.GetValue<double>())];
    }

    private static double[] Numbers(JsonObject row, string name) =>
        [.. row[name]!.AsArray().Select(n => n!.GetValue<double>())];

    private static void WriteSums(string file, int count, int seed)
    {
        Random random = new(seed);
        int[] slips = [-10, 10, 2, -3, 20, 100, -30];
        File.WriteAllLines(file, Enumerable.Range(0, count).Select(_ =>
        {
            int a = random.Next(10, 100), b = random.Next(10, 100);
            bool[] labels = [random.Next(2) == 0, random.Next(2) == 0];
            int Said(bool right) => right ? a + b : a + b + slips[random.Next(slips.Length)];
            return string.Create(
                CultureInfo.InvariantCulture,
                $$"""
                {"prompt":"What is {{a}} + {{b}}?","completions":["It is {{Said(labels[0])}}.","So it is {{Said(labels[1])}}."],"labels":[{{(labels[0] ? "true" : "false")}},{{(labels[1] ? "true" : "false")}}]}
                """);
        }));
    }
}
