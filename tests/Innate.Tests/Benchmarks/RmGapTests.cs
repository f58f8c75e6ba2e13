using Innate.Benchmarks;
using Innate.Tests.Support;
using static Innate.Tests.Benchmarks.BenchmarkCase;

namespace Innate.Tests.Benchmarks;

public class RmGapTests
{
    private const string Responses =
        """{"key": "B", "text": "b"}, {"key": "A", "text": "a"}, {"key": "D", "text": "d"}, {"key": "C", "text": "c"}""";

    private static string Group(string winner) =>
        $$"""{"winner": "{{winner}}", "prompts": [{"text": "like {{winner}}"}, {"text": "as {{winner}}"}, {"text": "{{winner}}!"}]}""";

    private static string Record(string id, string domain) => $$"""
        {"id": "{{id}}", "domain": "{{domain}}", "source": "s", "responses": [{{Responses}}],
         "prompt_groups": [{{Group("A")}}, {{Group("B")}}, {{Group("C")}}, {{Group("D")}}]}
        """.ReplaceLineEndings(" ");

    // Scores of A, B, C, D under each prompt. A wins thrice alike. B wins thrice, but the others change places. C never wins, alike.
    // D: three ties, then last twice; of equal scores the lower key is first, so the three rankings are alike.
    private static readonly double[][] Mixed =
    [
        [4, 3, 2, 1], [4, 3, 2, 1], [8, 7, 6, 5],
        [1, 4, 3, 2], [1, 4, 2, 3], [1, 4, 3, 2],
        [4, 3, 2, 1], [4, 3, 2, 1], [4, 3, 2, 1],
        [1, 1, 1, 1], [4, 3, 2, 1], [4, 3, 2, 1],
    ];

    private static readonly double[][] Perfect =
        [.. Enumerable.Range(0, 12).Select(q => Enumerable.Range(0, 4).Select(r => r == q / 3 ? 1.0 : 0).ToArray())];

    [Fact]
    public void The_metrics_are_those_of_a_count_by_hand_and_the_mean_of_the_domains()
    {
        using TemporaryFolder folder = new();
        RmGap benchmark = RmGap.Read(BenchmarkCase.File(folder, "test.jsonl", Record("1", "Chat"), Record("2", "Safety")));
        Assert.Equal(["a", "b", "c", "d"], benchmark.Items[0].Questions[0].Responses);
        Assert.Equal([0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3], Enumerable.Range(0, 12).Select(q => benchmark.Items[0].RightOf(q)[0]));
        Assert.Equal("as B", benchmark.Items[0].Questions[4].Prompt[0].Content);
        Assert.Equal(["writing", "reasoning"], benchmark.Missing);

        IReadOnlyList<ItemOutcome> outcomes = benchmark.Outcomes(
            [.. benchmark.Items.Zip(new[] { Mixed, Perfect }, (i, s) => new ScoredItem(i, [.. s.Select(q => new QuestionScores(q))]))]);
        Assert.Equal(3, outcomes[0].Ties);
        Assert.Equal(
            [("best-of-4", 6 / 12.0), ("pair", 21 / 36.0), ("consistency", 3 / 4.0), ("all-right", 2 / 4.0)],
            benchmark.Measure([outcomes[0]]).Take(4).Select(m => (m.Name, m.Value)));
        Assert.Equal((0.5 + 1) / 2, Of(benchmark, outcomes, "best-of-4"), 12);
        Assert.Equal((0.75 + 1) / 2, Of(benchmark, outcomes, "consistency"), 12);
        Assert.Equal(0.5, Of(benchmark, outcomes, "chat"), 12);
        Assert.Equal(1, Of(benchmark, outcomes, "safety pair"), 12);
    }

    [Theory]
    [InlineData("\"Chat\"", "\"Poetry\"", "item 1: the field \"domain\": expected Chat, Writing, Reasoning or Safety, found \"Poetry\".")]
    [InlineData("\"winner\": \"B\"", "\"winner\": \"E\"", "\"prompt_groups[1].winner\": expected one of the responses' keys A, B, C, D, found \"E\".")]
    [InlineData("\"key\": \"D\"", "\"key\": \"A\"", "\"responses[2].key\": expected a key of its own, found \"A\" again.")]
    [InlineData("\"text\": \"d\"", "\"text\": \" \"", "\"responses[2].text\": expected a text, found nothing but white space.")]
    [InlineData("{\"text\": \"C!\"}", "{}", "\"prompt_groups[2].prompts[2].text\" is missing: expected a text; the item is empty.")]
    [InlineData(", {\"text\": \"C!\"}", "", "\"prompt_groups[2].prompts\": expected an array of 3 objects, found one of 2.")]
    [InlineData("\"prompt_groups\"", "\"groups\"", "\"prompt_groups\" is missing: expected an array of 4 objects; the item has id, domain, source, responses, groups.")]
    public void What_is_laid_out_otherwise_is_refused_with_its_row_and_field(string there, string instead, string sentence)
    {
        using TemporaryFolder folder = new();
        string record = Record("1", "Chat");
        Assert.Contains(there, record, StringComparison.Ordinal);
        string path = BenchmarkCase.File(folder, "x.jsonl", record.Replace(there, instead, StringComparison.Ordinal));
        Assert.EndsWith(sentence, Refusal(() => RmGap.Read(path)), StringComparison.Ordinal);
    }

    [Fact]
    public void An_id_twice_is_refused()
    {
        using TemporaryFolder folder = new();
        string path = BenchmarkCase.File(folder, "x.jsonl", Record("1", "Chat"), Record("1", "Chat"));
        Assert.Contains(
            "two items have the id \"chat/1\"", Refusal(() => BenchmarkNames.Open("RMGAP", new BenchmarkSource(path))),
            StringComparison.Ordinal);
    }
}
