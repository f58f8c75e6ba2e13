using System.Runtime.InteropServices;
using Innate.Checkpoints;

namespace Innate.Tests.Cli.Training;

/// <summary>What goes wrong is one sentence that names the place, an exit code, and nothing spoiled.</summary>
public class TrainInputTests
{
    private static readonly string[] Few = ["--steps", "4", "--batch-size", "4", "--quiet"];

    [Fact]
    public void A_row_without_a_response_is_named()
    {
        using TrainFolder folder = new();
        File.AppendAllText(folder["rows.jsonl"], """{"prompt":"What now?"}""" + "\n");
        AssertBad(folder.Sft("run"), $"{folder["rows.jsonl"]}, line 33: ");
        File.AppendAllText(folder["pairs.jsonl"], """{"prompt":"What now?","chosen":"This."}""" + "\n");
        AssertBad(folder.Dpo("run"), $"{folder["pairs.jsonl"]}, line 33: ", "rejected");
        Assert.False(Directory.Exists(folder["run"]));
    }

    [Fact]
    public void All_options_out_of_range_are_told_at_once()
    {
        using TrainFolder folder = new();
        AssertBad(
            folder.Sft("run", "--batch-size", "0", "--warmup", "-1", "--beta1", "2", "--learning-rate", "0", "--keep", "0",
                "--merge",
                "--eval-every", "3", "--epochs", "NaN", "--lora-dropout", "1"),
            "--batch-size", "--warmup", "--beta1", "--learning-rate", "--keep", "--merge", "--eval-every", "--epochs",
            "--lora-dropout");
        AssertBad(folder.Dpo("run", "--beta", "0", "--label-smoothing", "0.5"), "--beta", "--label-smoothing");
        AssertBad(folder.Dpo("run", "--objective", "simpo", "--gamma", "-1", "--reference", folder["model"]), "--gamma",
            "--reference");
        AssertBad(folder.Dpo("run", "--objective", "simpo", "--label-smoothing", "0.1"), "--label-smoothing");
        AssertBad(folder.Dpo("run", "--gamma", "1"), "--gamma");
        AssertBad(folder.Sft("run", "--steps", "0"), "--steps");
        AssertBad(folder.Sft("run", "--steps", "5", "--epochs", "1"), "--steps", "--epochs");
        AssertBad(folder.Sft("run", "--schedule", "square"), "--schedule: expected cosine, linear, constant, found 'square'");
        AssertBad(folder.Sft("run", "--batch-size", "4", "--micro-batch-size", "5"), "--micro-batch-size");
        AssertBad(folder.Sft("run", "--schedule", "square", "--loss", "none", "--keep", "0"), "--schedule", "'none'", "--keep");
        AssertBad(folder.Sft("run", "--lora-rank", "2", "--lora-targets", ","), "--lora-targets");
        Assert.False(Directory.Exists(folder["run"]));
    }

    [Theory]
    [InlineData("--learning-rate", "1,5", "a number above 0, at most 10")]
    [InlineData("--warmup", "0,1", "a share below 1 or whole steps")]
    [InlineData("--epochs", "two", "a number above 0")]
    [InlineData("--batch-size", "1,000", "a whole number of at least 1")]
    [InlineData("--save-every", "1.5", "a whole number of at least 0")]
    public void A_number_is_read_as_it_is_written_or_not_at_all(string option, string value, string expected)
    {
        using TrainFolder folder = new();
        AssertBad(
            folder.Sft("run", option, value, "--clip", "much"), $"{option}: expected {expected}, found '{value}'",
            "--clip: expected a number of at least 0, found 'much'");
        Assert.False(Directory.Exists(folder["run"]));
    }

    [Fact]
    public void A_place_that_takes_no_run_is_told_as_such()
    {
        using TrainFolder folder = new();
        AssertBad(folder.Sft("rows.jsonl", Few), "--out: expected a folder, found the file");
        AssertBad(folder.Sft("rows.jsonl/run", Few), "--out: expected a folder, found the file");
        AssertBad(folder.Sft("run", [.. Few, "--lora-rank", "33"]), "--lora-rank: expected at most 32", "found 33");
        Assert.False(Directory.Exists(folder["run"]));
    }

    [Fact]
    public void A_finished_run_is_not_begun_again_for_want_of_a_checkpoint()
    {
        using TrainFolder folder = new();
        Assert.Equal(0, folder.Sft("run", Few).Code);
        byte[] final = folder.Weights("run");
        AssertBad(folder.Sft("run", [.. Few, "--resume", "--learning-rate", "1e-2"]),
            "--out: expected a run that has a checkpoint to go on from");
        Assert.Equal(final, folder.Weights("run"));
    }

