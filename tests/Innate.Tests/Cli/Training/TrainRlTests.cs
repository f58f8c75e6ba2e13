namespace Innate.Tests.Cli.Training;

/// <summary>Learning from rewards, as a user of the command sees it.</summary>
public class TrainRlTests
{
    private static readonly string[] Short =
        ["--steps", "4", "--batch-size", "3", "--group-size", "4", "--max-response-tokens", "12", "--learning-rate", "1e-3",
            "--quiet"];

    [Theory]
    [InlineData("endorm")]
    [InlineData("endorm-grpo")]
    [InlineData("intuitor")]
    [InlineData("ttrl")]
    [InlineData("grpo")]
    [InlineData("spro")]
    [InlineData("endorm", "--lora-rank", "2", "--lora-dropout", "0.2")]
    [InlineData("endorm", "--rollout-epochs", "2", "--value-warmup", "1")]
    [InlineData("intuitor", "--minibatches", "2", "--advantage", "leave-one-out", "--objective", "cpgd", "--kl-in", "reward")]
    [InlineData("endorm-grpo", "--advantage", "remax", "--objective", "reinforce", "--kl-in", "reward", "--entropy-bonus",
        "0.01")]
    [InlineData("grpo", "--objective", "dapo", "--kl", "0", "--reward", "format,pattern=[0-9]", "--minibatches", "2")]
    [InlineData("grpo", "--reward",
        "gate(check(pattern=\"[0-9]\"), z(entropy)) + 0.1*pmi(mean-log-likelihood) - 0.01*tokens + shuffled(random)")]
    [InlineData("endorm", "--reward", "endogenous(gamma=0.9)/tokens + 0.5*check(max_words=3) - 0.1*z(self-certainty)")]
    public void A_run_that_stopped_goes_on_to_the_same_bits_on_other_threads(string preset, params string[] more)
    {
        using TrainFolder folder = new();
        string[] options = [.. Short, "--preset", preset, .. more, "--sample-every", "1"];
        Assert.Equal((0, ""), Said(folder.Rl("whole", [.. options, "--threads", "2"])));

        // The same run, whose checkpoint after two steps is all that is left of it.
        Assert.Equal((0, ""), Said(folder.Rl("parts", [.. options, "--save-every", "2", "--keep", "5"])));
        Directory.Delete(folder["parts/checkpoints/step-00000004"], recursive: true);
        Directory.Delete(folder["parts/final"], recursive: true);
        Assert.Equal((0, ""), Said(folder.Rl("parts", [.. options, "--save-every", "2", "--keep", "5", "--resume"])));

        string weights = more.Contains("--lora-rank") ? "adapter_model.safetensors" : "model.safetensors";
        Assert.Equal(File.ReadAllBytes(folder[$"whole/final/{weights}"]), File.ReadAllBytes(folder[$"parts/final/{weights}"]));
        Assert.Equal(folder.Losses("whole"), folder.Losses("parts"));
        Assert.Equal(File.ReadAllText(folder["whole/samples.jsonl"]), File.ReadAllText(folder["parts/samples.jsonl"]));
        Assert.NotEqual(File.ReadAllBytes(folder["model/model.safetensors"]),
            File.ReadAllBytes(folder[$"whole/final/{weights}"]));
    }

    [Theory]
    [InlineData("grpo", "verifiable", "2*z(entropy)", "-0.25*repetition")]
    [InlineData("endorm", "endogenous(gamma=0.9)", "2*verifiable", "0.5*format(tags=a)")]
    public void An_expression_teaches_the_same_bits_as_its_parts_and_tells_each(string preset, params string[] parts)
    {
        using TrainFolder folder = new();
        string[] options = [.. Short, "--preset", preset];
        Assert.Equal(
            (0, ""), Said(folder.Rl("parts", [.. options, .. parts.SelectMany(p => (string[])["--reward", p])])));
        string whole = string.Join(" + ", parts);
        Assert.Equal((0, ""), Said(folder.Rl("whole", [.. options, "--reward", whole])));
        Assert.Equal(folder.Weights("parts"), folder.Weights("whole"));
        string[] names = [.. folder.Lines("parts").First().Select(m => m.Key)
            .Where(m => m.StartsWith("reward", StringComparison.Ordinal))];
        Assert.Equal(4, names.Length);
        Assert.All(names, n => Assert.Equal(folder.Metric("parts", n), folder.Metric("whole", n)));
        Assert.Contains("\"expression\": ", File.ReadAllText(folder["whole/recipe.json"]), StringComparison.Ordinal);
    }

