using FsCheck;
using FsCheck.Fluent;
using Innate.Reinforcement.Advantages;
using Innate.Reinforcement.Objectives;
using static Innate.Tests.Reinforcement.ReferenceNumbers;

namespace Innate.Tests.Reinforcement;

/// <summary>CPGD's two terms and its three weights.</summary>
public sealed class CpgdTests
{
    [Fact]
    public void Outside_the_band_on_the_good_side_the_drift_alone_is_left_and_pulls_back()
    {
        Arbitrary<int> logRatios = Gen.Choose(-3000, 3000).ToArbitrary(), advantages = Gen.Choose(-300, 300).ToArbitrary();
        Check.QuickThrowOnFailure(Prop.ForAll(logRatios, advantages, (r, a) =>
        {
            double logRatio = r / 1000.0, advantage = a / 100.0, old = -4;
            CpgdParts parts = CpgdObjective.Parts([old + logRatio], [old], [advantage], new(4, 2));
            double slope = parts.Whole.LogProbGradient[0], pull = Math.Min(Math.Exp(logRatio) - 1, 2);
            bool far = advantage > 0 ? logRatio > Math.Log(1.2) : advantage < 0 && logRatio < Math.Log(0.8);
            Assert.Equal(far ? 1 : 0, parts.Whole.Statistics.Clipped);
            Assert.Equal(((far ? 0 : -advantage) + (0.01 * pull)) / 4, slope, 1e-12);
            if (far) Assert.Equal(Math.Sign(logRatio), Math.Sign(slope));
        }));
    }

    [Fact]
    public void The_gradient_is_the_slope_with_the_drifts_factor_held()
    {
        Check.QuickThrowOnFailure(Prop.ForAll(Tokens.ToArbitrary(), tokens =>
        {
            double[] logProbs = [.. tokens.Select(t => t.LogProb)], old = [.. tokens.Select(t => t.Old)];
            double[] advantages = [.. tokens.Select(t => t.Advantage)];
            CpgdOptions options = new() { DriftWeight = 0.3 };
            BatchTotals batch = new(20, 3);
            double[] gradient = CpgdObjective.Compute(logProbs, old, advantages, batch, options).LogProbGradient;
            double[] pull = [.. logProbs.Zip(old, (l, o) => Math.Min(Math.Exp(l - o) - 1, 2))];
            for (int t = 0; t < logProbs.Length; t++)
            {
                const double Step = 1e-6;
                double right = (Held(t, Step) - Held(t, 0)) / Step, left = (Held(t, 0) - Held(t, -Step)) / Step;
                if (Math.Abs(right - left) < 1e-5) Assert.Equal((left + right) / 2, gradient[t], 1e-7);
            }

            double Held(int token, double step)
            {
                double[] moved = [.. logProbs];
                moved[token] += step;
                return CpgdObjective.Parts(moved, old, advantages, batch, options).Policy
                    + (0.3 * moved.Zip(pull, (l, p) => l * p).Sum() / 20);
            }
        }));
    }

    [Fact]
    public void The_loss_is_its_two_terms_and_holds_the_log_probability_itself()
    {
        CpgdParts parts = CpgdObjective.Parts([-1, -3], [-1.5, -3], [2, -1], new(2, 1));

        // The first is clipped at ln 1.2 above -1.5; the second has not moved.
        Assert.Equal(((-2 * (Math.Log(1.2) - 1.5)) + -3) / 2, parts.Policy, 1e-12);
        Assert.Equal((Math.Exp(0.5) - 1) * -1 / 2, parts.Drift, 1e-12);
        Assert.Equal(parts.Policy + (0.01 * parts.Drift), parts.Whole.Loss);
    }

    [Fact]
    public void The_pull_back_has_a_cap_above_and_minus_one_below()
    {
        CpgdOptions drift = new() { DriftWeight = 0.1 };
        Assert.Equal(0.1 * -0.5, Slope(Math.Log(0.5)), 1e-12);
        Assert.Equal(0.1 * 1.5, Slope(Math.Log(2.5)), 1e-12);
        Assert.Equal(0.1 * 2, Slope(Math.Log(50)), 1e-12);
        Assert.Equal(0.1 * 2, Slope(1e6), 1e-12);
        Assert.Equal(-0.1, Slope(-1e6), 1e-12);

        double Slope(double logRatio) => CpgdObjective.Compute([logRatio - 5], [-5], [0], new(1, 1), drift).LogProbGradient[0];
    }

    [Fact]
    public void Live_prompts_make_up_for_dead_ones_up_to_the_cap()
    {
        double[] live = [1, 0], dead = [0.1, 0.1, 0.1], lone = [3];
        Assert.Equal([2, 1, 1, 2], CpgdAdvantage.ClipFilterWeights([live, dead, lone, live]));
        Assert.Equal([3, 1, 1, 1, 1], CpgdAdvantage.ClipFilterWeights([live, dead, lone, dead, dead]));
        Assert.Equal([1, 1], CpgdAdvantage.ClipFilterWeights([dead, lone]));
        Assert.Equal([1, 1], CpgdAdvantage.ClipFilterWeights([live, live]));
        Assert.Empty(CpgdAdvantage.ClipFilterWeights([]));
        AssertClose([[1, -1], [0, 0, 0]], CpgdAdvantage.Compute([live, dead], CpgdWeight.ClipFilterLike));
        AssertClose([[0.5, -0.5], [0, 0, 0]], CpgdAdvantage.Compute([live, dead], CpgdWeight.Naive));
        double z = 0.5 / (Math.Sqrt(0.5) + 1e-9);
        AssertClose([[z, -z], [0, 0, 0]], CpgdAdvantage.Compute([live, dead], CpgdWeight.Deviation), 1e-15);
        Assert.Throws<ArgumentOutOfRangeException>(() => CpgdAdvantage.ClipFilterWeights([live], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => CpgdAdvantage.Compute([live], (CpgdWeight)9));
    }

    private sealed record Token(double LogProb, double Old, double Advantage);

    private static Gen<Token[]> Tokens =>
        from length in Gen.Choose(1, 6)
        from tokens in Gen.ArrayOf(
            from logProb in Gen.Choose(-4000, 0)
            from moved in Gen.Choose(-700, 1500)
            from advantage in Gen.Choose(-300, 300)
            select new Token(logProb / 1000.0, (logProb - moved) / 1000.0, advantage / 100.0), length)
        select tokens;
}
