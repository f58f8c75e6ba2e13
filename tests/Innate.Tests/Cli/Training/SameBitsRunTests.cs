using System.Globalization;
using Innate.Compute;

namespace Innate.Tests.Cli.Training;

/// <summary>What a run's numbers depend on: its settings and rows, and neither threads nor how a batch is cut.</summary>
public class SameBitsRunTests
{
    private static readonly string[] Common =
        ["--steps", "20", "--batch-size", "8", "--learning-rate", "3e-3", "--quiet", "--sample-every", "1000"];

    private static readonly string[] Lora = ["--lora-rank", "4", "--lora-dropout", "0.3"];

    [Theory]
    [InlineData("sft")]
    [InlineData("sft", "--lora-rank", "4", "--lora-dropout", "0.3")]
    [InlineData("dpo", "--lora-rank", "4", "--lora-dropout", "0.3")]
    [InlineData("dpo")]
    public void Losses_agree_however_a_batch_is_cut(string recipe, params string[] options)
    {
        using TrainFolder folder = new();
        foreach (string micro in (string[])["8", "4", "1", "3"])
        {
            CliResult result = folder.Train(
                [recipe, "--data", folder[recipe == "sft" ? "rows.jsonl" : "pairs.jsonl"]], micro,
                [.. Common, .. options, "--micro-batch-size", micro]);
            Assert.Equal((0, ""), (result.Code, result.Error));
        }

        double[] whole = folder.Losses("8");
        Assert.Equal(20, whole.Length);
        Assert.True(whole[^1] < whole[0], "nothing was learned");
        foreach (string micro in (string[])["4", "1", "3"])
        {
            Assert.All(whole.Zip(folder.Losses(micro)), pair => Assert.Equal(pair.First, pair.Second, 1e-5 * pair.First));
        }
    }

    [Theory]
    [InlineData(ElementType.Float32, "sft", false)]
    [InlineData(ElementType.BFloat16, "sft", false)]
    [InlineData(ElementType.Float32, "sft", true)]
    [InlineData(ElementType.BFloat16, "dpo", true)]
    public void One_two_and_three_threads_leave_the_same_bytes(ElementType type, string recipe, bool lora)
    {
        using TrainFolder folder = new(type);
        string[] options = [.. Common, .. lora ? Lora : [], "--micro-batch-size", "4"];
        foreach (string threads in (string[])["1", "2", "3"])
        {
            Assert.Equal(0, folder.Train(
                [recipe, "--data", folder[recipe == "sft" ? "rows.jsonl" : "pairs.jsonl"]], threads,
                [.. options, "--threads", threads]).Code);
        }

        folder.AssertSameRuns("1", "2", lora);
        folder.AssertSameRuns("1", "3", lora);
    }

    [Fact]
    public void Another_seed_is_another_run()
    {
        using TrainFolder folder = new();
        Assert.Equal(0, folder.Sft("a", [.. Common, "--seed", "1"]).Code);
        Assert.Equal(0, folder.Sft("b", [.. Common, "--seed", "2"]).Code);
        Assert.NotEqual(folder.Losses("a")[0], folder.Losses("b")[0]);
    }

    [Fact]
    public void Dropout_is_at_work()
    {
        using TrainFolder folder = new();
        Assert.Equal(0, folder.Sft("with", [.. Common, .. Lora]).Code);
        Assert.Equal(0, folder.Sft("without", [.. Common, "--lora-rank", "4"]).Code);
        // B begins at zero: the first loss is the model's own.
        Assert.Equal(folder.Losses("without")[0], folder.Losses("with")[0]);
        Assert.NotEqual(folder.Losses("without")[5], folder.Losses("with")[5]);
    }

    [Fact]
    public void Thirty_two_rows_are_learned_by_heart()
    {
        using TrainFolder folder = new();
        File.WriteAllLines(folder["rows.jsonl"], Enumerable.Range(0, 32).Select(i => string.Create(
            CultureInfo.InvariantCulture, $$"""{"prompt":"{{i}} squared:","completion":"{{i * i}}"}""")));
        CliResult result = folder.Sft(
            "run", "--raw", "--steps", "200", "--batch-size", "32", "--learning-rate", "2e-2", "--sample-every", "1000",
            "--quiet");
        Assert.Equal(0, result.Code);
        Assert.InRange(folder.Losses("run")[^1], 0, 0.01);
        CliResult answer = TrainFolder.Run(
            ["generate", "--model", folder["run/final"], "--raw", "--temperature", "0", "--prompt", "17 squared:"]);
        Assert.StartsWith("289", answer.Output.Trim(), StringComparison.Ordinal);
    }
}
