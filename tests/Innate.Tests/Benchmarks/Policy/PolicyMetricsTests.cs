using FsCheck;
using FsCheck.Fluent;
using Innate.Benchmarks.Policy;
using Innate.Tests.Support;

namespace Innate.Tests.Benchmarks.Policy;

/// <summary>What a model's samples are worth, by hand and by counting.</summary>
public class PolicyMetricsTests
{
    [Theory]
    [InlineData(5, 2, 1, 0.4)]
    [InlineData(5, 2, 2, 0.7)] // 1 - 3/10
    [InlineData(5, 2, 4, 1)]
    [InlineData(5, 0, 3, 0)]
    [InlineData(8, 1, 4, 0.5)]
    [InlineData(2000, 1, 1000, 0.5)]
    public void Pass_at_k_is_the_unbiased_estimate(int samples, int right, int k, double expected) =>
        Assert.Equal(expected, PassAtK.Estimate(samples, right, k), 1e-12);

    [Fact]
    public void Pass_at_k_is_the_share_of_subsets_with_a_right_sample()
    {
        Gen<(int N, int C, int K)> cases =
            from n in Gen.Choose(1, 12) from c in Gen.Choose(0, n) from k in Gen.Choose(1, n) select (n, c, k);
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Arb.From(cases), t =>
        {
            // The first c samples are the right ones.
            int[] subsets = [.. Enumerable.Range(0, 1 << t.N).Where(s => int.PopCount(s) == t.K)];
            double expected = subsets.Count(s => (s & ((1 << t.C) - 1)) != 0) / (double)subsets.Length;
            Assert.Equal(expected, PassAtK.Estimate(t.N, t.C, t.K), 1e-9);
        }));
    }

    [Fact]
    public void A_majority_is_counted_over_groups_and_a_tie_goes_to_who_spoke_first()
    {
        GradedSample right = new("4", true), same = new("4.0", true), wrong = new("5", false), other = new("6", false),
            none = new(null, false);
        Assert.Equal(1, PolicyMetrics.Majority([right, wrong, same, wrong], 4));
        Assert.Equal(0, PolicyMetrics.Majority([wrong, right, same, wrong], 4));
        Assert.Equal(1, PolicyMetrics.Majority([none, none, none, right], 4));
        Assert.Equal(0, PolicyMetrics.Majority([none, none, none, none], 4));
        Assert.Equal(0.5, PolicyMetrics.Majority([right, wrong, other, right, wrong], 2)); // the fifth votes in no group
    }

    [Fact]
    public void Metrics_are_means_over_questions()
    {
        GradedSample yes = new("1", true), no = new("2", false);
        GradedQuestion[] questions = [new("a", [yes, no]), new("b", [no, no]), new("a", [yes, yes]), new("a", [no, yes])];
        IReadOnlyList<PolicyMetric> metrics = PolicyMetrics.Of(questions, [1, 2]);
        Assert.Equal(["accuracy", "pass@1", "pass@2", "majority@2"], metrics.Select(m => m.Name));
        Assert.Equal([0.5, 0.5, 0.75, 0.5], metrics.Select(m => m.Value));
        Assert.All(metrics, m => Assert.True(m.Low < m.Value && m.Value < m.High));
    }

    [Theory]
    [InlineData(QuestionKind.Gsm8K, """{"question":"q","answer":"2+2=<<2+2=4>>4\n#### 1,004"}""", "The answer is 1004.",
        "$1,005")]
    [InlineData(QuestionKind.Math, """{"problem":"q","solution":"so \\boxed{\\frac{1}{2}}","subject":"Algebra"}""",
        "I get \\boxed{0.5}", "\\boxed{2}")]
    [InlineData(QuestionKind.Math, """{"question":"q","answer":"\\frac12"}""", "it is 1/2", "1/3")]
    [InlineData(QuestionKind.Arith, """{"prompt":"q","family":"products","answer":36}""", "**Answer:** 36", "36 or 37")]
    public void Each_layout_gives_its_known_answer(QuestionKind kind, string row, string right, string wrong)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["set.jsonl"], row + "\n" + row + "\n");
        CheckedQuestion question = Assert.Single(QuestionSet.Read(kind, folder["set.jsonl"], limit: 1));
        Assert.Equal("q", question.Messages[0].Content);
        Assert.True(QuestionSet.Grade(kind, right, question.Expected).IsRight);
        Assert.False(QuestionSet.Grade(kind, wrong, question.Expected).IsRight);
        Assert.Null(QuestionSet.Grade(kind, "no idea", question.Expected).Answer);
    }

    [Theory]
    [InlineData(QuestionKind.Gsm8K, """{"question":"q","answer":"18"}""",
        "line 2: \"answer\": expected an end of \"#### n\", found none.")]
    [InlineData(QuestionKind.Gsm8K, """{"answer":"#### 18"}""", "line 2: the field \"question\" is missing.")]
    [InlineData(QuestionKind.Math, """{"problem":"q","solution":"18"}""",
        "line 2: \"solution\": expected an answer in \\boxed{...}, found none.")]
    [InlineData(QuestionKind.Arith, """{"prompt":"q","answer":"1.5"}""",
        "line 2: \"answer\": expected a whole number, found \"1.5\".")]
    public void A_file_of_another_layout_is_told_by_line_and_field(QuestionKind kind, string row, string why)
    {
        using TemporaryFolder folder = new();
        string good = kind switch
        {
            QuestionKind.Gsm8K => """{"question":"q","answer":"#### 1"}""",
            QuestionKind.Math => """{"problem":"q","answer":"1"}""",
            _ => """{"prompt":"q","answer":1}""",
        };
        File.WriteAllText(folder["set.jsonl"], good + "\n" + row + "\n");
        Assert.EndsWith(why, Assert.Throws<InputException>(() => QuestionSet.Read(kind, folder["set.jsonl"])).Message,
            StringComparison.Ordinal);
    }

    [SharedFact("data/gsm8k/test.jsonl")]
    public void All_of_gsm8k_is_read_and_every_known_answer_grades_itself_right()
    {
        IReadOnlyList<CheckedQuestion> questions =
            QuestionSet.Read(QuestionKind.Gsm8K, Path.Combine(Places.Shared, "data/gsm8k/test.jsonl"));
        Assert.Equal(1319, questions.Count);
        Assert.All(questions, q =>
            Assert.True(QuestionSet.Grade(QuestionKind.Gsm8K, $"So the answer is {q.Expected}.", q.Expected).IsRight));
    }
}
