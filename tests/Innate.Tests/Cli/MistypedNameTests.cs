using Innate.Tests.Cli.Training;

namespace Innate.Tests.Cli;

/// <summary>A name that is one letter wrong: the sentence says which was meant.</summary>
public sealed class MistypedNameTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("play --world houshold", "household")]
    [InlineData("play --world comand:x", "command")]
    [InlineData("play --world serach,data=x", "search")]
    [InlineData("play --world household,families=haet", "heat")]
    [InlineData("eval rewardbench3 --out OUT", "reward-bench")]
    [InlineData("eval --policy aritj --out OUT", "arith")]
    [InlineData("score --reward entorpy", "entropy")]
    [InlineData("judge --kind verifer", "verifier")]
    [InlineData("rank --prompt a --response b --response c --judge verifer", "verifier")]
    [InlineData("align --prompts x --out OUT --judge verifer", "verifier")]
    [InlineData("train rl --preset grop --data x --out OUT", "grpo")]
    [InlineData("rank --prompt a --response b --response c --colour-by rewrad", "reward")]
    [InlineData("completion bahs", "bash")]
    [InlineData("new-model --family qwne3 --hidden 8 --layers 1 --heads 1 --kv-heads 1 --mlp 8 --out OUT", "qwen3")]
    [InlineData("export --type f61 --out OUT", "f16")]
    [InlineData("score --columns promt=x", "prompt")]
    [InlineData("generate --prompt a --search baem", "beam")]
    [InlineData("arithmetic generate --style pliain", "plain")]
    [InlineData("score --engine http://x --engine-kind vlm", "vllm")]
    [InlineData("generate --prompt a --chat-template defualt", "default")]
    [InlineData("audit --data x --out OUT --judge verifer", "verifier")]
    public void Is_told_with_the_name_that_was_meant(string words, string meant)
    {
        CliResult result = TrainFolder.Run([.. words.Replace("OUT", _folder["out"], StringComparison.Ordinal).Split(' ')]);
        Assert.Equal(2, result.Code);
        Assert.Contains($"(did you mean {meant}?)", result.Error, StringComparison.Ordinal);
    }
}
