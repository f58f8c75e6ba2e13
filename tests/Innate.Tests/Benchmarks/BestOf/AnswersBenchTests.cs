using Innate.Benchmarks;
using Innate.Benchmarks.BestOf;
using Innate.Tests.Support;
using static Innate.Tests.Benchmarks.BenchmarkCase;

namespace Innate.Tests.Benchmarks.BestOf;

/// <summary>A policy's answers as a benchmark.</summary>
public class AnswersBenchTests
{
    private const string First =
        """{"item":1,"group":"sums","expected":"4","messages":[{"role":"user","content":"2+2"}],"responses":[{"text":"4","answer":"4","right":true},{"text":"5","answer":"5","right":false},{"text":"","answer":null,"right":false},{"text":"5.","answer":"5","right":false},{"text":"no","answer":null,"right":false}]}""";

    private const string Second =
        """{"item":2,"group":"sums","expected":"6","messages":[{"role":"user","content":"3+3"}],"responses":[{"text":"6","answer":"6","right":true},{"text":"six","answer":"6","right":true}]}""";

    private const string Unasked = """{"item":3,"group":"sums","expected":"1","unscored":"too long"}""";

    [Fact]
    public void The_metrics_are_those_of_a_sum_by_hand()
    {
        using TemporaryFolder folder = new();
        AnswersBench benchmark = AnswersBench.Read(BenchmarkCase.File(folder, "items.jsonl", First, Second, Unasked));
        Assert.Equal(["sums/1", "sums/2"], benchmark.Items.Select(i => i.Id));
        Assert.Equal(["4", "5", "5.", "no"], benchmark.Items[0].Questions[0].Responses);

        // Of the first question the right one ties with a wrong one at the top.
        IReadOnlyList<ItemOutcome> outcomes = Score(benchmark, [3, 3, 1, 2], [1, 2]);
        Assert.Equal(0.5, Of(benchmark, outcomes, "best-of-4")); // the second question has no four answers
        Assert.Equal((0.25 + 1) / 2, Of(benchmark, outcomes, "best-of-1"));
        Assert.Equal(((((1.0 + 1) + 0.5) / 6) + 1) / 2, Of(benchmark, outcomes, "best-of-2"), 1e-12);
        Assert.Equal(2.5 / 3, Of(benchmark, outcomes, "auc"), 1e-12);
        Assert.Equal(0.5, Of(benchmark, outcomes, "majority")); // two say 5
        Assert.Equal(1, Of(benchmark, outcomes, "oracle"));
        Assert.Equal(1, outcomes.Sum(o => o.Ties));
        Assert.Equal("1 answers without a word are left out", benchmark.Remark(outcomes));
    }

    [Theory]
    [InlineData("""{"item":1,"messages":[{"role":"user","content":"q"}],"responses":[]}""", "\"responses\": expected an array of objects, found one of 0")]
    [InlineData("""{"item":1,"messages":[{"role":"user","content":"q"}],"responses":[{"text":"a","right":1}]}""", "\"responses[0].right\": expected true or false, found the number 1")]
    [InlineData("""{"item":1,"responses":[{"text":"a","right":true}]}""", "\"messages\" is missing")]
    [InlineData("""{"item":1,"unscored":"no"}""", "expected at least one item, found none")]
    public void What_is_no_such_file_is_named(string line, string why)
    {
        using TemporaryFolder folder = new();
        string path = BenchmarkCase.File(folder, "items.jsonl", line);
        Assert.Contains(why, Refusal(() => AnswersBench.Read(path)), StringComparison.Ordinal);
    }
}
