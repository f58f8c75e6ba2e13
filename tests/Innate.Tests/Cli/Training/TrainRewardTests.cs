using System.Globalization;
using System.Text.Json.Nodes;
using Innate.Checkpoints;
using Innate.Compute;
using Innate.Tests.Server;
using Innate.Text;

namespace Innate.Tests.Cli.Training;

/// <summary>A score head that learns which of two answers is better, and the folder that it leaves.</summary>
public class TrainRewardTests
{
    private static readonly string[] Short =
        ["--steps", "30", "--batch-size", "4", "--learning-rate", "1e-3", "--sample-every", "10", "--quiet"];

    [Fact]
    public async Task A_small_model_learns_to_prefer_right_sums_and_every_reader_finds_its_scores()
    {
        using TrainFolder folder = new();
        WriteSums(folder["sums.jsonl"], 900, 2);
        WriteSums(folder["held.jsonl"], 200, 3);
        CliResult trained = folder.Train(
            ["reward", "--data", folder["sums.jsonl"]], "run",
            ["--model", EmbeddedModel.Name, "--eval-data", folder["held.jsonl"], "--epochs", "2", "--batch-size", "16",
                "--learning-rate", "3e-4", "--eval-every", "1000", "--sample-every", "1000"]);
        Assert.Equal(0, trained.Code);
        double[] accuracy = folder.Metric("run", "eval_accuracy"), error = folder.Metric("run", "eval_error");
        Assert.True(
            accuracy[^1] - (1.96 * error[^1]) > 0.5, $"held out: {accuracy[^1]} with a standard error of {error[^1]}");
        Assert.Matches(@"innate: held out: \d\d\.\d % right \[5\d\.\d, \d\d\.\d\] of 200 rows", trained.Error);
        Assert.Contains("accuracy, held out", File.ReadAllText(folder["run/run.html"]), StringComparison.Ordinal);

        // The folder says what the run did: of the same pairs as many are right.
        CliResult scored = TrainFolder.Run(
            ["score", "--model", folder["run/final"], "--reward", "classifier", "--in", folder["held.jsonl"], "--out",
                folder["scored.jsonl"], "--quiet"]);
        Assert.Equal((0, ""), (scored.Code, scored.Error));
        JsonObject[] rows = [.. File.ReadLines(folder["scored.jsonl"]).Select(l => JsonNode.Parse(l)!.AsObject())];
        Assert.Equal(accuracy[^1], rows.Average(r => Number(r, "reward_chosen") > Number(r, "reward_rejected") ? 1 : 0), 12);

        // The same bits in C# and over the wire.
        using RewardModel model = RewardModel.Load(folder["run/final"]);
        Assert.Equal(Innate.Rewards.RewardKind.Classifier, model.Kind);
        await using RunningServer server = await RunningServer.Start(folder: folder["run/final"]);
        foreach (JsonObject row in rows.Take(4))
        {
            (string prompt, string chosen) = (row["prompt"]!.GetValue<string>(), row["chosen"]!.GetValue<string>());
            double expected = Number(row, "reward_chosen");
            Assert.Equal(expected, model.Score(prompt, chosen));
            string messages = new JsonArray(
                new JsonObject { ["role"] = "user", ["content"] = prompt },
                new JsonObject { ["role"] = "assistant", ["content"] = chosen }).ToJsonString();
            Reply reply = await server.Post("/classify", $$"""{"messages":{{messages}},"use_activation":false}""");
            Assert.Equal(expected, reply.Json.GetProperty("data")[0].GetProperty("probs")[0].GetDouble());
        }
    }

