using System.Diagnostics;
using System.Globalization;
using Innate.Checkpoints;
using Innate.Compute;

namespace Innate.Tests.Cli.Training;

/// <summary>A run that is stopped, in whatever way and at whatever moment, goes on to the bits of one that was not.</summary>
public class TrainResumeTests
{
    private static readonly string[] Common =
    [
        "--steps", "45", "--batch-size", "4", "--learning-rate", "3e-3", "--save-every", "7", "--sample-every", "20",
        "--eval-every", "20", "--lora-dropout", "0",
    ];

    [Theory]
    [InlineData(ElementType.Float32)]
    [InlineData(ElementType.BFloat16)]
    [InlineData(ElementType.Float32, "--lora-rank", "4", "--lora-dropout", "0.2")]
    public void A_run_killed_at_random_moments_ends_as_an_unbroken_one(ElementType type, params string[] options)
    {
        if (OperatingSystem.IsWindows()) return;
        bool lora = options.Length > 0;
        using TrainFolder folder = new(type);
        string[] all = [.. lora ? Common[..^2] : Common, "--eval-data", folder["rows.jsonl"], .. options];
        Assert.Equal(0, folder.Sft("unbroken", [.. all, "--quiet"]).Code);

        string train = $"exec $I train sft --model model --data rows.jsonl --out run --threads 2 --quiet {string.Join(' ', all)}";
        Random random = new(all.Length);
        foreach (int step in (int[])[8, 20, 33])
        {
            using Process process = folder.Start($"{train} {(step > 8 ? "--resume" : "")}");
            WaitForStep(process, folder["run"], step);
            Thread.Sleep(random.Next(25));
            process.Kill();
            process.WaitForExit();
            Assert.NotEqual(0, process.ExitCode);
        }

        // What a writer that was killed may have left.
        Directory.CreateDirectory(folder["run/checkpoints/step-00000999.0123.partial"]);
        Directory.CreateDirectory(folder["run/final.0123.partial"]);
        CliResult result = folder.Shell($"{train} --resume");
        Assert.Equal((0, ""), (result.Code, result.Error));
        folder.AssertSameRuns("unbroken", "run", lora);
        Assert.Empty(Directory.GetDirectories(folder["run"], "*.partial", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData()]
    [InlineData("--optimizer-state", "bfloat16")]
    [InlineData("--lora-rank", "4", "--lora-dropout", "0.2", "--lora-targets", "q_proj,down_proj")]
    public void A_run_interrupted_again_and_again_ends_as_an_unbroken_one(params string[] options)
    {
        using TrainFolder folder = new();
        string[] all =
        [
            "--steps", "40", "--batch-size", "4", "--micro-batch-size", "2", "--learning-rate", "3e-3", "--sample-every", "3",
            "--eval-every", "2", "--eval-data", folder["rows.jsonl"], "--quiet", .. options,
        ];
        Assert.Equal(0, folder.Sft("unbroken", all).Code);

        // Nothing is saved but on interruption.
        string[] sft = ["sft", "--data", folder["rows.jsonl"]];
        int code = -1, interruptions = 0;
        for (int delay = 40; code != 0; delay = 40 + (delay * 7 % 31))
        {
            using CancellationTokenSource stop = new(delay);
            string[] resume = interruptions > 0 ? ["--resume"] : [];
            code = folder.Train(sft, "run", [.. all, "--threads", "2", .. resume], null, stop.Token).Code;
            if (code == 0) break;
            Assert.Equal(130, code);
            Assert.True(++interruptions < 400, "the run makes no headway");
        }

        folder.AssertSameRuns("unbroken", "run", options.Contains("--lora-rank"));
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public void A_signal_saves_the_run_and_says_how_to_go_on(string signal, int expected)
    {
        if (OperatingSystem.IsWindows()) return;
        using TrainFolder folder = new();
        CliResult result = folder.Shell(
            "set -m; $I train sft --model model --data rows.jsonl --out run --threads 1 --steps 100000 --sample-every 100000 & "
            + $"until [ -s run/metrics.jsonl ]; do sleep 0.02; done; kill -{signal} $!; wait $!");
        Assert.Equal(expected, result.Code);
        Assert.Matches(
            @"\ninnate: stopped; the last good checkpoint is run/checkpoints/step-\d{8}, a resumed run goes on from it\n",
            result.Error);
        Assert.Equal(folder.Losses("run").Length, int.Parse(
            Path.GetFileName(Directory.GetDirectories(folder["run/checkpoints"]).Single())[5..], CultureInfo.InvariantCulture));
    }

    [Fact]
    public void A_run_goes_on_with_its_preferences()
    {
        using TrainFolder folder = new();
        string[] all =
        [
            "--steps", "30", "--batch-size", "4", "--learning-rate", "1e-3", "--sample-every", "5", "--save-every", "4",
            "--lora-rank", "4", "--lora-dropout", "0.1",
        ];
        Assert.Equal(0, folder.Dpo("unbroken", all).Code);
        CliResult stopped = Interrupt(folder, ["dpo", "--data", folder["pairs.jsonl"]], "run", all, "sample after step 15");
        Assert.Contains("stopped; the last good checkpoint is ", stopped.Error, StringComparison.Ordinal);
        Assert.Contains("step-00000015", stopped.Error, StringComparison.Ordinal);
        CliResult resumed = folder.Dpo("run", [.. all, "--resume"]);
        Assert.Equal(0, resumed.Code);
        Assert.Contains("goes on after step 15", resumed.Error, StringComparison.Ordinal);
        folder.AssertSameRuns("unbroken", "run", lora: true);
    }

    [Theory]
    [InlineData("model.safetensors")]
    [InlineData("training_state.safetensors")]
    [InlineData("tokenizer.json")]
    public void A_checkpoint_of_which_a_bit_has_changed_is_refused(string name)
    {
        using TrainFolder folder = new();
        string[] all = ["--steps", "6", "--save-every", "2"];
        Assert.Equal(0, folder.Sft("run", all).Code);
        string file = Path.Combine(folder["run"], "checkpoints", "step-00000006", name);
        byte[] bytes = File.ReadAllBytes(file);
        bytes[^9] ^= 1;
        File.WriteAllBytes(file, bytes);
        CliResult damaged = folder.Sft("run", [.. all, "--resume"]);
        Assert.Equal(2, damaged.Code);
        Assert.Contains($"{name}: expected the bytes that the run wrote", damaged.Error, StringComparison.Ordinal);
        bytes[^9] ^= 1;
        File.WriteAllBytes(file, bytes);
        Assert.Equal(0, folder.Sft("run", [.. all, "--resume"]).Code);
    }

    [Fact]
    public void A_checkpoint_is_a_whole_model_and_only_the_newest_are_kept()
    {
        using TrainFolder folder = new();
        Assert.Equal(0, folder.Sft("run", "--steps", "9", "--save-every", "2", "--keep", "3", "--quiet").Code);
        string[] kept = [.. Directory.GetDirectories(folder["run/checkpoints"]).Select(d => Path.GetFileName(d))
            .Order(StringComparer.Ordinal)];
        Assert.Equal(["step-00000006", "step-00000008", "step-00000009"], kept);
        using LanguageModel last = LanguageModel.Load(folder["run/checkpoints/step-00000009"]);
        Assert.Equal(folder.Weights("run"), folder.Bytes("run", "checkpoints", "step-00000009", "model.safetensors"));
        Assert.NotEqual(folder.Weights("run"), folder.Bytes("run", "checkpoints", "step-00000008", "model.safetensors"));
        foreach (string at in (string[])["run/final", "run/checkpoints/step-00000006"])
        {
            CliResult scored = TrainFolder.Run(
                ["rank", "--model", folder[at], "--prompt", "1+1?", "--response", "2", "--response", "3"]);
            Assert.Equal((0, ""), (scored.Code, scored.Error));
        }
    }

    [Theory]
    [InlineData(ElementType.Float32)]
    [InlineData(ElementType.BFloat16)]
    public void Means_in_bfloat16_are_half_the_state_and_another_run(ElementType type)
    {
        using TrainFolder folder = new(type);
        string[] all = ["--steps", "20", "--save-every", "20", "--batch-size", "4", "--learning-rate", "3e-3", "--quiet"];
        string[] narrow = [.. all, "--optimizer-state", "bfloat16"];
        Assert.Equal(0, folder.Sft("whole", all).Code);
        Assert.Equal(0, folder.Sft("narrow", narrow).Code);
        Assert.Equal(0, folder.Sft("again", [.. narrow, "--threads", "2"]).Code);
        folder.AssertSameRuns("narrow", "again", lora: false);
        Assert.NotEqual(folder.Weights("whole"), folder.Weights("narrow"));
        using Checkpoint state = Checkpoint.OpenFile(folder["narrow/checkpoints/step-00000020/training_state.safetensors"]);
        Assert.All(
            state.Tensors.Values.Where(t => t.Name.EndsWith("proj.weight.first_moment", StringComparison.Ordinal)),
            t => Assert.Equal(ElementType.BFloat16, t.Type));
        Assert.Contains("optimizer state", File.ReadAllText(folder["narrow/run.html"]), StringComparison.Ordinal);

        // Neither goes on from the other's state, and adapters have no state worth it.
        CliResult other = folder.Sft("narrow", [.. all, "--resume"]);
        Assert.Equal(2, other.Code);
        Assert.Contains("--optimizer-state", other.Error, StringComparison.Ordinal);
        CliResult lora = folder.Sft("lora", [.. narrow, "--lora-rank", "2"]);
        Assert.Equal(2, lora.Code);
        Assert.Contains("--optimizer-state: expected float32 beside --lora-rank", lora.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bfloat16_model_stays_one_and_is_its_float32_masters_rounded()
    {
        using TrainFolder folder = new(ElementType.BFloat16);
        Assert.Equal(0, folder.Sft("run", "--steps", "12", "--save-every", "12", "--learning-rate", "3e-3", "--quiet").Code);
        using Checkpoint model = Checkpoint.Open(folder["run/final"]);
        using Checkpoint state = Checkpoint.OpenFile(folder["run/checkpoints/step-00000012/training_state.safetensors"]);
        int finer = 0;
        foreach (TensorInfo tensor in model.Tensors.Values)
        {
            Assert.Equal(ElementType.BFloat16, tensor.Type);
            byte[] master = Read(state, state.Tensors[$"{tensor.Name}.master"]), rounded = new byte[tensor.Length];
            ReadOnlySpan<float> values = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(master);
            ElementTypes.Narrow(values, rounded, ElementType.BFloat16);
            Assert.Equal(rounded, Read(model, tensor));
            float[] back = new float[values.Length];
            ElementTypes.Widen(rounded, back, ElementType.BFloat16);
            if (!back.AsSpan().SequenceEqual(values)) finer++;
        }

        Assert.True(finer > 5, "the masters are no finer than the model");
    }

    /// <summary>Stops a run when it has shown some words.</summary>
    internal static CliResult Interrupt(TrainFolder folder, string[] recipe, string run, string[] options, string when)
    {
        using CancellationTokenSource stop = new();
        CliResult result = folder.Train(recipe, run, options, new Trigger(when, stop.Cancel), stop.Token);
        Assert.Equal(130, result.Code);
        return result;
    }

    private static byte[] Read(Checkpoint checkpoint, TensorInfo tensor)
    {
        byte[] bytes = new byte[tensor.Length];
        checkpoint.Read(tensor, 0, bytes);
        return bytes;
    }

    private static void WaitForStep(Process process, string run, int step)
    {
        string metrics = Path.Combine(run, "metrics.jsonl");
        string line = string.Create(CultureInfo.InvariantCulture, $"{{\"step\":{step},");
        while (!File.Exists(metrics) || !Contains(metrics, line))
        {
            Assert.False(process.HasExited, "the run ended by itself");
            Thread.Sleep(2);
        }
    }

    private static bool Contains(string file, string line)
    {
        using StreamReader reader = new(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd().Contains(line, StringComparison.Ordinal);
    }
}
