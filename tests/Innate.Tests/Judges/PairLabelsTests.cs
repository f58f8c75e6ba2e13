using Innate.Judges;

namespace Innate.Tests.Judges;

/// <summary>Preferences made of scores.</summary>
public class PairLabelsTests
{
    private static readonly string[] Texts = ["a", "b", "c", "a"];
    private static readonly JudgeVerdict Verdict = new([1, 3, 1.5, 1]);

    [Fact]
    public void The_best_stands_against_the_worst() =>
        Assert.Equal([new LabelledPair(1, 0, 2)], PairLabels.Of(Texts, Verdict, all: false, 0).Pairs);

    [Fact]
    public void Every_two_different_texts_make_one_pair_at_most() =>
        Assert.Equal(
            [new LabelledPair(1, 0, 2), new LabelledPair(2, 0, 0.5), new LabelledPair(1, 2, 1.5)],
            PairLabels.Of(Texts, Verdict, all: true, 0).Pairs);

    [Fact]
    public void Ties_small_margins_and_abstentions_are_dropped_and_counted()
    {
        double no = double.NaN;
        JudgeVerdict verdict = new([1, 3, 1.5, 1])
        {
            Preferences = new[,] { { no, 0, 0, 1 }, { 1, no, no, 1 }, { 1, no, no, 1 }, { no, 0, 0, no } },
        };
        PairLabels labels = PairLabels.Of(["a", "b", "c", "d"], verdict, all: true, minMargin: 0.6);
        Assert.Equal([new LabelledPair(1, 0, 2), new LabelledPair(1, 3, 2)], labels.Pairs);
        Assert.Equal((1, 2, 1), (labels.Ties, labels.Small, labels.Abstained));
    }

    // Asked pair by pair it goes round in a circle: a over c, c over b, b over a.
    [Fact]
    public void No_label_goes_against_what_a_comparing_judge_said_of_the_pair()
    {
        double no = double.NaN;
        JudgeVerdict verdict = new([0.6, 0.5, 0.4]) { Preferences = new[,] { { no, 0, 1 }, { 1, no, 0 }, { 0, 1, no } } };
        PairLabels labels = PairLabels.Of(["a", "b", "c"], verdict, all: true, 0);
        Assert.Equal([(0, 2)], labels.Pairs.Select(p => (p.Chosen, p.Rejected)));
        Assert.Equal(2, labels.Abstained);
    }

    [Fact]
    public void One_text_is_no_preference() =>
        Assert.Empty(PairLabels.Of(["a", "a"], new JudgeVerdict([1, 1]), all: false, 0).Pairs);
}
