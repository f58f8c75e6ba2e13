namespace Innate.Tests.Cli.Training;

/// <summary>What cannot be learned from is said before a run begins, all at once.</summary>
public class TrainRlInputTests
{
    private static readonly string[] Short =
        ["--steps", "4", "--batch-size", "3", "--group-size", "4", "--max-response-tokens", "12", "--learning-rate", "1e-3",
            "--quiet"];

    [Theory]
    [InlineData("without.jsonl, line 1: \"answer\": expected the gold answer", "--preset", "grpo", "--data", "without.jsonl")]
    [InlineData("--group-size: expected at least 2 with --advantage group-normalized, whose baseline is the group, found 1",
        "--group-size", "1")]
    [InlineData("whose baseline is the group, found 1; --kl: expected a number of at least 0, found -1", "--group-size", "1",
        "--kl", "-1")]
    [InlineData("--preset: expected endorm", "--preset", "magic")]
    [InlineData("--reward: at 1: expected one of endogenous, ", "--reward", "luck:2")]
    [InlineData("--reward: endogenous: expected one alpha in all its parts, found 1 and 2", "--reward", "endogenous", "--reward",
        "endogenous,alpha=2")]
    [InlineData(
        "--reward: at 1: expected format with either pattern=REGEX or tags=A+B, found neither; --reward: at 6: expected url to "
        + "be an address", "--reward", "format", "--reward", "http,url=x")]
    [InlineData("--reward: http: key-env: expected a key in the environment variable INNATE_TEST_NO_KEY, found none", "--reward",
        "http,url=http://x/,key-env=INNATE_TEST_NO_KEY")]
    [InlineData("without.jsonl, line 1: \"answer\": expected the gold answer", "--reward", "entropy + grade", "--data",
        "without.jsonl")]
    [InlineData("--reward: at 20: expected ',' and the upper bound, found ')'", "--reward", "clip(endogenous, -1)")]
    [InlineData("--reward: expected rewards of a language model, for a run has no trained reward model", "--reward",
        "classifier - tokens")]
    [InlineData("--group-size: expected at least 2 with --advantage group-normalized, whose baseline is the group, found 1; "
        + "--group-size: expected at least 2 with --reward gate, which compares a group, found 1", "--group-size", "1",
        "--reward", "gate(verifiable, entropy)")]
    [InlineData("--reward: expected token rewards in sums, and in products with what is none, with --advantage gae, which learns "
        + "token by token, found clip(endogenous, -1, 1)", "--preset", "endorm", "--reward", "clip(endogenous, -1, 1) + tokens")]
    [InlineData("found z", "--preset", "grpo", "--advantage", "remax", "--reward", "z(entropy) + verifiable")]
    [InlineData("expected a key in the environment variable INNATE_TEST_NO_KEY, found none", "--reward",
        "entropy + http(url=http://x/, key-env=INNATE_TEST_NO_KEY)")]
    [InlineData("--advantage: expected group-normalized, dr-grpo, ", "--advantage", "GroupNormalized")]
    [InlineData(
        "--lambda: expected none but with --advantage gae, found 0.9; --clip-low: expected none with --objective reinforce, "
        + "which has no place for it, found 0.1; --dynamic-sampling-rounds: expected none but with --objective dapo, found 2",
        "--preset", "grpo", "--kl", "0", "--objective", "reinforce", "--lambda", "0.9", "--clip-low", "0.1",
        "--dynamic-sampling-rounds", "2")]
    [InlineData(
        "--kl-in: expected reward with --objective dapo, as grpo alone has a place for the divergence in the loss, found loss",
        "--objective", "dapo")]
    [InlineData("--advantage: expected one number a response with --objective gspo, found gae, which is one a token", "--preset",
        "endorm", "--objective", "gspo")]
    [InlineData("(--rollout-epochs x --minibatches is 2), found reinforce", "--preset", "spro", "--objective", "reinforce",
        "--minibatches", "2")]
    [InlineData(
        "--reward: expected parts that reward one response alone with --advantage remax, whose baseline is one greedy answer, "
        + "found majority", "--preset", "ttrl", "--advantage", "remax")]
    [InlineData(
        "--save-every: expected a multiple of 4, the updates from one batch of rollouts, for a checkpoint holds no rollouts, "
        + "found 6", "--rollout-epochs", "2", "--minibatches", "2", "--save-every", "6")]
    [InlineData("--minibatches: expected a whole number from 1 to --batch-size, found 4", "--minibatches", "4")]
    [InlineData("--kl: expected a number of at least 0, found NaN; --temperature: expected a number above 0, found NaN", "--kl",
        "NaN", "--temperature", "NaN")]
    [InlineData(
        "--group-size: expected at least 2 with --reward normalized, which compares a group, found 1; --top-k: expected a "
        + "whole number of at least 0, found -1; --top-p: expected a number above 0, at most 1, found 0; --min-p: expected",
        "--preset", "endorm", "--reward", "entropy,normalized", "--group-size", "1", "--kl", "0.01", "--top-k", "-1", "--top-p",
        "0", "--min-p", "2")]
    [InlineData("--reward-model: expected none where no part of the recipe asks a frozen model", "--preset", "spro",
        "--advantage", "dr-grpo", "--reward-model", "x")]
    [InlineData("the prompt: expected at most 4 tokens", "--max-tokens", "4")]
    [InlineData("--max-response-tokens: expected less than the model's context of 256, found 256", "--max-response-tokens",
        "256")]
    public void What_cannot_be_learned_from_is_refused_before_the_run(string sentence, params string[] options)
    {
        using TrainFolder folder = new();
        File.WriteAllText(folder["without.jsonl"], """{"prompt":"What is 1+1?"}""");
        options = [.. options.Select(o => o == "without.jsonl" ? folder[o] : o)];
        CliResult result = folder.Rl("run", [.. Short.Where((_, i) => !options.Contains(Short[i / 2 * 2])), .. options]);
        Assert.Equal(2, result.Code);
        Assert.Contains(sentence, result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["run/final"]));
    }

    [Fact]
    public void A_demonstration_that_the_context_cannot_hold_is_named_by_its_line()
    {
        using TrainFolder folder = new();
        string rows = folder["long.jsonl"];
        File.WriteAllLines(rows,
        [
            """{"prompt":"1 + 1?","demonstration":"2"}""",
            $$"""{"prompt":"1 + 2?","demonstration":"{{new string('1', 600)}}"}""",
        ]);
        CliResult result = TrainFolder.Run(
            ["train", "rl", "--recipe", "sft-tv", "--data", rows, "--out", folder["run"], "--steps", "1", "--quiet"]);
        Assert.Equal(2, result.Code);
        Assert.Contains("long.jsonl, line 2: expected a prompt and a demonstration of at most 512 tokens", result.Error,
            StringComparison.Ordinal);
    }
}
