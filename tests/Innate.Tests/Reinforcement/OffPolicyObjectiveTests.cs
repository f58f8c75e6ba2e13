using FsCheck;
using FsCheck.Fluent;
using Innate.Reinforcement.Advantages;
using Innate.Reinforcement.Objectives;
using static Innate.Tests.Reinforcement.ReferenceNumbers;

namespace Innate.Tests.Reinforcement;

/// <summary>Objectives on what another context, generator or writer produced, and GSPO a token.</summary>
public sealed class OffPolicyObjectiveTests
{
    [Fact]
    public void Gspo_token_with_one_advantage_is_gspo_in_loss_and_gradient()
    {
        Check.QuickThrowOnFailure(Prop.ForAll(Pairs.ToArbitrary(), Gen.Choose(-300, 300).ToArbitrary(), (pairs, a) =>
        {
            double[] logProbs = [.. pairs.Select(p => p.New)], old = [.. pairs.Select(p => p.Old)];
            GspoOptions options = new() { ClipLow = 0.1, ClipHigh = 0.15 };
            PolicyResult whole = GspoObjective.Compute(logProbs, old, a / 100.0, new(40, 5), options);
            PolicyResult each = GspoTokenObjective.Compute(
                logProbs, old, [.. logProbs.Select(_ => a / 100.0)], new(40, 5), options);
            Assert.Equal(whole.Loss, each.Loss, 1e-14);
            AssertClose(whole.LogProbGradient, each.LogProbGradient, 1e-15);
            Assert.Equal(whole.Statistics, each.Statistics);
        }));
    }

    [Fact]
    public void Gspo_tokens_slope_is_its_own_with_the_sequences_ratio_held()
    {
        Check.QuickThrowOnFailure(Prop.ForAll(Pairs.ToArbitrary(), pairs =>
        {
            double[] logProbs = [.. pairs.Select(p => p.New)], old = [.. pairs.Select(p => p.Old)];
            double[] advantages = [.. pairs.Select((p, t) => Math.Sin(t + (3 * p.New)))];
            GspoOptions options = new() { ClipLow = 0.1, ClipHigh = 0.15 };
            double s = Math.Exp(logProbs.Zip(old, (l, o) => l - o).Average());
            PolicyResult result = GspoTokenObjective.Compute(logProbs, old, advantages, new(40, 5), options);
            double loss = 0;
            for (int t = 0; t < logProbs.Length; t++)
            {
                const double Step = 1e-6;
                double right = (Term(s * Math.Exp(Step)) - Term(s)) / Step, left = (Term(s) - Term(s * Math.Exp(-Step))) / Step;
                if (Math.Abs(right - left) < 1e-5) Assert.Equal((left + right) / 2, result.LogProbGradient[t], 1e-7);
                loss += Term(s);

                double Term(double ratio) =>
                    -Math.Min(ratio * advantages[t], Math.Clamp(ratio, 0.9, 1.15) * advantages[t]) / (5 * logProbs.Length);
            }

            Assert.Equal(loss, result.Loss, 1e-12);
        }));
    }

    [Fact]
    public void A_refinements_push_is_largest_where_its_probability_is_gamma()
    {
        double peak = CritiqueObjective.Refined(Math.Log(0.1), 0.1).Slope;
        Assert.Equal(0.25, peak, 1e-12);
        for (int i = -800; i <= 0; i++) Assert.InRange(CritiqueObjective.Refined(i / 100.0, 0.1).Slope, 0, peak + 1e-12);
        Assert.Equal(0.1 / (1.1 * 1.1), CritiqueObjective.Refined(0, 0.1).Slope, 1e-12);
        Assert.InRange(CritiqueObjective.Refined(-20, 0.1).Slope, 0, 1e-6);
        Assert.Equal(0.25, CritiqueObjective.Refined(Math.Log(0.3), 0.3).Slope, 1e-12);
    }

    [Fact]
    public void Critiques_own_rollouts_have_no_clip_and_a_constant_denominator()
    {
        // rho = 50, far beyond any clip: the gradient goes with it.
        double ratio = Math.Log(50);
        CritiqueOptions options = new() { TokenBudget = 8 };
        PolicyResult result = CritiqueObjective.Compute([-1, -2], [-1 - ratio, -2], [1, 1], false, new(9, 3), options);
        AssertClose([-50 / 24.0, -1 / 24.0], result.LogProbGradient, 1e-12);
        Assert.Equal(-51 / 24.0, result.Loss, 1e-12);
        Assert.Equal(0, result.Statistics.Clipped);
        Assert.Throws<ArgumentException>(() => CritiqueObjective.Compute([-1], [], [1], false, new(1, 1), options));
    }

