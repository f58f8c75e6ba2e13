using Innate.Tests.Cli.Training;

namespace Innate.Tests.Cli;

/// <summary>A place where no folder can be is refused before a model is loaded: hours of work would end in nothing.</summary>
public sealed class OutFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public OutFolderTests()
    {
        File.WriteAllText(_folder["file"], "");
        File.WriteAllText(_folder["rows.jsonl"], "{\"prompt\":\"1 + 1\",\"answer\":2,\"completion\":\"2\"}\n");
        File.WriteAllText(_folder["pairs.jsonl"], "{\"prompt\":\"1 + 1\",\"chosen\":\"2\",\"rejected\":\"3\"}\n");
    }

    public void Dispose() => _folder.Dispose();

    // The model is none, which would be told first if it were opened first.
    [Theory]
    [InlineData("align --prompts ROWS")]
    [InlineData("align --prompts ROWS --on trl")]
    [InlineData("train sft --data ROWS")]
    [InlineData("train dpo --data PAIRS")]
    [InlineData("train reward --data PAIRS")]
    [InlineData("train rl --data ROWS")]
    [InlineData("eval --policy arith")]
    [InlineData("eval pairs --data PAIRS")]
    [InlineData("eval --world countdown --episodes 1")]
    [InlineData("audit --data PAIRS")]
    public void Is_told_before_the_model_is_looked_for(string words)
    {
        foreach (string place in new[] { "file", "file/run" })
        {
            string[] arguments = words.Replace("ROWS", _folder["rows.jsonl"], StringComparison.Ordinal)
                .Replace("PAIRS", _folder["pairs.jsonl"], StringComparison.Ordinal).Split(' ');
            CliResult result = TrainFolder.Run(
                [.. arguments, "--model", _folder["no-model"], "--out", _folder[place]]);
            Assert.Equal(2, result.Code);
            Assert.Contains(
                $"--out: expected a folder, found the file {_folder["file"]}", result.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_folder_that_holds_an_alignment_is_told_before_the_model_is_looked_for()
    {
        File.WriteAllText(_folder["align.json"], "{}");
        CliResult result = TrainFolder.Run(
            ["align", "--prompts", _folder["rows.jsonl"], "--model", _folder["no-model"], "--out", _folder["."]]);
        Assert.Contains("which already holds a run", result.Error, StringComparison.Ordinal);
    }
}
