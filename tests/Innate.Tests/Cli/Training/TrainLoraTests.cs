using System.Text.Json.Nodes;
using Innate.Checkpoints;
using Innate.Models;
using Innate.Tests.Support;

namespace Innate.Tests.Cli.Training;

/// <summary>Low-rank adapters from the command line.</summary>
public class TrainLoraTests
{
    [Fact]
    public void The_result_is_an_adapter_as_it_was_asked_for()
    {
        using TrainFolder folder = new();
        byte[] before = folder.Bytes("model", "model.safetensors");
        Assert.Equal(0, folder.Sft(
            "run", "--steps", "3", "--lora-rank", "5", "--lora-alpha", "7", "--lora-targets", "v_proj, up_proj", "--quiet").Code);
        Assert.Equal(before, folder.Bytes("model", "model.safetensors"));
        Adapter adapter = AdapterFolder.Open(folder["run/final"]);
        Assert.Equal((5, 7.0), (adapter.Config.Rank, adapter.Config.Alpha));
        Assert.Equal(["v_proj", "up_proj"], adapter.Config.TargetModules);
        Assert.Equal(4, adapter.Modules.Count);
        Assert.All(adapter.Modules, m => Assert.True(
            m.ModulePath.EndsWith("v_proj", StringComparison.Ordinal)
                || m.ModulePath.EndsWith("up_proj", StringComparison.Ordinal)));
        Assert.False(File.Exists(folder["run/final/model.safetensors"]));
    }

    [Fact]
    public void A_merged_run_is_a_whole_model_that_says_what_the_adapted_one_does()
    {
        using TrainFolder folder = new();
        string[] lora = ["--steps", "8", "--lora-rank", "4", "--learning-rate", "1e-2", "--quiet"];
        Assert.Equal(0, folder.Sft("adapter", lora).Code);
        Assert.Equal(0, folder.Sft("merged", [.. lora, "--merge"]).Code);
        using LanguageModel merged = LanguageModel.Load(folder["merged/final"]), adapted = LanguageModel.Load(folder["model"]);
        Innate.Models.LoraAdapters.Load(adapted.Decoder, folder["adapter/final"]);
        TraceOf(merged).Zip(TraceOf(adapted)).ToList().ForEach(p => Assert.Equal(p.Second, p.First, 1e-5));
        Assert.NotEqual(folder.Bytes("model", "model.safetensors"), folder.Weights("merged"));
    }

    [SharedFact("models/stories260k")]
    public void A_story_teller_gets_better_at_arithmetic_that_it_has_not_seen()
    {
        string file = Path.Combine(Places.Shared, "data", "gsm8k", "train.jsonl");
        if (!File.Exists(file)) return;
        using TrainFolder folder = new();
        string[] rows = [.. File.ReadLines(file).Take(2064).Select(line =>
        {
            JsonNode row = JsonNode.Parse(line)!;
            return new JsonObject { [
                "text"] = $"{row["question"]!.GetValue<string>()}\n{row["answer"]!.GetValue<string>()}" }.ToJsonString();
        })];
        File.WriteAllLines(folder["train.jsonl"], rows[..2000]);
        File.WriteAllLines(folder["held-out.jsonl"], rows[2048..]);
        CliResult result = folder.Train(
            ["sft", "--data", folder["train.jsonl"]], "run",
            [
                "--model", Path.Combine(Places.Shared, "models", "stories260k"), "--eval-data", folder["held-out.jsonl"],
                "--steps", "32", "--eval-every", "8", "--batch-size", "4", "--lora-rank", "8", "--learning-rate", "1e-2",
                "--max-tokens", "128", "--over-length", "truncate", "--raw", "--quiet", "--threads", "2", "--sample-every",
                "1000",
            ]);
        Assert.Equal((0, ""), (result.Code, result.Error));
        double[] held = folder.Metric("run", "eval_loss");
        Assert.Equal(5, held.Length); // and before the first step
        Assert.True(held[^1] < held[0] - 0.1, string.Join(' ', held));
    }

    private static double[] TraceOf(LanguageModel model)
    {
        int[] ids = [1, 40, 50, 60, 70, 80, 90];
        TokenTree tree = new();
        tree.Add(-1, ids[..^1]);
        using KeyValueCache cache = new(model.Config, keepLayers: false);
        return Innate.Learning.TokenBatch.LogProbs(model.Decoder.Trace(
            model.Decoder.Forward(tree, cache), [.. Enumerable.Range(0, ids.Length - 1)], ids[1..], alpha: 1));
    }
}
