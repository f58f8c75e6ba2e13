using FsCheck;
using FsCheck.Fluent;
using Innate.Compute;
using Innate.Reinforcement.Advantages;
using Innate.Reinforcement.Objectives;
using Innate.Theory.Laws;

namespace Innate.Tests.Theory;

/// <summary>What rewards that nobody labels, and rewards that say nothing, do by themselves.</summary>
public sealed class LawTests
{
    private static Gen<double[]> Logits =>
        from size in Gen.Choose(2, 6)
        from logits in Gen.ArrayOf(Gen.Choose(-300, 300), size)
        select logits.Select(z => z / 100.0).ToArray();

    [Fact]
    public void The_majority_grows_right_or_wrong()
    {
        Check.QuickThrowOnFailure(Prop.ForAll(
            (from p in Gen.Choose(1, 99) from beta in Gen.Choose(20, 500) select (P: p / 100.0, Beta: beta / 100.0)).ToArbitrary(),
            c =>
            {
                double e = Math.Exp(1 / c.Beta), once = SharpeningLaw.After(c.P, c.Beta);
                Assert.Equal(c.P * e / ((c.P * e) + 1 - c.P), once, 1e-12);
                Assert.InRange(once, c.P + 1e-4, 1);
                double twice = SharpeningLaw.After(c.P, c.Beta, 2);
                Assert.Equal(SharpeningLaw.After(once, c.Beta), twice, 1e-9);
                Assert.True(SharpeningLaw.After(c.P + 0.005, c.Beta) > once);
                Assert.True(twice > once || once > 1 - 1e-6);
                Assert.Equal(c.P, SharpeningLaw.After(c.P, c.Beta, 0), 1e-12);
            }));
        Assert.Equal(1, SharpeningLaw.After(0.1, 0.5, 1000));
    }

