using Innate.Tests.Support;

namespace Innate.Tests.Cli;

/// <summary>A disk that fills up while a command writes: one sentence, exit code 1, no half of a file under a final name.</summary>
public class FullDiskTests
{
    [SmallDiskTheory]
    [InlineData(64, "train", "sft", "--data", "IN/demonstrations.jsonl", "--steps", "2", "--batch-size", "2", "--out", "OUT/run")]
    [InlineData(64, "train", "sft", "--data", "IN/demonstrations.jsonl", "--steps", "2", "--batch-size", "2", "--save-every", "1",
        "--lora-rank", "8", "--out", "OUT/run")]
    [InlineData(64, "new-model", "--hidden", "64", "--layers", "2", "--heads", "4", "--kv-heads", "2", "--mlp", "128",
        "--tokenizer-data", "IN/demonstrations.jsonl", "--vocabulary", "300", "--out", "OUT/model")]
    [InlineData(40, "arithmetic", "generate", "--count", "500", "--out", "OUT/rows.jsonl")]
    [InlineData(40, "score", "--in", "IN/rows.jsonl", "--out", "OUT/scores.jsonl")]
    [InlineData(40, "eval", "arith-bench", "--scorer", "random", "--limit", "40", "--out", "OUT/eval")]
    [InlineData(40, "theory", "--quick", "--out", "OUT/theory")]
    public void Every_command_says_so_and_leaves_no_half_file(int kilobytes, params string[] command)
    {
        using TemporaryFolder folder = Inputs();
        using SmallDisk disk = new(kilobytes);
        CliResult result = RealCli.Run([.. command.Select(word => word
            .Replace("IN/", folder["x"][..^1], StringComparison.Ordinal)
            .Replace("OUT", disk.Root, StringComparison.Ordinal))]);
        Assert.True(result.Code == 1, result.Error);
        string told = result.Error.TrimEnd('\n').Split('\n')[^1];
        Assert.StartsWith("innate: ", told, StringComparison.Ordinal);
        Assert.True(
            told.Contains("No space left", StringComparison.Ordinal) || told.Contains("found a full disk", StringComparison.Ordinal),
            told);
        Assert.DoesNotContain(disk.Files, f => f.EndsWith(".safetensors", StringComparison.Ordinal));
        Assert.DoesNotContain(disk.Files, f => f is "rows.jsonl" or "scores.jsonl");
        foreach (string page in disk.Files.Where(f => f.EndsWith(".html", StringComparison.Ordinal)))
        {
            Assert.EndsWith("</html>\n", File.ReadAllText(disk[page]), StringComparison.Ordinal);
        }

        foreach (string json in disk.Files.Where(f => f.EndsWith(".json", StringComparison.Ordinal)))
        {
            _ = System.Text.Json.JsonDocument.Parse(File.ReadAllBytes(disk[json]));
        }
    }

    [SmallDiskFact]
    public void Rows_that_were_scored_are_kept_and_the_run_goes_on_where_there_is_room_again()
    {
        using TemporaryFolder folder = Inputs();
        using SmallDisk disk = new(400);
        disk.Fill(380_000);
        string[] score = ["score", "--in", folder["rows.jsonl"], "--out", disk["scores.jsonl"]];
        Assert.Equal(1, RealCli.Run(score).Code);
        Assert.False(File.Exists(disk["scores.jsonl"]));
        disk.Free();
        CliResult resumed = RealCli.Run([.. score, "--resume"]);
        Assert.Equal(0, resumed.Code);
        Assert.Contains("resuming after", resumed.Error, StringComparison.Ordinal);
        Assert.Equal(0, RealCli.Run(["score", "--in", folder["rows.jsonl"], "--out", folder["whole.jsonl"]]).Code);
        Assert.Equal(File.ReadAllBytes(folder["whole.jsonl"]), File.ReadAllBytes(disk["scores.jsonl"]));
    }

    private static TemporaryFolder Inputs()
    {
        TemporaryFolder folder = new();
        File.WriteAllLines(folder["rows.jsonl"], Enumerable.Range(1, 300).Select(
            i => $$"""{"prompt":"What is {{i}} + 1?","response":"{{i + 1}}","note":"{{new string('n', 300)}}"}"""));
        Assert.Equal(0, RealCli.Run(["arithmetic", "generate", "--count", "60", "--out", folder["demonstrations.jsonl"]]).Code);
        return folder;
    }
}