    [Fact]
    public void A_reference_that_cannot_be_compared_is_refused()
    {
        using TrainFolder folder = new();
        string models = Path.Combine(Support.Places.Fixtures, "models");
        AssertBad(folder.Dpo("a", [.. Few, "--reference", Path.Combine(models, "qwen3-reward")]), "--reference", "score head");
        AssertBad(folder.Dpo("b", [.. Few, "--reference", Path.Combine(models, "qwen3")]), "--reference", "vocabulary",
            "context");
    }

    [Fact]
    public void Rows_longer_than_the_context_are_refused_before_the_run()
    {
        using TrainFolder folder = new();
        AssertBad(folder.Sft("run", [.. Few, "--max-tokens", "257"]), "--max-tokens", "context of 256, found 257");
        Assert.Equal(0, folder.Sft("run", [.. Few, "--max-tokens", "256"]).Code);
    }

    [Fact]
    public void A_run_does_not_go_on_without_the_reference_that_it_began_with()
    {
        using TrainFolder folder = new();
        string[] all = [.. Few, "--save-every", "2"];
        Assert.Equal(0, folder.Dpo("run", [.. all, "--reference", folder["model"]]).Code);
        AssertBad(folder.Dpo("run", [.. all, "--resume"]), "--reference: expected ",
            "found nothing: the checkpoint is of another run");
    }

    [Fact]
    public void Names_that_match_nothing_are_refused()
    {
        using TrainFolder folder = new();
        AssertBad(folder.Sft("a", [.. Few, "--freeze", "model.layer.0.*"]), "--freeze", "model.layer.0.*");
        AssertBad(folder.Sft("b", [.. Few, "--freeze", "*"]), "--freeze: expected some weight left to train, found none");
        AssertBad(folder.Sft("c", [.. Few, "--lora-rank", "2", "--lora-targets", "q_proj,z_proj"]), "LoRA targets", "z_proj",
            "v_proj");
        Assert.All(["a", "b", "c"], run => Assert.False(Directory.Exists(folder[run]), "an empty folder stays"));
    }

    [Fact]
    public void A_checkpoint_of_another_run_is_refused_and_the_setting_named()
    {
        using TrainFolder folder = new();
        string[] all = [.. Few, "--save-every", "2"];
        Assert.Equal(0, folder.Sft("run", all).Code);
        byte[] final = folder.Weights("run");
        AssertBad(folder.Sft("run", [.. all, "--resume", "--learning-rate", "1e-4"]), "--learning-rate", "0.0001", "2E-05",
            "another run");
        AssertBad(folder.Sft("run", [.. all[2..], "--resume", "--steps", "5"]), "--steps: expected 4", "found 5");
        AssertBad(folder.Sft("run", [.. all, "--resume", "--freeze", "model.norm.weight"]), "--freeze");
        AssertBad(folder.Sft("run", [.. all, "--resume", "--seed", "9"]), "--seed");
        AssertBad(folder.Sft("run", [.. all, "--resume", "--loss", "all"]), "--loss");
        AssertBad(folder.Dpo("run", [.. all, "--resume"]), "another run");
        File.AppendAllText(folder["rows.jsonl"], "\n");
        AssertBad(folder.Sft("run", [.. all, "--resume"]), "--data");
        Assert.Equal(final, folder.Weights("run"));
    }

    [Fact]
    public void A_folder_that_holds_a_run_is_left_alone()
    {
        using TrainFolder folder = new();
        Assert.Equal(0, folder.Sft("run", Few).Code);
        byte[] final = folder.Weights("run"), told = folder.Bytes("run", "metrics.jsonl");
        AssertBad(folder.Sft("run", [.. Few, "--seed", "2"]), "already holds a run", "--resume");
        Assert.Equal(final, folder.Weights("run"));
        Assert.Equal(told, folder.Bytes("run", "metrics.jsonl"));
    }

    [Fact]
    public void Two_runs_do_not_share_a_folder()
    {
        using TrainFolder folder = new();
        CliResult? second = null;
        string[] few = Few[..^1];
        using Trigger meanwhile = new("sample after step 2", () => second = folder.Sft("run", [.. Few, "--resume"]));
        CliResult first = folder.Train(["sft", "--data", folder["rows.jsonl"]], "run",
            [.. few, "--sample-every", "2", "--save-every", "4"], meanwhile);
        Assert.Equal(0, first.Code);
        AssertBad(second!, "--out: expected a folder in which no other run is at work");
        Assert.Equal(4, folder.Losses("run").Length);
        Assert.Equal(0, folder.Sft("run", [.. Few, "--resume"]).Code);
    }

