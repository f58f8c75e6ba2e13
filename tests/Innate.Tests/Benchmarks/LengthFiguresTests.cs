using Innate.Benchmarks;
using Innate.Benchmarks.Evaluation;
using Innate.Judges;
using Innate.Text;

namespace Innate.Tests.Benchmarks;

public class LengthFiguresTests
{
    // Right and wrong responses of 4 and 2, 10 and 9, 3 and 3 characters.
    private static readonly BenchmarkItem[] Items = [Pair("1", 4, 2), Pair("2", 10, 9), Pair("3", 3, 3)];

    private static BenchmarkItem Pair(string id, int right, int wrong) => new(
        id, "all", [new JudgeQuestion([new ConversationMessage("user", "p")], [new string('a', right), new string('b', wrong)])]);

    private static LengthFigures Figures(params double[][] scores) => new LengthMeasure(Items, isInTokens: false).Of(
        scores.Select((s, i) => new ItemResult(i, "x", [new QuestionScores(s)], null)), 200, 1)!;

    // Lost, won, a tie. Within prompts: products -1 + 1.5, squares of scores 0.5 + 4.5, of lengths 2 + 0.5; ranks -1, 1, none.
    // Over all: scores 1 2 5 2 1 1 (mean 2), lengths 4 2 10 9 3 3: products 20, squares 12 and 219 - 31^2 / 6.
    [Fact]
    public void Each_figure_is_that_of_a_sum_by_hand()
    {
        LengthFigures figures = Figures([1, 2], [5, 2], [1, 1]);
        Assert.Equal(("characters", 6, 3), (figures.Unit, figures.Responses, figures.Pairs));
        Assert.Equal(1.5 / 3, figures.Accuracy, 12);
        Assert.Equal(20 / Math.Sqrt(12 * (219 - (31 * 31 / 6.0))), figures.Pearson, 12);
        Assert.Equal(0.5 / Math.Sqrt(5 * 2.5), figures.PearsonWithin, 12);
        Assert.Equal(0, figures.SpearmanWithin, 12);
        Assert.Equal(2, figures.LikePairs); // 10 and 9 differ by a tenth of the longer one, 4 and 2 by more
        Assert.Equal(1.5 / 2, figures.LikeAccuracy, 12);
        Assert.Equal("longer-wins", figures.Baseline);
        Assert.Equal(2.5 / 3, figures.BaselineAccuracy, 12);
        Assert.Equal(-1 / 3.0, figures.Gain, 12);
        Assert.InRange(figures.Gain, figures.GainInterval.Low, figures.GainInterval.High);
    }

    [Fact]
    public void A_scorer_that_is_the_baseline_gains_nothing_on_any_draw()
    {
        LengthFigures figures = Figures([4, 2], [10, 9], [3, 3]);
        Assert.Equal((0, 0, 0), (figures.Gain, figures.GainInterval.Low, figures.GainInterval.High));
        Assert.Equal(1, figures.PearsonWithin, 12);
    }

    [Fact]
    public void Constant_scores_have_no_correlation_whatever_rounding_leaves_of_their_mean()
    {
        LengthFigures figures = Figures([0.1, 0.1], [0.1, 0.1], [0.1, 0.1]);
        Assert.True(double.IsNaN(figures.Pearson) && double.IsNaN(figures.PearsonWithin) && double.IsNaN(figures.SpearmanWithin));
        Assert.Equal(0.5, figures.Accuracy);
    }

    // Beside gamma 1, whose choices are won, won, tie: the first discount turns the first pair, the second leaves all.
    [Fact]
    public void A_discount_tells_how_many_choices_it_changes()
    {
        double[][] plain = [[2, 1], [5, 2], [1, 1]];
        double[][][] sweep = [[[1, 2], [5, 2], [1, 1]], plain];
        DiscountResult found = new LengthMeasure(Items, isInTokens: false).Discounts(
            "x", new SweepGrid([0.9, 1], [0]),
            Items.Select((_, i) => new ItemResult(i, "x", [new QuestionScores(plain[i])], null)
            {
                Sweep = [.. sweep.Select(p => new[] { new QuestionScores(p[i]) })],
                Undiscounted = [new QuestionScores(plain[i])],
            }))!;
        Assert.Equal([(0.9, 1 / 3.0, 0.5), (1, 0, 2.5 / 3)], found.Points.Select(p => (p.Gamma, p.Changed, p.Accuracy)));
    }
}
