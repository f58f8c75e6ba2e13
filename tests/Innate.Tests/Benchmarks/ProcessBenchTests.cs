using Innate.Benchmarks;
using Innate.Tests.Support;
using static Innate.Tests.Benchmarks.BenchmarkCase;

namespace Innate.Tests.Benchmarks;

public class ProcessBenchTests
{
    private static string Item(string id, int label) =>
        $$"""{"id": "{{id}}", "generator": "g", "problem": "p", "steps": ["a", "b", "c"], "final_answer_correct": true, "label": {{label}}}""";

    // On gsm8k the threshold -1 (below which a step is wrong) is exact for both items: -5 at step 1, and none. Applied to math:
    // the first item's first step below -1 is 0, its label 2: a miss; the other, without a wrong step, has none below: a hit.
    [Fact]
    public void The_threshold_is_chosen_on_gsm8k_and_applied_everywhere()
    {
        using TemporaryFolder folder = new();
        ProcessBench benchmark = ProcessBench.Read(BenchmarkCase.File(
            folder, "p.jsonl", Item("gsm8k-0", 1), Item("gsm8k-1", -1), Item("math-0", 2), Item("math-1", -1)));
        IReadOnlyList<ItemOutcome> outcomes = Score(benchmark, [0, -5, -7], [-1, 0, 0], [-2, 0, -9], [0, 0, -0.5]);
        Assert.Equal(1, Of(benchmark, outcomes, "gsm8k"));
        Assert.Equal(0, Of(benchmark, outcomes, "math"));
        Assert.Equal((0.0, 1.0), (Of(benchmark, outcomes, "math/acc1"), Of(benchmark, outcomes, "math/acc2")));
        Assert.Equal(0.5, Of(benchmark, outcomes, "f1"));
        Assert.Equal(["olympiadbench", "omnimath"], benchmark.Missing);
        Assert.Contains("best threshold on gsm8k", benchmark.Remark(outcomes), StringComparison.Ordinal);
    }

    [Fact]
    public void F1_is_the_harmonic_mean_of_both_accuracies()
    {
        using TemporaryFolder folder = new();
        ProcessBench benchmark = ProcessBench.Read(BenchmarkCase.File(
            folder, "p.jsonl", Item("gsm8k-0", 0), Item("gsm8k-1", 0), Item("gsm8k-2", -1)));

        // No threshold finds the second error: acc1 1/2, acc2 1, F1 = 2 * 0.5 * 1 / 1.5.
        IReadOnlyList<ItemOutcome> outcomes = Score(benchmark, [-3, 0, 0], [9, 9, 9], [1, 1, 1]);
        Assert.Equal(2 / 3.0, Of(benchmark, outcomes, "f1"), 12);
    }

    [Theory]
    [InlineData(new[] { 1.0, 0.0, 2.0 }, 0.5, 1)]
    [InlineData(new[] { 1.0, 0.5, 2.0 }, 0.5, -1)]
    public void The_prediction_is_the_first_step_strictly_below(double[] rewards, double threshold, int step) =>
        Assert.Equal(step, ProcessBench.Predict(rewards, threshold));

    [Fact]
    public void A_label_outside_the_steps_is_refused()
    {
        using TemporaryFolder folder = new();
        string path = BenchmarkCase.File(folder, "p.jsonl", Item("gsm8k-0", 3));
        Assert.Contains("\"label\": expected a whole number from -1 to 2, found the number 3",
            Refusal(() => ProcessBench.Read(path)), StringComparison.Ordinal);
    }
}
