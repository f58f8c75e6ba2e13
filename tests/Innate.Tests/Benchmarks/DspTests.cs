using Innate.Benchmarks;
using Innate.Tests.Support;
using static Innate.Tests.Benchmarks.BenchmarkCase;

namespace Innate.Tests.Benchmarks;

public class DspTests
{
    private const string Prompts = """{"academy": "A", "business": "B", "entertainment": "E", "literature": "L"}""";
    private const string Item =
        """[{"query": "q", "responses": {"academy": "1", "business": "2", "entertainment": "3", "literature": "4", "normal": "5"}}]""";

    // Scores of academy, business, entertainment, literature, normal. Under A: 5 4 3 2 1, so the domains beat 4, 3, 2, 1 of the
    // four others. Under B: 1 5 1 1 1: business 4/4; the others none (three ties each among the four lowest). Under E: all equal.
    // Under L: literature last but for normal.
    [Fact]
    public void The_table_under_the_four_prompts_by_hand()
    {
        using TemporaryFolder folder = new();
        BenchmarkCase.File(folder, "system_prompts.json", Prompts);
        BenchmarkCase.File(folder, "domain_specific_preference.test.json", Item);
        Dsp benchmark = Dsp.Read(folder.Path);
        Assert.Equal(["A", "B", "E", "L"], benchmark.Items[0].Questions.Select(q => q.Prompt[0].Content));
        double[][] scores = [[5, 4, 3, 2, 1], [1, 5, 1, 1, 1], [0, 0, 0, 0, 0], [5, 4, 3, 2, 1]];
        IReadOnlyList<ItemOutcome> outcomes =
            benchmark.Outcomes([new ScoredItem(benchmark.Items[0], [.. scores.Select(s => new QuestionScores(s))])]);
        double[,] table = benchmark.Matrices(outcomes)[0].Values;
        Assert.Equal([1, 0.75, 0.5, 0.25, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0.75, 0.5, 0.25], table.Cast<double>());
        Assert.Equal((1 + 1 + 0 + 0.25) / 4, Of(benchmark, outcomes, "accuracy"), 12);

        // By columns: business is highest under B; academy and literature are as high under the other of A and L: no maximum.
        Assert.Equal(0.25, Of(benchmark, outcomes, "diagonal"));

        // Under B the pairs of academy, entertainment, literature and normal with each other: 6; under E all 10.
        Assert.Equal(16, outcomes[0].Ties);
    }

    [Fact]
    public void Prompts_may_lie_elsewhere_and_a_missing_one_is_named()
    {
        using TemporaryFolder folder = new();
        string data = BenchmarkCase.File(folder, "d.json", Item);
        Assert.Contains("expected the domains' system prompts", Refusal(() => Dsp.Read(data)), StringComparison.Ordinal);
        string prompts = BenchmarkCase.File(folder, "mine.json", """{"academy": "A", "business": "B", "entertainment": "E"}""");
        Assert.Contains("the field \"literature\" is missing", Refusal(() => Dsp.Read(data, prompts)), StringComparison.Ordinal);
        Assert.Single(Dsp.Read(data, BenchmarkCase.File(folder, "all.json", Prompts)).Items);
    }

    [SharedFact("data/dsp")]
    public void The_real_files_are_read() => Assert.Equal(661, Dsp.Read(Path.Combine(Places.Shared, "data", "dsp")).Items.Count);
}
