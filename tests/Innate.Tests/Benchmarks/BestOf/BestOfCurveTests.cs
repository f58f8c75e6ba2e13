using FsCheck;
using FsCheck.Fluent;
using Innate.Benchmarks.BestOf;

namespace Innate.Tests.Benchmarks.BestOf;

/// <summary>What the best of n is worth, against counting every subset.</summary>
public class BestOfCurveTests
{
    [Fact]
    public void A_curve_is_what_counting_all_subsets_gives()
    {
        // Scores from few values, so that many are equal.
        Gen<(double[] Scores, bool[] Right, int N)> cases =
            from count in Gen.Choose(1, 9)
            from scores in Gen.Choose(-2, 2).ArrayOf(count)
            from right in Gen.Elements(false, true).ArrayOf(count)
            from n in Gen.Choose(1, count)
            select (scores.Select(s => s / 2.0).ToArray(), right, n);
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Arb.From(cases), c =>
        {
            (double gold, double proxy, int subsets) = (0, 0, 0);
            for (int subset = 0; subset < 1 << c.Scores.Length; subset++)
            {
                if (int.PopCount(subset) != c.N) continue;
                int[] drawn = [.. Enumerable.Range(0, c.Scores.Length).Where(i => (subset >> i & 1) == 1)];
                double top = drawn.Max(i => c.Scores[i]);
                gold += drawn.Where(i => c.Scores[i].Equals(top)).Average(i => c.Right[i] ? 1.0 : 0);
                proxy += top;
                subsets++;
            }

            BestOfPoint point = BestOfCurve.At(c.Scores, c.Right, c.N);
            Assert.Equal(gold / subsets, point.Gold, 1e-12);
            Assert.Equal(proxy / subsets, point.Proxy, 1e-12);
        }));
    }

    [Fact]
    public void Sizes_are_powers_of_two_and_the_whole() => Assert.Equal([1, 2, 4, 8, 12], BestOfCurve.Sizes(12));

    [Fact]
    public void What_cannot_be_chosen_among_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => BestOfCurve.At([1], [true], 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => BestOfCurve.At([1], [true], 0));
        Assert.Throws<ArgumentException>(() => BestOfCurve.At([1, 2], [true], 1));
        Assert.Throws<ArgumentException>(() => BestOfCurve.At([double.NaN], [true], 1));
    }

    [Fact]
    public void The_area_is_the_share_of_pairs_that_are_told_apart()
    {
        Gen<(int[] Scores, bool[] Right)> cases =
            from count in Gen.Choose(1, 20)
            from scores in Gen.Choose(0, 6).ArrayOf(count)
            from right in Gen.Elements(false, true).ArrayOf(count)
            select (scores, right);
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Arb.From(cases), c =>
        {
            int[] rights = [.. Where(c.Right, true)], wrongs = [.. Where(c.Right, false)];
            double expected = rights.Length == 0 || wrongs.Length == 0
                ? double.NaN
                : rights.SelectMany(r => wrongs.Select(w => c.Scores[r] > c.Scores[w] ? 1 : c.Scores[r] == c.Scores[w] ? 0.5 : 0))
                    .Average();
            Assert.Equal(
                expected, VerdictQuality.Auc([.. c.Scores.Select((s, i) => new CheckedScore(s, 0, c.Right[i]))]), 1e-12);
        }));

        static IEnumerable<int> Where(bool[] flags, bool value) =>
            Enumerable.Range(0, flags.Length).Where(i => flags[i] == value);
    }

    [Fact]
    public void Calibration_is_a_sum_by_hand()
    {
        CheckedScore[] scores =
            [new(0, 0.1, false), new(0, 0.15, true), new(0, 0.95, true), new(0, 1, true), new(0, 0.55, false)];
        Assert.Equal((0.75 + 0.05 + 0.55) / 5, VerdictQuality.CalibrationError(scores), 1e-12);
        Assert.Equal((0.01 + (0.85 * 0.85) + (0.05 * 0.05) + 0 + (0.55 * 0.55)) / 5, VerdictQuality.Brier(scores), 1e-12);
    }

    [Fact]
    public void A_fit_is_where_no_step_lowers_the_loss()
    {
        Random random = new(7);
        double[] scores = [.. Enumerable.Range(0, 400).Select(_ => 25 + (30 * random.NextDouble()))];
        bool[] right = [.. scores.Select(s => random.NextDouble() < 1 / (1 + Math.Exp(-(s - 43) / 5)))];
        LogisticFit fit = LogisticFit.To(scores, right);
        double best = Loss(fit);
        Assert.InRange(fit.Of(43), 0.4, 0.6);
        Assert.InRange(fit.Of(53) - fit.Of(33), 0.6, 0.9);
        foreach ((double a, double b) in ((double, double)[])[(1e-3, 0), (-1e-3, 0), (0, 1e-3), (0, -1e-3)])
        {
            Assert.True(Loss(fit with { Intercept = fit.Intercept + a, Slope = fit.Slope + b }) > best);
        }

        double Loss(LogisticFit f)
        {
            int positives = right.Count(r => r);
            double high = (positives + 1.0) / (positives + 2), low = 1.0 / (right.Length - positives + 2);
            return scores.Select((s, i) => (P: f.Of(s), T: right[i] ? high : low))
                .Sum(x => -(x.T * Math.Log(x.P)) - ((1 - x.T) * Math.Log(1 - x.P)));
        }
    }

    [Theory]
    [InlineData(new[] { 1.0, 2, 3, 4 }, new[] { false, false, true, true })] // nothing between them: the slope stays finite
    [InlineData(new[] { 5.0, 5, 5 }, new[] { true, false, true })]
    [InlineData(new[] { 1.0, 2 }, new[] { true, true })]
    [InlineData(new[] { 1e300, -1e300, 0 }, new[] { true, false, true })]
    [InlineData(new[] { 7.0 }, new[] { false })]
    public void Odd_scores_still_become_probabilities(double[] scores, bool[] right)
    {
        LogisticFit fit = LogisticFit.To(scores, right);
        Assert.All(scores, s => Assert.InRange(fit.Of(s), 0, 1));
        Assert.True(double.IsFinite(fit.Slope) && double.IsFinite(fit.Intercept));
    }
}