    [Fact]
    public void Certainty_stays_and_a_small_beta_does_not_overflow()
    {
        Assert.Equal(0, SharpeningLaw.After(0, 1, 5));
        Assert.Equal(1, SharpeningLaw.After(1, 1, 5));
        Assert.Equal(1, SharpeningLaw.After(0.01, 1e-5));
        Assert.Throws<ArgumentOutOfRangeException>(() => SharpeningLaw.After(1.1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => SharpeningLaw.After(0.5, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => SharpeningLaw.After(0.5, 1, -1));
    }

    [Fact]
    public void A_step_on_an_inner_reward_lowers_entropy_at_the_laws_rate()
    {
        Check.QuickThrowOnFailure(Prop.ForAll(Logits.ToArbitrary(), z =>
        {
            double[] p = [.. LogitRow.LogProbabilities(z).Select(Math.Exp)], logP = LogitRow.LogProbabilities(z);
            double entropy = LogitRow.Entropy(z, LogitRow.SoftMaximum(z));

            // The gradient of -H, and of the expected log-probability with the rewards held, taken from their definitions.
            double[] token = [.. z.Select((_, a) => Slope(x => -LogitRow.Entropy(x, LogitRow.SoftMaximum(x)), z, a))];
            double[] trajectory = [.. z.Select((_, a) => Slope(
                x => LogitRow.LogProbabilities(x).Select(Math.Exp).Zip(logP, (q, r) => q * r).Sum(), z, a))];
            double[] certainty = [.. z.Select((_, a) => Slope(x => LogitRow.SoftMaximum(x) - LogitRow.Mean(x), z, a))];
            Assert.Equal(Rate(token), EntropyLaw.OfLikelihood(z), 1e-5);
            Assert.Equal(Rate(trajectory), EntropyLaw.OfLikelihood(z), 1e-5);
            Assert.Equal(Rate(certainty), EntropyLaw.OfSelfCertainty(z), 1e-5);
            Assert.True(EntropyLaw.OfLikelihood(z) <= 1e-15 && EntropyLaw.OfSelfCertainty(z) <= 1e-15);

            double Rate(double[] direction) => Slope(
                eta =>
                {
                    double[] moved = [.. z.Zip(direction, (x, d) => x + (eta[0] * d))];
                    return LogitRow.Entropy(moved, LogitRow.SoftMaximum(moved));
                },
                [0], 0);
        }));

        static double Slope(Func<double[], double> f, double[] at, int i)
        {
            const double Step = 1e-5;
            double[] up = [.. at], down = [.. at];
            up[i] += Step;
            down[i] -= Step;
            return (f(up) - f(down)) / (2 * Step);
        }
    }

    [Fact]
    public void Only_a_uniform_prediction_keeps_its_entropy()
    {
        Assert.Equal(0, EntropyLaw.OfLikelihood([3, 3, 3]), 1e-15);
        Assert.Equal(0, EntropyLaw.OfSelfCertainty([3, 3, 3]), 1e-15);
        Assert.True(EntropyLaw.OfLikelihood([3, 3, 3.5]) < -1e-3);
        Assert.True(EntropyLaw.OfSelfCertainty([3, 3, 3.5]) < -1e-3);
    }

    [Fact]
    public void Clip_bias_is_the_mean_over_good_and_bad_advantages()
    {
        Check.QuickThrowOnFailure(Prop.ForAll(Gen.Choose(5, 400).ToArbitrary(), hundredths =>
        {
            double ratio = (hundredths / 100.0) + 0.003;
            ClipBiasResult found = ClipBias.Expected(ratio, 0.2, 0.28);
            ClippedTerm good = ClippedRatio.Term(Math.Log(ratio), 1, 0.2, 0.28), bad = ClippedRatio.Term(Math.Log(ratio), -1, 0.2, 0.28);
            Assert.Equal(-(good.Loss + bad.Loss) / 2, found.Surrogate, 1e-12);
            Assert.Equal(-(good.Slope + bad.Slope) / 2, found.LogProbSlope, 1e-12);
            Assert.Equal(found.RatioSlope * ratio, found.LogProbSlope, 1e-12);
        }));
        Assert.Equal(new ClipBiasResult(0, 0, 0), ClipBias.Expected(1));
        Assert.Equal(0, ClipBias.Expected(1.2).RatioSlope);
        Assert.Equal(0, ClipBias.Expected(0.8).RatioSlope);
        Assert.Equal(-0.5, ClipBias.Expected(1.2000001).RatioSlope);
        Assert.Equal(0.5, ClipBias.Expected(0.7999999).RatioSlope);
        Assert.Throws<ArgumentOutOfRangeException>(() => ClipBias.Expected(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => ClipBias.Expected(1, 1.1));
    }

    [Fact]
    public void Likely_tokens_cannot_be_clipped_from_above()
    {
        Assert.True(ClipBias.CanLeaveUpwards(0.83));
        Assert.False(ClipBias.CanLeaveUpwards(0.84));
        Assert.False(ClipBias.CanLeaveUpwards(0.8, 0.25));
        Assert.False(ClipBias.CanLeaveUpwards(1));
        Assert.Equal(4, ClipBias.GreatestRatio(0.25));
        Assert.Throws<ArgumentOutOfRangeException>(() => ClipBias.GreatestRatio(0));
    }

    [Fact]
    public void A_random_reward_is_worth_nothing_on_average()
    {
        foreach (double rate in new[] { 0, 0.1, 0.5, 0.75, 1 })
        {
            for (int size = 1; size <= 8; size++)
            {
                Assert.All(RandomReward.ExpectedAdvantages(rate, size), a => Assert.Equal(0, a, 1e-14));
                double equal = 0, mean = 0, square = 0;
                for (int outcome = 0; outcome < 1 << size; outcome++)
                {
                    double[] rewards = [.. Enumerable.Range(0, size).Select(i => (double)((outcome >> i) & 1))];
                    double p = rewards.Aggregate(1.0, (product, r) => product * (r == 1 ? rate : 1 - rate));
                    if (RewardGroup.AllEqual(rewards)) equal += p;
                    mean += p * rewards[0];
                    square += p * rewards[0] * rewards[0];
                }

                Assert.Equal(equal, RandomReward.ProbabilityOfNoSignal(rate, size), 1e-12);
                Assert.Equal(square - (mean * mean), RandomReward.Variance(rate), 1e-12);
            }
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => RandomReward.ExpectedAdvantages(0.5, 21));
        Assert.Throws<ArgumentOutOfRangeException>(() => RandomReward.ProbabilityOfNoSignal(1.5, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => RandomReward.Variance(-0.1));
    }
}