    [Fact]
    public void A_hint_that_the_policy_cannot_follow_alone_leaves_the_loss()
    {
        // rho: 0.04, 0.4, 1. The first would weigh 0.04 A; hinted it is left out, plain it stays.
        double[] behaviour = [-1, -1, -1], logProbs = [Math.Log(0.04) - 1, Math.Log(0.4) - 1, -1], advantages = [3, 3, 3];
        PolicyResult hinted = GuideObjective.Compute(logProbs, behaviour, advantages, true, new(6, 2));
        PolicyResult plain = GuideObjective.Compute(logProbs, behaviour, advantages, false, new(6, 2));
        AssertClose([0, -0.2, -0.5], hinted.LogProbGradient, 1e-12);
        AssertClose([-0.02, -0.2, -0.5], plain.LogProbGradient, 1e-12);
        Assert.Equal(-0.7, hinted.Loss, 1e-12);
        Assert.Equal((1, 0), (hinted.Statistics.Clipped, plain.Statistics.Clipped));
    }

    [Fact]
    public void A_hint_is_for_prompts_that_fail_without_and_for_nothing_that_fails_with_it()
    {
        Assert.True(GuideAdvantage.NeedsHint([0, 0, 0]));
        Assert.False(GuideAdvantage.NeedsHint([0, 1]));
        Assert.Null(GuideAdvantage.Compute([0, 0], [0, 0]));
        double[] union = GuideAdvantage.Compute([0, 0], [1, 0])!;
        AssertClose([-0.5, -0.5, 1.5, -0.5], union, 1e-12);
        Assert.Equal([0, 0], GuideAdvantage.Union([0.1, 0.1]));
    }

    [Fact]
    public void Implausible_mismatch_is_zeroed_not_truncated_and_the_windows_edges_count()
    {
        double[] generator = [0, 0, 0, 0, 0], trainer = [Math.Log(0.4999), 0, Math.Log(4.999), Math.Log(5.001), 1000];
        AssertClose([0, 1, 4.999, 0, 0], IcePop.Weights(trainer, generator), 1e-12);
        Assert.Equal([1], IcePop.Weights([-2], [-2], 1, 1));
        Assert.True(IcePop.Keeps([-1, -2], [-1.002, -1.999]));
        Assert.False(IcePop.Keeps([-1, -2], [-1.01, -2]));
        Assert.False(IcePop.Keeps([-1, -2], [-0.99, -2]));
        Assert.True(IcePop.Keeps([], []));
    }

    [Fact]
    public void A_mismatch_weight_multiplies_the_ratios_term_and_not_the_divergences()
    {
        Check.QuickThrowOnFailure(Prop.ForAll(Pairs.ToArbitrary(), Gen.Choose(0, 500).ToArbitrary(), (pairs, w) =>
        {
            double[] logProbs = [.. pairs.Select(p => p.New)], old = [.. pairs.Select(p => p.Old)];
            double[] reference = [.. old.Select(o => o - 0.5)], advantages = [.. pairs.Select((_, t) => t % 2 == 0 ? 1.5 : -0.5)];
            double weight = w / 100.0;
            double[] mismatch = [.. logProbs.Select(_ => weight)];
            ProRlOptions noKl = new() { KlCoefficient = 0 }, kl = new() { KlCoefficient = 0.3 };
            PolicyResult ratio = ProRlObjective.Compute(logProbs, old, reference, advantages, [], new(40, 5), noKl);
            PolicyResult both = ProRlObjective.Compute(logProbs, old, reference, advantages, mismatch, new(40, 5), kl);
            double k2 = logProbs.Zip(reference, (l, r) => (l - r) * (l - r) / 2).Sum();
            Assert.Equal((weight * ratio.Loss) + (0.3 * k2 / 40), both.Loss, 1e-12);
            for (int t = 0; t < logProbs.Length; t++)
            {
                double expected = (weight * ratio.LogProbGradient[t]) + (0.3 * (logProbs[t] - reference[t]) / 40);
                Assert.Equal(expected, both.LogProbGradient[t], 1e-12);
            }
        }));
    }

    [Fact]
    public void Bounded_k2_is_flat_beyond_either_bound()
    {
        Assert.Equal((0.5, 1.0), KlEstimator.BoundedK2(1));
        Assert.Equal((0.5, -1.0), KlEstimator.BoundedK2(-1));
        Assert.Equal((10, 0), KlEstimator.BoundedK2(4.5));
        Assert.Equal((10, 0), KlEstimator.BoundedK2(-25));
        Assert.Equal((4.5, 3.0), KlEstimator.BoundedK2(3, inputBound: 3));
        Assert.Equal((4.5, 0), KlEstimator.BoundedK2(3.5, inputBound: 3));
        Assert.Equal((312.5, 25.0), KlEstimator.BoundedK2(25, 30, 1000));
    }

    private sealed record Pair(double New, double Old);

    private static Gen<Pair[]> Pairs =>
        from length in Gen.Choose(1, 6)
        from pairs in Gen.ArrayOf(
            from logProb in Gen.Choose(-4000, 0)
            from moved in Gen.Choose(-400, 400)
            select new Pair(logProb / 1000.0, (logProb - moved) / 1000.0), length)
        select pairs;
}