    [Fact]
    public void A_loss_that_is_no_number_stops_the_run_and_names_its_rows()
    {
        using TrainFolder folder = new();
        byte[] model = folder.Bytes("model", "model.safetensors");
        int header = 8 + (int)BitConverter.ToInt64(model);
        foreach (ref float weight in MemoryMarshal.Cast<byte, float>(model.AsSpan(header))) weight *= 1e30f;
        File.WriteAllBytes(folder["model/model.safetensors"], model);
        CliResult result = folder.Sft("run", Few);
        Assert.Equal(1, result.Code);
        Assert.Matches(
            @"^innate: step 1: expected a finite loss.*, found .* on .*rows\.jsonl, lines \d+, \d+, \d+, \d+; no checkpoint was saved before\.\n$", result.Error);
        Assert.False(Directory.Exists(folder["run/final"]));
        Assert.True(File.Exists(folder["run/run.html"]));
    }

    [Fact]
    public void A_run_that_explodes_keeps_its_last_good_checkpoint()
    {
        using TrainFolder folder = new();
        // Each step multiplies the matrices by about -98.
        CliResult result = folder.Sft(
            "run", "--steps", "60", "--batch-size", "4", "--learning-rate", "10", "--weight-decay", "9.9", "--clip", "0",
            "--schedule",
            "constant", "--warmup", "0", "--save-every", "1", "--quiet", "--sample-every", "1000");
        Assert.Equal(1, result.Code);
        string good = Directory.GetDirectories(folder["run/checkpoints"]).Max(StringComparer.Ordinal)!;
        Assert.Matches(@"^innate: step \d+: expected .* on .*rows\.jsonl, lines", result.Error);
        Assert.Contains($"the last good checkpoint is {good}", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["run/final"]));
        using Checkpoint checkpoint = Checkpoint.Open(good);
        foreach (TensorInfo tensor in checkpoint.Tensors.Values)
        {
            var values = new float[tensor.Length / sizeof(float)];
            checkpoint.Read(tensor, 0, MemoryMarshal.AsBytes(values.AsSpan()));
            Assert.All(values, v => Assert.True(float.IsFinite(v)));
        }
    }

    [Fact]
    public void A_disk_that_is_full_leaves_the_checkpoint_before_it_whole()
    {
        if (!OperatingSystem.IsLinux()) return;
        using TrainFolder folder = new();
        string[] all = ["--steps", "12", "--batch-size", "4", "--save-every", "5", "--sample-every", "5"];
        Assert.Equal(0, folder.Sft("unbroken", all).Code);
        TrainResumeTests.Interrupt(folder, ["sft", "--data", folder["rows.jsonl"]], "run", all, "sample after step 5");
        string[] before = Files(folder["run/checkpoints"]);

        // Room for the weights (107 KiB), none for the moments (twice that).
        string train =
            $"$I train sft --model model --data rows.jsonl --out run --threads 1 --quiet {string.Join(' ', all)} --resume";
        CliResult full = folder.Shell($"trap '' XFSZ; ulimit -f 150; {train}");
        Assert.Equal(1, full.Code);
        Assert.Single(full.Error.TrimEnd('\n').Split('\n'));
        Assert.Contains("the last good checkpoint is ", full.Error, StringComparison.Ordinal);
        Assert.Contains("step-00000005", full.Error, StringComparison.Ordinal);
        Assert.Equal(before, Files(folder["run/checkpoints"]));
        Assert.False(Directory.Exists(folder["run/final"]));
        Assert.Equal(0, folder.Shell(train).Code);
        folder.AssertSameRuns("unbroken", "run");

        static string[] Files(string at) => [.. Directory.GetFileSystemEntries(at, "*", SearchOption.AllDirectories)
            .Select(f => File.Exists(f)
                ? $"{f} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(f)))}" : f)
            .Order(StringComparer.Ordinal)];
    }

    [Fact]
    public void A_classifier_or_a_folder_without_a_model_is_refused()
    {
        using TrainFolder folder = new();
        string reward = Path.Combine(Support.Places.Fixtures, "models", "qwen3-reward");
        AssertBad(folder.Sft("run", "--model", reward), "score head");
        AssertBad(folder.Sft("run", "--model", folder["nowhere"]), "nowhere");
        AssertBad(folder.Train(["sft", "--data", folder["nothing.jsonl"]], "run", []), "nothing.jsonl");
    }

    private static void AssertBad(CliResult result, params string[] words)
    {
        Assert.Equal(2, result.Code);
        Assert.Equal("", result.Output);
        Assert.Single(result.Error.TrimEnd('\n').Split('\n'));
        foreach (string word in words) Assert.Contains(word, result.Error, StringComparison.Ordinal);
    }
}
