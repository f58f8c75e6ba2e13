using Innate.Tests.Support;

namespace Innate.Tests.Cli.Training;

/// <summary>What the presets learn is the same to the bit from version to version, and on every machine.</summary>
public sealed class PresetBitsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    // Digests of the weights that were left before there were recipes.
    [Theory]
    [InlineData("endorm", 4, "75035a7463b9d1fb")]
    [InlineData("endorm-grpo", 4, "143e4e7fa4955b57")]
    [InlineData("endorm-dpo", 10, "ab87a0ec6ba98c21")]
    [InlineData("intuitor", 4, "d6ccaab8feddfe18")]
    [InlineData("ttrl", 4, "438cfa24d7faadf1")]
    [InlineData("grpo", 4, "aab3747feb7dbaca")]
    [InlineData("spro", 4, "15bc186172a080fc")]
    public void A_preset_leaves_the_weights_that_it_always_left(string preset, int steps, string digest)
    {
        TrainFolder.Run(
            ["arithmetic", "generate", "--questions", "--count", "60", "--seed", "5", "--out", _folder["questions.jsonl"]]);
        string[] more = preset == "endorm-dpo" ? ["--minibatches", "2"] : [];
        CliResult result = TrainFolder.Run(
        [
            "train", "rl", "--preset", preset, "--data", _folder["questions.jsonl"], "--out", _folder["run"], "--steps", $"{steps}",
            "--batch-size", "4", "--max-response-tokens", "48", "--learning-rate", "1e-4", "--seed", "3", .. more,
        ]);
        Assert.True(result.Code == 0, result.Error);
        byte[] weights = File.ReadAllBytes(_folder["run/final/model.safetensors"]);
        string found = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(weights))[..16];
        Assert.Equal(digest, found);
    }

    public void Dispose() => _folder.Dispose();
}
