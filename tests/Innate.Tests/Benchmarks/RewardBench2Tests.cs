using Innate.Benchmarks;
using Innate.Tests.Support;
using static Innate.Tests.Benchmarks.BenchmarkCase;

namespace Innate.Tests.Benchmarks;

public class RewardBench2Tests
{
    private static string Best(string subset, int id) =>
        $$"""{"id": "{{id}}", "subset": "{{subset}}", "prompt": "p", "chosen": ["r"], "rejected": ["a", "b", "c"]}""";

    [Fact]
    public void The_best_of_four_shares_its_point_with_those_it_ties()
    {
        using TemporaryFolder folder = new();
        RewardBench2 benchmark = RewardBench2.Read(BenchmarkCase.File(
            folder, "v2.jsonl", Best("Factuality", 1), Best("Factuality", 2), Best("Factuality", 3), Best("Precise IF", 4)));
        IReadOnlyList<ItemOutcome> outcomes = Score(benchmark, [4, 1, 1, 1], [4, 4, 4, 1], [1, 4, 4, 1], [2, 2, 2, 2]);
        Assert.Equal((1 + (1 / 3.0) + 0) / 3, Of(benchmark, outcomes, "factuality"), 12);
        Assert.Equal(0.25, Of(benchmark, outcomes, "precise-if"), 12);
        Assert.Equal(((4 / 9.0) + 0.25) / 2, Of(benchmark, outcomes, "overall"), 12);
        Assert.Equal(["math", "safety", "focus", "ties"], benchmark.Missing);
    }

    // Prompt 3: tied right 5, 4 against 1: spread 1, gap 3, accurate; ref 6 against 4: gap 2, accurate. Both gaps are wider than
    // the spread. Prompt 7: tied right 5, 5 (spread 0) against 5: gap 0, a tie is not accurate; ref 1 against 2: gap -1.
    // tied 1/2, ref 1/2, gap > spread 1/2, min gap > spread 1/2; tanh(2/1 - 1) and tanh(-1/0 - 1) = -1.
    [Fact]
    public void Ties_by_hand()
    {
        using TemporaryFolder folder = new();
        RewardBench2 benchmark = RewardBench2.Read(BenchmarkCase.File(
            folder, "ties.jsonl",
            """{"id": "tied:3", "subset": "Ties", "prompt": "p", "chosen": ["x", "y"], "rejected": ["z"]}""",
            """{"id": "ref:3", "subset": "Ties", "prompt": "p", "chosen": ["x"], "rejected": ["z"]}""",
            """{"id": "tied:7", "subset": "Ties", "prompt": "p", "chosen": ["x", "y"], "rejected": ["z"]}""",
            """{"id": "ref:7", "subset": "Ties", "prompt": "p", "chosen": ["x"], "rejected": ["z"]}"""));
        IReadOnlyList<ItemOutcome> outcomes = Score(benchmark, [5, 4, 1], [6, 4], [5, 5, 5], [1, 2]);
        double expected = (0.3 * 0.5) + (0.3 * 0.5) + (0.2 * 0.5) + (0.2 * 0.5) + (0.01 * (Math.Tanh(1) - 1) / 2);
        Assert.Equal(expected, Of(benchmark, outcomes, "ties"), 12);
        Assert.Equal(benchmark.Items[0].Cluster, benchmark.Items[1].Cluster);
    }

    [Fact]
    public void A_spread_and_a_gap_of_nothing_count_for_nothing()
    {
        using TemporaryFolder folder = new();
        RewardBench2 benchmark = RewardBench2.Read(BenchmarkCase.File(
            folder, "ties.jsonl",
            """{"id": "tied:1", "subset": "Ties", "prompt": "p", "chosen": ["x", "y"], "rejected": ["z"]}""",
            """{"id": "ref:1", "subset": "Ties", "prompt": "p", "chosen": ["x"], "rejected": ["z"]}"""));
        Assert.Equal(0.3, Of(benchmark, Score(benchmark, [5, 5, 5], [2, 1]), "ties"), 12);
    }

    [Fact]
    public void An_id_of_Ties_must_say_which_kind_it_is()
    {
        using TemporaryFolder folder = new();
        string path = BenchmarkCase.File(
            folder, "x.jsonl", """{"id": "3", "subset": "Ties", "prompt": "p", "chosen": ["x"], "rejected": ["z"]}""");
        Assert.Contains("\"id\": expected ref:N or tied:N", Refusal(() => RewardBench2.Read(path)), StringComparison.Ordinal);
    }
}
