namespace Innate.Tests.Cli.Training;

/// <summary>Learning which of two answers is better.</summary>
public class TrainPreferenceTests
{
    private static readonly string[] Common = ["--steps", "40", "--batch-size", "8", "--quiet", "--sample-every", "1000"];

    [Theory]
    [InlineData("--learning-rate", "3e-3")]
    [InlineData("--learning-rate", "2e-2", "--lora-rank", "4")]
    [InlineData("--learning-rate", "2e-2", "--lora-rank", "4", "--reference", "model")]
    public void Dpo_begins_at_the_reference_and_learns_to_tell_answers_apart(params string[] options)
    {
        using TrainFolder folder = new();
        options = [.. options.Select(o => o == "model" ? folder["model"] : o)];
        CliResult result = folder.Dpo("run", [.. Common, .. options]);
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Equal(Math.Log(2), folder.Losses("run")[0]);
        Assert.Equal(0, folder.Metric("run", "margin")[0]);
        double[] accuracy = folder.Metric("run", "accuracy"), margin = folder.Metric("run", "margin");
        Assert.All(accuracy[^5..], a => Assert.Equal(1, a));
        Assert.True(margin[^1] > margin[5] && margin[5] > 0, $"{margin[5]} then {margin[^1]}");
        Assert.True(folder.Losses("run")[^1] < 0.95 * Math.Log(2));
        Assert.All(
            folder.Metric("run", "reward_chosen").Zip(folder.Metric("run", "reward_rejected"), margin),
            m => Assert.Equal(m.First - m.Second, m.Third, 1e-9));
    }

    [Fact]
    public void Another_reference_is_another_beginning()
    {
        using TrainFolder folder = new();
        Assert.Equal(0, folder.Dpo("first", [.. Common, "--learning-rate", "3e-3"]).Code);
        Assert.Equal(0, folder.Dpo("second", [.. Common, "--learning-rate", "3e-3", "--reference", folder["first/final"]]).Code);
        Assert.True(folder.Losses("second")[0] > Math.Log(2));
    }

    [Fact]
    public void Simpo_asks_for_no_reference()
    {
        using TrainFolder folder = new();
        CliResult result = folder.Dpo("run", [.. Common, "--objective", "simpo", "--learning-rate", "3e-3", "--gamma", "0.5"]);
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.True(folder.Losses("run")[^1] < 0.8 * folder.Losses("run")[0]);
        Assert.Equal(1, folder.Metric("run", "accuracy")[^1]);
    }

    [Fact]
    public void Held_out_pairs_are_measured_alike_however_they_are_cut()
    {
        using TrainFolder folder = new();
        File.WriteAllLines(folder["held.jsonl"], File.ReadLines(folder["pairs.jsonl"]).Take(7));
        string[] options = [.. Common, "--learning-rate", "3e-3", "--lora-rank", "4", "--lora-dropout", "0.3", "--eval-data",
            folder["held.jsonl"]];
        Assert.Equal(0, folder.Dpo("run", options).Code);
        Assert.Equal(0, folder.Dpo("cut", [.. options, "--micro-batch-size", "3"]).Code);
        double[] held = folder.Metric("run", "eval_loss");
        Assert.Equal(11, held.Length);
        Assert.Equal(Math.Log(2), held[0], 1e-6); // before the first step the policy is its reference
        Assert.InRange(held[1], 0.2, Math.Log(2) - 1e-4);
        Assert.True(held[^1] < held[0]);
        Assert.All(held.Zip(folder.Metric("cut", "eval_loss")), p => Assert.Equal(p.First, p.Second, 1e-5 * p.First));
    }
}