    [Theory]
    [InlineData("llama", "LlamaForSequenceClassification")]
    [InlineData("qwen3", "Qwen3ForSequenceClassification")]
    [InlineData("gemma3_text", "Gemma3TextForSequenceClassification")]
    public void The_folder_has_transformers_names(string family, string architecture)
    {
        using TrainFolder folder = new();
        Assert.Equal(0, TrainFolder.Run(["new-model", "--out", folder["new"], "--family", family, "--hidden", "32", "--layers",
            "2", "--heads", "2", "--kv-heads", "1", "--mlp", "64"]).Code);
        Assert.Equal((0, ""), Train(folder, "run", ["--model", folder["new"], .. Short]));
        JsonObject config = Json(folder["run/final/config.json"]);
        Assert.Equal(architecture, config["architectures"]![0]!.GetValue<string>());
        Assert.Equal(1, config["num_labels"]!.GetValue<int>());
        Assert.Equal("LABEL_0", config["id2label"]!["0"]!.GetValue<string>());
        Assert.True(config["pad_token_id"]!.GetValue<int>() >= 0);
        using Checkpoint final = Checkpoint.Open(folder["run/final"]), source = Checkpoint.Open(folder["new"]);
        Assert.Equal([1, 32], final.Tensors["score.weight"].Shape);
        Assert.Equal(
            source.Tensors.Keys.Where(n => n != "lm_head.weight").Append("score.weight").Order(StringComparer.Ordinal),
            final.Tensors.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_adapter_brings_the_head_as_PEFT_writes_it_and_merges_to_the_same_scores()
    {
        using TrainFolder folder = new();
        string[] lora = [.. Short, "--lora-rank", "4"];
        Assert.Equal((0, ""), Train(folder, "run", lora));
        Assert.Equal((0, ""), Train(folder, "merged", [.. lora, "--merge"]));
        JsonObject config = Json(folder["run/final/adapter_config.json"]);
        Assert.Equal("SEQ_CLS", config["task_type"]!.GetValue<string>());
        Assert.Equal("""["classifier","score"]""", config["modules_to_save"]!.ToJsonString());
        using (Checkpoint adapter = Checkpoint.OpenFile(folder["run/final/adapter_model.safetensors"]))
        {
            TensorInfo head = adapter.Tensors["base_model.model.score.weight"];
            Assert.Equal([1, 32], head.Shape);
            Assert.Equal(ElementType.Float32, head.Type);
        }

        double[] adapted = Scores(folder, "--model", folder["model"], "--adapter", folder["run/final"]);
        double[] merged = Scores(folder, "--model", folder["merged/final"]);
        Assert.All(adapted.Zip(merged), p => Assert.Equal(p.First, p.Second, 1e-5));
        Assert.True(adapted.Where((_, i) => i % 2 == 0).Average() > adapted.Where((_, i) => i % 2 == 1).Average());
    }

    [Theory]
    [InlineData(ElementType.Float32)]
    [InlineData(ElementType.BFloat16)]
    [InlineData(ElementType.Float32, "--lora-rank", "4", "--lora-dropout", "0.2")]
    [InlineData(ElementType.BFloat16, "--lora-rank", "4")]
    public void A_run_that_was_stopped_goes_on_to_the_same_bits(ElementType type, params string[] options)
    {
        using TrainFolder folder = new(type);
        string[] all = [.. Short, "--save-every", "7", "--micro-batch-size", "3", "--eval-data", folder["pairs.jsonl"],
            .. options];
        Assert.Equal(0, Train(folder, "unbroken", all).Code);
        using CancellationTokenSource stop = new();
        string[] loud = [.. all.Where(a => a != "--quiet")];
        CliResult stopped = folder.Train(
            ["reward", "--data", folder["pairs.jsonl"]], "run", loud, new Trigger("sample after step 10", stop.Cancel),
            stop.Token);
        Assert.Equal(130, stopped.Code);
        Assert.Equal(0, Train(folder, "run", [.. all, "--resume", "--threads", "2"]).Code);
        folder.AssertSameRuns("unbroken", "run", options.Length > 0);
    }

    [Fact]
    public void A_reward_model_is_trained_further_from_its_own_head()
    {
        using TrainFolder folder = new();
        Assert.Equal(0, Train(folder, "first", Short).Code);
        Assert.Equal(0, Train(folder, "second", ["--model", folder["first/final"], .. Short]).Code);
        Assert.True(folder.Losses("second")[0] < folder.Losses("first")[0] - 0.05);
        Assert.Equal(0, Train(folder, "third", ["--model", folder["first/final"], "--lora-rank", "2", .. Short]).Code);
        Assert.Equal(folder.Losses("second")[0], folder.Losses("third")[0]);
        double[] scores = Scores(folder, "--model", folder["first/final"], "--adapter", folder["third/final"]);
        Assert.NotEqual(Scores(folder, "--model", folder["first/final"]), scores);
    }

    [Fact]
    public void A_rows_own_margin_counts_before_the_runs_and_smoothing_softens()
    {
        using TrainFolder folder = new();
        Assert.Equal(0, Train(folder, "none", Short).Code);
        Assert.Equal(0, Train(folder, "wide", [.. Short, "--margin", "3"]).Code);
        Assert.Equal(0, Train(folder, "soft", [.. Short, "--label-smoothing", "0.4"]).Code);
        File.WriteAllLines(
            folder["own.jsonl"], File.ReadLines(folder["pairs.jsonl"]).Select(l => l[..^1] + ",\"margin\":0}"));
        Assert.Equal(
            0, folder.Train(["reward", "--data", folder["own.jsonl"]], "own", [.. Short, "--margin", "3"]).Code);
        Assert.True(folder.Losses("wide")[0] > folder.Losses("none")[0] + 1.5);
        Assert.Equal(folder.Losses("none"), folder.Losses("own"));
        Assert.True(folder.Losses("soft")[^1] > folder.Losses("none")[^1] + 0.1);
    }

    [Fact]
    public void What_is_learned_is_read_without_its_padding_as_what_is_scored()
    {
        // The token that ends a conversation is the padding.
        using TrainFolder folder = new();
        ChatFormat format = new(Tokenizer.Load(folder["model"]), ChatTemplate.Load(folder["model"]));
        int last = format.EncodeConversation([new ConversationMessage("user", "a")], "b")[^1];
        JsonObject config = Json(folder["model/config.json"]);
        config["pad_token_id"] = last;
        File.WriteAllText(folder["model/config.json"], config.ToJsonString());
        Assert.Equal((0, ""), Train(folder, "run", [.. Short, "--eval-data", folder["pairs.jsonl"]]));
        Assert.Equal(last, Json(folder["run/final/config.json"])["pad_token_id"]!.GetValue<int>());
        double[] scores = Scores(folder, "--model", folder["run/final"]);
        double loss = scores.Chunk(2).Average(pair => Math.Log(1 + Math.Exp(pair[1] - pair[0])));
        Assert.Equal(loss, folder.Metric("run", "eval_loss")[^1], 1e-12);
    }

    [Theory]
    [InlineData("""{"prompt":"a","completion":"b"}""", "line 1: the row has no pair; expected \"chosen\" and \"rejected\"")]
    [InlineData("""{"prompt":"a","chosen":"b","rejected":"c","margin":"x"}""",
        "line 1: \"margin\": expected a number of at least 0, found a string")]
    [InlineData("""{"prompt":"a","chosen":"b","rejected":"c","margin":-1}""",
        "line 1: \"margin\": expected a number of at least 0, found the number -1")]
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
    public void A_reward_model_is_no_policy_to_train()
    {
        using TrainFolder folder = new();
        Assert.Equal(0, Train(folder, "run", Short).Code);
        CliResult result = folder.Dpo("next", ["--model", folder["run/final"], .. Short]);
        Assert.Equal(2, result.Code);
        Assert.Contains("a trained reward model with a score head", result.Error, StringComparison.Ordinal);
    }

    private static (int Code, string Error) Train(TrainFolder folder, string run, string[] options)
    {
        CliResult result = folder.Train(["reward", "--data", folder["pairs.jsonl"]], run, options);
        return (result.Code, result.Error);
    }

    private static double[] Scores(TrainFolder folder, params string[] model)
    {
        CliResult result = TrainFolder.Run(["score", .. model, "--reward", "classifier", "--in", folder["pairs.jsonl"],
            "--quiet"]);
        Assert.Equal((0, ""), (result.Code, result.Error));
        return [.. result.Output.TrimEnd('\n').Split('\n').Select(l => JsonNode.Parse(l)!.AsObject())
            .SelectMany(r => new[] { Number(r, "reward_chosen"), Number(r, "reward_rejected") })];
    }

    private static void WriteSums(string file, int count, int seed)
    {
        Random random = new(seed);
        int[] slips = [-10, 10, 1, -1, 2, 20, 100, -30];
        File.WriteAllLines(file, Enumerable.Range(0, count).Select(_ =>
        {
            int a = random.Next(10, 100), b = random.Next(10, 100), slip = slips[random.Next(slips.Length)];
            return string.Create(
                CultureInfo.InvariantCulture,
                $$"""{"prompt":"What is {{a}} + {{b}}?","chosen":"It is {{a + b}}.","rejected":"It is {{a + b + slip}}."}""");
        }));
    }

    private static double Number(JsonObject row, string name) => row[name]!.GetValue<double>();

    private static JsonObject Json(string file) => JsonNode.Parse(File.ReadAllText(file))!.AsObject();
}
