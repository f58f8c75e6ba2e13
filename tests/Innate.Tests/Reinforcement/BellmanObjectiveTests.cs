using FsCheck;
using FsCheck.Fluent;
using Innate.Reinforcement.Advantages;
using Innate.Reinforcement.Objectives;
using Innate.Tests.Support;
using static Innate.Tests.Reinforcement.ReferenceNumbers;

namespace Innate.Tests.Reinforcement;

/// <summary>Objectives that take log-ratios for values: ReVal, TBRM and ROVER.</summary>
public sealed class BellmanObjectiveTests
{
    private static readonly ReValOptions Beta = new() { Beta = 0.5 };

    private sealed record Response(double[] LogProbs, double[] Other, double[] Means, double[] OtherMeans, double Reward);

    private static Gen<Response> Responses =>
        from length in Gen.Choose(1, 6)
        from logProbs in Gen.ArrayOf(Gen.Choose(-4000, 0), length)
        from other in Gen.ArrayOf(Gen.Choose(-1500, 1500), length)
        from means in Gen.ArrayOf(Gen.Choose(-9000, -1000), length)
        from otherMeans in Gen.ArrayOf(Gen.Choose(-9000, -1000), length)
        from reward in Gen.Choose(-100, 100)
        select new Response(
            [.. logProbs.Select(x => x / 1000.0)], [.. logProbs.Zip(other, (l, o) => (l + o) / 1000.0)],
            [.. means.Select(x => x / 1000.0)], [.. otherMeans.Select(x => x / 1000.0)], reward / 100.0);

    [Fact]
    public void The_gradients_are_the_losss_slopes()
    {
        BatchTotals batch = new(40, 5);
        Check.QuickThrowOnFailure(Prop.ForAll(Responses.ToArbitrary(), r =>
        {
            BellmanResult at = ReVal(r.LogProbs, 1.3);
            CentralDifferences.Match(l => ReVal(l, 1.3).Policy.Loss, r.LogProbs, at.Policy.LogProbGradient, 1e-6);
            CentralDifferences.Match(v => ReVal(r.LogProbs, v[0]).Policy.Loss, [1.3], [at.PromptValueGradient], 1e-6);
            BellmanResult plain = Tbrm(r.LogProbs);
            CentralDifferences.Match(l => Tbrm(l).Policy.Loss, r.LogProbs, plain.Policy.LogProbGradient, 1e-6);
            CentralDifferences.Match(l => Rover(l).Policy.Loss, r.LogProbs, Rover(r.LogProbs).Policy.LogProbGradient, 1e-6);

            BellmanResult ReVal(double[] l, double value) =>
                ReValObjective.Compute(l, r.Other, value, 0.4, r.Reward, batch, Beta);

            BellmanResult Tbrm(double[] l) => ReValObjective.Uncalibrated(l, r.Other, 2.5, r.Reward, batch, Beta);

            RoverResult Rover(double[] l) => RoverObjective.Compute(
                l, r.Other, r.Means, r.OtherMeans, r.Reward, batch, new RoverOptions { Rho = 0.8 });
        }));
    }

    [Fact]
    public void ReVal_starts_at_the_reward_and_with_mean_zero()
    {
        double[] centred = DrGrpoAdvantage.Compute([1, 0, 0, 1, 1]);
        double[] residuals = [.. centred.Select(r =>
            ReValObjective.Compute([-1, -2], [-1, -2], 6.1, 6.1, r, new(10, 5), Beta).Residual)];
        AssertClose([.. centred.Select(r => r / 0.5)], residuals, 1e-12);
        Assert.Equal(0, residuals.Sum(), 1e-12);
    }

    [Fact]
    public void Tbrm_starts_by_pushing_every_response_down()
    {
        foreach (double reward in DrGrpoAdvantage.Compute([1, 0, 1]))
        {
            BellmanResult start = ReValObjective.Uncalibrated([-1, -2], [-1, -2], 6.1, reward, new(6, 3), Beta);
            Assert.Equal((reward / 0.5) - 6.1, start.Residual, 1e-12);
            Assert.All(start.Policy.LogProbGradient, g => Assert.True(g > 0));
        }
    }

    [Fact]
    public void A_long_response_is_one_residual_of_the_batch()
    {
        // Ratios 0.5 and 0.25 a token: d = 1.5 and 0.25; r / beta = 2 and -2.
        BatchTotals batch = BatchTotals.Of([3, 1]);
        BellmanResult a = ReValObjective.Compute([-0.5, -0.5, -0.5], [-1, -1, -1], 1, 1, 1, batch, Beta);
        BellmanResult b = ReValObjective.Compute([-0.75], [-1], 1, 1, -1, batch, Beta);
        Assert.Equal(((0.5 * 0.5) + (2.25 * 2.25)) / 2, a.Policy.Loss + b.Policy.Loss, 1e-12);
        AssertClose([[-0.5, -0.5, -0.5], [2.25]], [a.Policy.LogProbGradient, b.Policy.LogProbGradient], 1e-12);
        Assert.Equal(1.5, a.Policy.Statistics.ReferenceKlSum, 1e-12);
        Assert.Equal(0, ReValObjective.Compute([], [], 1, 1, 1, batch, Beta).Policy.Loss);
    }

    [Fact]
    public void Rover_asks_what_a_random_policy_would_find_next()
    {
        // Q of the next state is -0.5 on average; nothing is held against the last token but the reward.
        RoverResult found = RoverObjective.Compute([-1, -2], [-1.2, -2], [-3, -4], [-3, -3.5], 1, new(2, 1));
        AssertClose([0.2, 0], found.Q, 1e-12);
        AssertClose([0.5, 1], found.Targets, 1e-12);
        Assert.Equal(((0.3 * 0.3) + 1) / 2, found.Policy.Loss, 1e-12);
        AssertClose([-0.3, -1], found.Policy.LogProbGradient, 1e-12);
    }

    [Fact]
    public void Rover_starts_as_a_policy_gradient()
    {
        // Nothing moved: every Q is 0 and every target the reward, so the gradient is -2 w r.
        RoverResult found = RoverObjective.Compute([-1, -2, -3], [-1, -2, -3], [-4, -4, -4], [-4, -4, -4], 0.5, new(10, 4));
        AssertClose([.. Enumerable.Repeat(-2 * 0.5 / 12, 3)], found.Policy.LogProbGradient, 1e-15);
        Assert.Empty(RoverObjective.Compute([], [], [], [], 1, new(10, 4)).Q);
    }

    [Fact]
    public void Numbers_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentException>(() => ReValObjective.Compute([-1], [], 0, 0, 0, new(1, 1)));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            ReValObjective.Compute([-1], [-1], 0, 0, 0, new(1, 1), new ReValOptions { Beta = 0 }));
        Assert.Throws<ArgumentException>(() => RoverObjective.Compute([-1], [-1], [-1, -1], [-1], 0, new(1, 1)));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            RoverObjective.Compute([-1], [-1], [-1], [-1], 0, new(1, 1), new RoverOptions { Rho = 0 }));
    }
}
