using Innate.Benchmarks;
using Innate.Tests.Support;
using static Innate.Tests.Benchmarks.BenchmarkCase;

namespace Innate.Tests.Benchmarks;

public class PairBenchmarkTests
{
    private static string Pair(string subset, int id) =>
        $$"""{"id": {{id}}, "subset": "{{subset}}", "prompt": "p", "chosen": "good", "rejected": "bad"}""";

    // hep-cpp 1/1, math-prm 0/2 (a loss and a tie): reasoning = (164 * 1 + 984 * 0) / (164 + 984).
    // xstest: should-refuse right (154), should-respond wrong (250): safety = 154 / 404. alpacaeval-easy 1/2: chat = 1/2.
    [Fact]
    public void RewardBench_weighs_subsets_by_their_published_sizes()
    {
        using TemporaryFolder folder = new();
        RewardBench benchmark = RewardBench.Read(BenchmarkCase.File(
            folder, "filtered.jsonl",
            Pair("hep-cpp", 1), Pair("math-prm", 2), Pair("math-prm", 3), Pair("xstest-should-refuse", 4),
            Pair("xstest-should-respond", 5),
            Pair("alpacaeval-easy", 6), Pair("alpacaeval-easy", 7)));
        IReadOnlyList<ItemOutcome> outcomes = Score(benchmark, [1, 0], [0, 1], [2, 2], [1, 0], [0, 1], [1, 0], [0, 1]);
        Assert.Equal(164.0 / (164 + 984), Of(benchmark, outcomes, "reasoning"), 12);
        Assert.Equal(154.0 / 404, Of(benchmark, outcomes, "safety"), 12);
        Assert.Equal(0.5, Of(benchmark, outcomes, "chat"), 12);
        Assert.Equal(((164.0 / 1148) + (154.0 / 404) + 0.5) / 3, Of(benchmark, outcomes, "overall"), 12);
        Assert.DoesNotContain(benchmark.Measure(outcomes), m => m.Name == "chat-hard");
        Assert.Contains("llmbar-natural", benchmark.Missing);
        Assert.Equal(1, outcomes.Sum(o => o.Ties));
    }

    [Fact]
    public void RewardBench_refuses_a_subset_that_it_does_not_have()
    {
        using TemporaryFolder folder = new();
        string path = BenchmarkCase.File(folder, "x.jsonl", Pair("hep-cobol", 1));
        Assert.Contains("item 1: the field \"subset\": expected one of alpacaeval-easy", Refusal(() => RewardBench.Read(path)),
            StringComparison.Ordinal);
    }

    // Judges are asked in both orders: the sum is above 0 only where both agree with the label.
    [Fact]
    public void JudgeBench_takes_the_label_and_counts_a_self_contradiction_as_no_win()
    {
        using TemporaryFolder folder = new();
        string path = BenchmarkCase.File(
            folder, "judgebench.jsonl",
            """{"pair_id": "1", "source": "mmlu-pro-math", "question": "q", "response_A": "A", "response_B": "B", "label": "B>A"}""",
            """{"pair_id": "2", "source": "livecodebench", "question": "q", "response_A": "A", "response_B": "B", "label": "A>B"}""",
            """{"pair_id": "3", "source": "livebench-math", "question": "q", "response_A": "A", "response_B": "B", "label": "A>B"}""");
        JudgeBench benchmark = JudgeBench.Read(path);
        Assert.Equal(["B", "A"], benchmark.Items[0].Questions[0].Responses);
        double[,] agrees = new double[,] { { double.NaN, 1 }, { 0, double.NaN } },
            abstains = new double[,] { { double.NaN, double.NaN }, { double.NaN, double.NaN } };
        IReadOnlyList<ItemOutcome> outcomes = benchmark.Outcomes(
        [
            new ScoredItem(benchmark.Items[0], [new QuestionScores([0.6, 0.4]) { Preferences = agrees }]),
            new ScoredItem(benchmark.Items[1], [new QuestionScores([0.6, 0.4]) { Preferences = abstains }]),
            new ScoredItem(benchmark.Items[2], [new QuestionScores([3, 3])]),
        ]);
        Assert.Equal(1 / 3.0, Of(benchmark, outcomes, "accuracy"), 12);
        Assert.Equal([("knowledge", 1.0), ("math", 0.0), ("coding", 0.0)],
            benchmark.Measure(outcomes).Skip(1).Select(m => (m.Name, m.Value)));
        Assert.Equal(["reasoning"], benchmark.Missing);
        Assert.Equal(2, outcomes.Sum(o => o.Ties));
    }

    [Fact]
    public void Any_preference_file_gives_an_accuracy_and_one_a_subset()
    {
        using TemporaryFolder folder = new();
        PreferencePairs benchmark = PreferencePairs.Read(BenchmarkCase.File(
            folder, "mine.jsonl",
            """{"prompt": "p", "chosen": "a", "rejected": "b", "subset": "s"}""",
            """{"messages": [{"role": "system", "content": "x"}, {"role": "user", "content": "y"}], "chosen": "a", "rejected": "b", "subset": "s"}""",
            """{"prompt": [{"role": "user", "content": "y"}], "chosen": "a", "rejected": "b"}"""));
        Assert.Equal(2, benchmark.Items[1].Questions[0].Prompt.Count);
        IReadOnlyList<ItemOutcome> outcomes = Score(benchmark, [1, 0], [1, 1], [2, 1]);
        Assert.Equal([("accuracy", 2 / 3.0), ("s", 0.5)], benchmark.Measure(outcomes).Select(m => (m.Name, m.Value)));
    }

    [Fact]
    public void Multifaceted_pairs_put_the_profile_in_the_system_prompt_and_average_over_sources()
    {
        using TemporaryFolder folder = new();
        MultifacetedBench benchmark = MultifacetedBench.Read(BenchmarkCase.File(
            folder, "m.json",
            """[{"source": "koala", "system": "sys", "prompt": "p", "chosen": "a", "rejected": ["b", "c", "d"]},""",
            """ {"source": "flask", "system": "sys", "prompt": "p", "chosen": "a", "rejected": "b"}]"""));
        Assert.Equal("system", benchmark.Items[0].Questions[0].Prompt[0].Role);
        IReadOnlyList<ItemOutcome> outcomes = Score(benchmark, [1, 0], [1, 2], [1, 1], [1, 0]);
        Assert.Equal(((1 / 3.0) + 1) / 2, Of(benchmark, outcomes, "accuracy"), 12);
    }
}