    [Fact]
    public void The_model_inside_learns_from_its_own_reward_alone()
    {
        using TrainFolder folder = new();
        TrainFolder.Run(
            ["arithmetic", "generate", "--questions", "--count", "200", "--seed", "7", "--out", folder["questions.jsonl"]]);
        TrainFolder.Run(["arithmetic", "generate", "--questions", "--held-out", "--count", "200", "--seed", "8", "--out",
            folder["anchor.jsonl"]]);
        Assert.Equal((0, ""), Said(TrainFolder.Run(
        [
            "train", "rl", "--preset", "endorm-grpo", "--data", folder["questions.jsonl"], "--eval-data", folder["anchor.jsonl"],
            "--out", folder["run"], "--steps", "8", "--eval-every", "7", "--batch-size", "16", "--learning-rate", "3e-4",
            "--schedule",
            "constant", "--warmup", "4", "--weight-decay", "0", "--max-response-tokens", "96", "--quiet",
        ])));
        double[] accuracy = [.. folder.Metric("run", "anchor_accuracy").Where(double.IsFinite)];
        Assert.True(accuracy.Max() > 0.6, $"sampled accuracy {string.Join(", ", accuracy)}: 0.54 to 0.58 before");
        Assert.True(Directory.Exists(folder["run/best"]));
        Assert.Contains("reward", File.ReadAllText(folder["run/run.html"]), StringComparison.Ordinal);
        Assert.Contains("\"preset\": \"endorm-grpo\"", File.ReadAllText(folder["run/recipe.json"]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_brake_ends_the_run_says_why_and_keeps_the_best_model()
    {
        using TrainFolder folder = new();
        CliResult result = folder.Rl(
            "run", "--steps", "40", "--batch-size", "2", "--group-size", "2", "--max-response-tokens", "8", "--entropy-floor",
            "100",
            "--eval-data", folder["rows.jsonl"], "--eval-every", "1", "--preset", "intuitor");
        Assert.Equal(0, result.Code);
        Assert.Contains("stopped: step 10: the mean token entropy fell to", result.Error, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(folder["run/best/model.safetensors"]),
            File.ReadAllBytes(folder["run/final/model.safetensors"]));
        Assert.Equal(10, folder.Losses("run").Length);
    }

    [Fact]
    public void A_resumed_runs_brakes_forget_the_steps_that_are_done_again()
    {
        using TrainFolder folder = new();
        string[] options = ["--steps", "40", "--batch-size", "2", "--group-size", "2", "--max-response-tokens", "8",
            "--entropy-floor", "100", "--preset", "intuitor", "--save-every", "4", "--keep", "9"];
        Assert.Equal(0, folder.Rl("run", options).Code);
        double[] losses = folder.Losses("run");
        foreach (string checkpoint in Directory.GetDirectories(folder["run/checkpoints"]))
        {
            if (Path.GetFileName(checkpoint) != "step-00000004") Directory.Delete(checkpoint, recursive: true);
        }

        Directory.Delete(folder["run/final"], recursive: true);
        CliResult resumed = folder.Rl("run", [.. options, "--resume"]);
        Assert.Contains("stopped: step 10: the mean token entropy fell to", resumed.Error, StringComparison.Ordinal);
        Assert.Equal(losses, folder.Losses("run"));
    }

    private static (int Code, string Error) Said(CliResult result) => (result.Code, result.Error);
}
