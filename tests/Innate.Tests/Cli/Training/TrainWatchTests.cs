using System.Text.Json.Nodes;
using Innate.Checkpoints;

namespace Innate.Tests.Cli.Training;

/// <summary>What a run shows and leaves behind, and which weights it may touch.</summary>
public class TrainWatchTests
{
    [Fact]
    public void Every_step_is_told_and_held_out_rows_when_due()
    {
        using TrainFolder folder = new();
        CliResult result = folder.Sft(
            "run", "--steps", "10", "--batch-size", "4", "--eval-data", folder["rows.jsonl"], "--eval-every", "4",
            "--sample-every", "5",
            "--learning-rate", "1e-3", "--warmup", "4", "--schedule", "linear", "--final-rate", "0.4");
        Assert.Equal(0, result.Code);
        Assert.Equal(folder["run/final"], result.Lines.Single());
        JsonObject[] lines = [.. folder.Lines("run")];
        Assert.Equal(Enumerable.Range(0, 11), lines.Select(l => l["step"]!.GetValue<int>()));
        Assert.Equal(["step", "eval_loss"], lines[0].Select(p => p.Key));
        string[] names = ["step", "loss", "learning_rate", "grad_norm", "tokens_per_second", "memory_gb", "seconds_left"];
        Assert.All(lines.Skip(1), l => Assert.Equal(names, l.Select(p => p.Key).Where(k => k != "eval_loss")));
        Assert.Equal([0, 4, 8, 10], lines.Where(l => l.ContainsKey("eval_loss")).Select(l => l["step"]!.GetValue<int>()));
        double[] rates = folder.Metric("run", "learning_rate");
        Assert.Equal(2.5e-4, rates[0], 1e-12);
        Assert.Equal(1e-3, rates[4], 1e-12);
        Assert.Equal(5e-4, rates[9], 1e-12);
        Assert.Equal(0, folder.Metric("run", "seconds_left")[^1]);

        Assert.Contains("Supervised fine-tuning: 32 rows, 10 steps of 4, ", result.Error, StringComparison.Ordinal);
        Assert.Contains("sample after step 5\n  > What is ", result.Error.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.DoesNotContain("<|im_start|>", result.Error, StringComparison.Ordinal);
        Assert.Contains("100% step 10/10", result.Error, StringComparison.Ordinal);
        Assert.Contains("<svg", File.ReadAllText(folder["run/run.html"]), StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(folder["run/tensorboard"]));
        string[] samples = File.ReadAllLines(folder["run/samples.jsonl"]);
        Assert.Equal(2, samples.Length);
        Assert.Matches("""^{"step":5,"prompt":"What is \d+\+\d\?","response":""", samples[0]);
        Assert.False(File.Exists(folder["run/.lock"]));
    }

    [Fact]
    public void Epochs_go_through_all_rows_that_often()
    {
        using TrainFolder folder = new();
        Assert.Equal(0, folder.Sft("run", "--epochs", "1.5", "--batch-size", "5", "--quiet").Code);
        Assert.Equal(10, folder.Losses("run").Length);
    }

    [Fact]
    public void What_counts_is_what_was_asked_for()
    {
        using TrainFolder folder = new();
        string turns =
            """{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"bb"},{"role":"user","content":"c"},{"role":"assistant","content":"ddd"}]}""";
        File.WriteAllText(folder["rows.jsonl"], turns + "\n");
        string[] loss = ["response", "assistant", "all"];
        // The loss is a mean near log(vocabulary); the gradient tells which tokens took part.
        foreach (string which in loss)
        {
            Assert.Equal(0, folder.Sft(which, "--loss", which, "--steps", "1", "--batch-size", "1", "--quiet").Code);
        }

        Assert.Equal(3, loss.Select(which => folder.Losses(which)[0]).Distinct().Count());
        Assert.Equal(0, folder.Sft("default", "--steps", "1", "--batch-size", "1", "--quiet").Code);
        Assert.Equal(folder.Losses("response"), folder.Losses("default"));
    }

    [Fact]
    public void Rows_that_are_too_long_are_counted()
    {
        using TrainFolder folder = new();
        File.AppendAllText(folder["rows.jsonl"], $$"""{"prompt":"Long?","completion":"{{new string('x', 300)}}"}""" + "\n");
        string[] one = ["--steps", "1"];
        Assert.Contains("256 tokens: 1 rows left out, 0 cut", folder.Sft("skip", one).Error, StringComparison.Ordinal);
        Assert.Contains("0 rows left out, 1 cut", folder.Sft("cut", [.. one, "--over-length", "truncate"]).Error,
            StringComparison.Ordinal);
        CliResult refused = folder.Sft("refuse", [.. one, "--over-length", "refuse"]);
        Assert.Equal(2, refused.Code);
        Assert.Contains("line 33: expected at most 256 tokens", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Frozen_tensors_stay_and_the_others_move()
    {
        using TrainFolder folder = new();
        Assert.Equal(0, folder.Sft(
            "run", "--steps", "3", "--learning-rate", "1e-2", "--quiet", "--freeze", "model.embed_tokens.*", "--freeze",
            "*.1.*norm*",
            "--freeze", "model.layers.0.mlp.up_proj.weight").Code);
        using Checkpoint before = Checkpoint.Open(folder["model"]), after = Checkpoint.Open(folder["run/final"]);
        Assert.Equal(before.Tensors.Keys.Order(StringComparer.Ordinal), after.Tensors.Keys.Order(StringComparer.Ordinal));
        string[] same = [.. before.Tensors.Keys.Where(n => Read(before, n).AsSpan().SequenceEqual(Read(after, n)))
            .Order(StringComparer.Ordinal)];
        Assert.Equal(
            [
                "model.embed_tokens.weight", "model.layers.0.mlp.up_proj.weight", "model.layers.1.input_layernorm.weight",
                "model.layers.1.post_attention_layernorm.weight",
            ],
            same);
    }

    [Fact]
    public void Every_option_explains_itself()
    {
        foreach (string recipe in (string[])["sft", "dpo"])
        {
            CliResult help = TrainFolder.Run(["train", recipe, "--help"]);
            Assert.Equal(0, help.Code);
            Assert.Contains("Example", help.Output, StringComparison.Ordinal);
            foreach (string line in help.Output.Split('\n').Where(l => l.StartsWith("  --", StringComparison.Ordinal)))
            {
                Assert.True(line.Trim().Split("  ", StringSplitOptions.RemoveEmptyEntries).Length > 1, line);
            }
        }
    }

    private static byte[] Read(Checkpoint checkpoint, string name)
    {
        byte[] bytes = new byte[checkpoint.Tensors[name].Length];
        checkpoint.Read(checkpoint.Tensors[name], 0, bytes);
        return bytes;
    }
}
