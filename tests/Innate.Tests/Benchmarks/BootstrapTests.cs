using Innate.Benchmarks;
using Innate.Tests.Support;
using static Innate.Tests.Benchmarks.BenchmarkCase;

namespace Innate.Tests.Benchmarks;

public class BootstrapTests
{
    private static PreferencePairs Pairs(TemporaryFolder folder, int count) => PreferencePairs.Read(BenchmarkCase.File(
        folder, "p.jsonl",
        [.. Enumerable.Range(0, count).Select(i =>
            $$"""{"prompt": "{{i}}", "chosen": "a", "rejected": "b", "subset": "{{(i % 2 == 0 ? "even" : "odd")}}"}""")]));

    [Fact]
    public void The_interval_is_that_of_a_binomial_share_and_one_seed_gives_one_interval()
    {
        using TemporaryFolder folder = new();
        PreferencePairs benchmark = Pairs(folder, 400);
        IReadOnlyList<ItemOutcome> outcomes =
            Score(benchmark, [.. Enumerable.Range(0, 400).Select(i => (double[])[i % 4 < 2 ? 1 : 0, 0.5])]);
        MetricInterval interval = Bootstrap.Intervals(benchmark, outcomes, 2000, 1)["accuracy"];

        // 1.96 sqrt(0.5 * 0.5 / 400) = 0.049.
        Assert.InRange(interval.Low, 0.44, 0.46);
        Assert.InRange(interval.High, 0.54, 0.56);
        Assert.Equal(interval, Bootstrap.Intervals(benchmark, outcomes, 2000, 1)["accuracy"]);
        Assert.NotEqual(interval, Bootstrap.Intervals(benchmark, outcomes, 2000, 2)["accuracy"]);
    }

    [Fact]
    public void Items_of_one_cluster_are_resampled_together()
    {
        using TemporaryFolder folder = new();
        PreferencePairs benchmark = Pairs(folder, 400);

        // 40 clusters of ten items that are all right or all wrong: 1.96 sqrt(0.5 * 0.5 / 40) = 0.155, where items on their own
        // give 0.049.
        IReadOnlyList<ItemOutcome> outcomes =
            Score(benchmark, [.. Enumerable.Range(0, 400).Select(i => (double[])[i / 20 % 2, 0.5])]);
        outcomes = [.. outcomes.Select((o, i) => o with { Item = o.Item with { Cluster = $"{i / 20} {i % 2}" } })];
        MetricInterval interval = Bootstrap.Intervals(benchmark, outcomes, 2000, 1)["accuracy"];
        Assert.InRange(interval.Low, 0.325, 0.375);
        Assert.InRange(interval.High, 0.625, 0.675);

        // One cluster a part: nothing is left to chance.
        outcomes = [.. outcomes.Select((o, i) => o with { Item = o.Item with { Cluster = $"{i % 2}" } })];
        Assert.Equal(new MetricInterval(0.5, 0.5), Bootstrap.Intervals(benchmark, outcomes, 50, 1)["accuracy"]);
    }

    [Fact]
    public void Parts_keep_their_sizes()
    {
        using TemporaryFolder folder = new();
        PreferencePairs benchmark = Pairs(folder, 40);

        // One part always right, the other always wrong: within its part no draw can change that.
        IReadOnlyList<ItemOutcome> outcomes = Score(benchmark, [.. Enumerable.Range(0, 40).Select(i => (double[])[i % 2, 0.5])]);
        Assert.Equal(new MetricInterval(0.5, 0.5), Bootstrap.Intervals(benchmark, outcomes, 50, 1)["accuracy"]);
    }
}
