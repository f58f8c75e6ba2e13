using Innate.Benchmarks;
using Innate.Tests.Support;
using static Innate.Tests.Benchmarks.BenchmarkCase;

namespace Innate.Tests.Benchmarks;

public class PpeCorrectnessTests
{
    private const string Four =
        """{"question_id": "q", "model_name": "m", "prompt": "p", "response_1": "a", "response_2": "b", "response_3": "c", "response_4": "d", "scores": [false, false, true, true]}""";

    private const string Two = """{"id": 7, "question": "p", "completions": ["a", "b"], "correct": [1, 0]}""";

    // Of the first prompt: pairs lost, won, lost, won; the best of the first one, two, three and four is wrong each time, the oracle
    // right from three on. Of the second: a tie; the best of one is right, of two right by half.
    [Fact]
    public void The_metrics_are_those_of_a_sum_by_hand()
    {
        using TemporaryFolder folder = new();
        PpeCorrectness benchmark = PpeCorrectness.Read(BenchmarkCase.File(folder, "math.jsonl", Four, Two));
        Assert.Equal(["math/q/m", "math/7"], benchmark.Items.Select(i => i.Id));
        IReadOnlyList<ItemOutcome> outcomes = Score(benchmark, [0.1, 0.9, 0.4, 0.8], [1, 1]);
        (string, double)[] first = [.. benchmark.Measure([outcomes[0]]).Select(m => (m.Name, m.Value))];
        Assert.Equal(
            [("accuracy", 0.5), ("auc", 0.5), ("best-of-k", 0), ("max", 0), ("loss", 0.5), ("oracle", 1), ("random", 0.5),
                ("math", 0.5)],
            first);
        Assert.Equal(
            [("accuracy", 0.25), ("auc", 0.5), ("best-of-k", 0.25), ("max", 0.5), ("loss", (0.0625 + 1 + 1) / 4), ("oracle", 1),
                ("random", 0.5), ("math", 0.25)],
            benchmark.Measure(outcomes).Select(m => (m.Name, m.Value)));
        Assert.Equal(1, outcomes.Sum(o => o.Ties));
        Assert.Equal("best of 1: 50.0%, 2: 25.0%, 4: 0.0%", benchmark.Remark(outcomes));
    }

    [Fact]
    public void A_prompt_that_is_all_right_counts_for_the_best_of_k_but_not_for_the_accuracy()
    {
        using TemporaryFolder folder = new();
        PpeCorrectness benchmark = PpeCorrectness.Read(BenchmarkCase.File(
            folder, "a.jsonl", Two, """{"prompt": "p", "responses": ["a", "b"], "labels": [true, true], "domain": "easy"}"""));
        IReadOnlyList<ItemOutcome> outcomes = Score(benchmark, [1, 2], [1, 2]);
        Assert.Equal(0, Of(benchmark, outcomes, "accuracy"));
        Assert.Equal((0 + 1) / 2.0, Of(benchmark, outcomes, "best-of-k"));
        Assert.DoesNotContain(benchmark.Measure(outcomes), m => m.Name == "easy");
    }

    [Fact]
    public void The_same_prompts_are_read_from_a_table()
    {
        using TemporaryFolder folder = new();
        Innate.Data.DataFiles.Use();
        string path = BenchmarkCase.File(
            folder, "mine.csv", "prompt,response_1,response_2,is_correct", "p,a,b,\"[true, false]\"");
        BenchmarkItem item = PpeCorrectness.Read(path).Items.Single();
        Assert.Equal(["a", "b"], item.Questions[0].Responses);
        Assert.Equal([0], item.RightOf(0));
    }

    [Theory]
    [InlineData("""{"problem": "p", "texts": ["a", "b"], "flags": [1, 0]}""", "x.jsonl, item 1: expected columns for the responses (responses, completions, answers, or response_1, response_2, ...) and their flags (scores, correct, is_correct, labels); the item has problem, texts, flags.")]
    [InlineData("""{"prompt": "p", "responses": ["a", "b"], "scores": [true]}""", "the field \"scores\": expected an array of 2 flags, true or false, found one of 1.")]
    [InlineData("""{"prompt": "p", "responses": ["a", "b"], "scores": [true, 0.5]}""", "the field \"scores[1]\": expected true or false, 1 or 0, found the number 0.5.")]
    [InlineData("""{"prompt": "p", "responses": ["a"], "scores": [true]}""", "the field \"responses\": expected two responses or more, found 1.")]
    [InlineData("""{"prompt": "p", "response_1": "a", "response_3": "c", "scores": [true, false]}""", "the field \"response_2\": expected a text, found none, but response_3.")]
    [InlineData("""{"prompt": "p", "responses": ["a", "b"], "scores": [true, true]}""", "x.jsonl: expected a prompt with right and wrong responses, found none.")]
    [InlineData("""{"prompt": "p", "responses": ["a", "b"], "scores": "yes", "domain": "d"}""", "the field \"scores\": expected an array of 2 flags, true or false, found a text that is none.")]
    [InlineData("""{"prompt": "p", "responses": ["a", "b"], "scores": [1, 0], "domain": "auc"}""", "the field \"domain\": expected a name that is no metric's, found \"auc\".")]
    public void What_is_laid_out_otherwise_is_refused_with_its_row_and_field(string record, string sentence)
    {
        using TemporaryFolder folder = new();
        string path = BenchmarkCase.File(folder, "x.jsonl", record);
        Assert.EndsWith(sentence, Refusal(() => PpeCorrectness.Read(path)), StringComparison.Ordinal);
    }
}
