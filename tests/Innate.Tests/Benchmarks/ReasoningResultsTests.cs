using Innate.Benchmarks.Policy;

namespace Innate.Tests.Benchmarks;

/// <summary>CoT-Pass@K over questions whose right answers were checked.</summary>
public class ReasoningResultsTests
{
    [Fact]
    public void The_strictest_rule_counts_least_and_none_counts_more_than_the_answer()
    {
        // Two of four answers are right; of their reasoning one check of three, and all three.
        ReasoningResults found = new("judge", 3, [new(4, [[true, false, false], [true, true, true]])], [1, 4]);
        Assert.Equal(0.5, Of(found, "pass@1"));
        Assert.Equal(0.5, Of(found, "cot-pass@1 any"));
        Assert.Equal(0.25, Of(found, "cot-pass@1 majority"));
        Assert.Equal(0.25, Of(found, "cot-pass@1 all"));
        Assert.Equal(1, Of(found, "cot-pass@4 all"));
        Assert.Equal(0.5, Of(found, "right-reasoning majority"));
    }

    [Fact]
    public void A_step_that_is_scrambled_but_lucky_lowers_CoT_pass_and_leaves_pass_as_it_was()
    {
        CheckedReasoning[] sound = [.. Enumerable.Range(0, 40).Select(i => Question(i, scrambled: 0))];
        CheckedReasoning[] lucky = [.. Enumerable.Range(0, 40).Select(i => Question(i, scrambled: 2))];
        ReasoningResults before = new("oracle", 1, sound, [1, 4]), after = new("oracle", 1, lucky, [1, 4]);
        Assert.Equal(Of(before, "pass@1"), Of(after, "pass@1"));
        Assert.Equal(Of(before, "pass@4"), Of(after, "pass@4"));
        Assert.Equal(Of(before, "pass@4"), Of(before, "cot-pass@4 majority"));
        Assert.True(High(after, "cot-pass@4 majority") < Of(before, "cot-pass@4 majority"));

        static CheckedReasoning Question(int i, int scrambled) =>
            new(8, [.. Enumerable.Range(0, 1 + (i % 4)).Select(s => (IReadOnlyList<bool>)[s >= scrambled])]);
    }

    [Fact]
    public void A_question_without_a_verdict_takes_no_part_and_is_counted()
    {
        ReasoningResults found = new(
            "judge", 1, [new(2, [[true]]), new(2, [[], [true]]) { Unchecked = "too long" }, new(2, [])], [1]);
        Assert.Equal((2, 1, 1), (found.Questions, found.RightAnswers, found.LeftOut));
        Assert.Equal("too long", found.FirstError);
        Assert.Equal(0.25, Of(found, "pass@1"));
        Assert.Throws<InputException>(() => new ReasoningResults("judge", 1, [new(2, [[]]) { Unchecked = "x" }], [1]));
    }

    private static double Of(ReasoningResults found, string name) => found.Metrics.Single(m => m.Name == name).Value;

    private static double High(ReasoningResults found, string name) => found.Metrics.Single(m => m.Name == name).High;
}
