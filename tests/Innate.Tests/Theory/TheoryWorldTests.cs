using Innate.Rewards;
using Innate.Theory;
using Innate.Traces;

namespace Innate.Tests.Theory;

/// <summary>The tools of the checks against plain counting over all sequences.</summary>
public sealed class TheoryWorldTests
{
    private static readonly TokenMdp Mdp = new(3, 3);
    private static readonly RewardTable Truth = RewardTable.Random(Mdp, 3);
    private static readonly TablePolicy Expert = SoftValueIteration.Solve(Truth, 0.4);

    [Fact]
    public void A_policys_value_and_the_best_sequence_are_what_counting_finds()
    {
        double[] outcomes = Truth.Outcomes();
        Assert.Equal(Expert.Distribution().Zip(outcomes, (p, r) => p * r).Sum(), PolicyValue.Of(Expert, Truth), 1e-12);
        Assert.Equal(outcomes.Max(), Truth.Outcome(HardOptimum.Solve(Truth)), 1e-12);
    }

    [Fact]
    public void The_expert_is_the_best_of_reward_and_entropy()
    {
        double best = Regularised(Expert);
        Assert.Equal(Expert.Value(0), best, 1e-12);
        for (ulong seed = 0; seed < 50; seed++)
        {
            Assert.True(Regularised(Imitation.Perturbed(Expert, 0.01 + (0.05 * seed), seed)) < best);
        }

        static double Regularised(TablePolicy policy) => policy.Distribution()
            .Zip(Truth.Outcomes(), (p, r) => p * (r - (0.4 * Math.Log(p)))).Sum();
    }

    [Theory]
    [InlineData(1e-3)]
    [InlineData(0.3)]
    [InlineData(4)]
    public void A_perturbed_imitation_is_exactly_as_far_as_asked(double eps)
    {
        Assert.Equal(eps, Imitation.Distance(Expert, Imitation.Perturbed(Expert, eps, 5)), 1e-9);
        Assert.Equal(0, Imitation.Distance(Expert, Imitation.Offset(Expert, 3, 5)), 1e-12);
    }

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.5)]
    public void The_worst_imitation_is_within_its_distance_and_worse_than_all_others_there(double eps)
    {
        TablePolicy worst = Imitation.Worst(Expert, Truth, _ => eps);
        Assert.InRange(Imitation.Distance(Expert, worst), 0.9 * eps, eps + 1e-12);
        double least = PolicyValue.Of(worst, Truth);
        for (ulong seed = 0; seed < 100; seed++)
        {
            Assert.True(PolicyValue.Of(Imitation.Perturbed(Expert, eps, seed), Truth) > least);
        }
    }

    [Fact]
    public void More_data_makes_a_closer_imitation()
    {
        double[] distances =
        [
            .. new[] { 10, 1000, 100_000 }.Select(n => Imitation.Distance(Expert, Imitation.FromData(
                Mdp, Enumerable.Range(0, n).Select(i => Expert.Draw((ulong)i * 77)), 0.5, 0.4))),
        ];
        Assert.Equal(distances.OrderDescending(), distances);
        Assert.True(distances[2] < 0.3, string.Join(' ', distances));
        TablePolicy counted = Imitation.FromData(Mdp, [[0, 1, 2], [0, 1, 1], [0, 2, 2]], 1, 1);
        Assert.Equal(Math.Log(4.0 / 6), counted.LogProb(0, 0), 1e-12);
        Assert.Equal(Math.Log(3.0 / 6), counted.LogProb(1, 1), 1e-12);
        Assert.Equal(Math.Log(1.0 / 3), counted.LogProb(2, 1), 1e-12);
    }

    [Fact]
    public void The_traces_of_a_table_are_a_language_models()
    {
        TablePolicy policy = Imitation.Offset(Expert, 2, 1);
        TokenTrace trace = policy.Trace([2, 0, 1]);
        double[] row = [.. policy.Logits.Slice(3 * 3, 3)];
        double norm = Math.Log(row.Sum(Math.Exp));
        Assert.Equal(row[0], trace.Q[1], 1e-12);
        Assert.Equal(0.4 * Math.Log(row.Sum(z => Math.Exp(z / 0.4))), trace.V[1], 1e-12);
        Assert.Equal(row[0] - norm, trace.LogProbability[1], 1e-12);
        Assert.Equal(-row.Sum(z => Math.Exp(z - norm) * (z - norm)), trace.Entropy[1], 1e-12);
        Assert.Equal(row.Average(), trace.MeanLogit[1], 1e-12);
        Assert.Equal(0.4, trace.Alpha);
    }

    // The figures of a first pass, and the closed form against every sequence of a short cliff.
    [Theory]
    [InlineData(5, 0.148)]
    [InlineData(10, 0.534)]
    [InlineData(20, 1.973)]
    public void The_cliff_costs_what_errors_that_compound_cost(int horizon, double known)
    {
        ImitationCase cliff = CliffProcess.Of([.. Enumerable.Repeat(0.01, horizon)]);
        Assert.Equal(known, cliff.ImitationGap, 5e-4);
        Assert.Equal(CliffProcess.Loss(0.01, horizon), cliff.ImitationGap, 1e-7);
        Assert.Equal(0, cliff.LearnedGap(EndogenousReward.Compute), 1e-7);
    }

    [Fact]
    public void Merged_prefixes_are_the_same_process()
    {
        ImitationCase cliff = CliffProcess.Of([0.1, 0.2, 0.3, 0.25]);
        double counted = new TokenMdp(2, 4).Sequences.Sum(s =>
        {
            double p = 1, earned = 0;
            bool fallen = false;
            for (int h = 0, state = 0; h < 4; state = cliff.Truth.Mdp.Next(state, s[h]), h++)
            {
                p *= Math.Exp(cliff.Imitation.LogProb(state, s[h]));
                fallen |= s[h] == 1;
                earned += fallen ? 0 : 1;
            }

            return p * earned;
        });
        Assert.Equal(counted, PolicyValue.Of(cliff.Imitation, cliff.Truth), 1e-12);
        Assert.Equal(counted, cliff.Imitation.Distribution().Zip(cliff.Truth.Outcomes(), (p, r) => p * r).Sum(), 1e-12);
    }

    [Fact]
    public void On_the_walk_the_expert_is_indifferent_and_a_lean_costs_more_than_its_share()
    {
        ImitationCase walk = WalkProcess.Of([.. Enumerable.Repeat(1e-3, 9)], 0.5);
        Assert.Equal(Math.Log(0.5), walk.Expert.LogProb(0, 0), 1e-12);
        Assert.Equal(1e-3, walk.Distance, 1e-9);
        Assert.All(walk.Truth.Values.ToArray(), r => Assert.InRange(r, 0, 1));
        Assert.Throws<ArgumentException>(() => WalkProcess.Of([0.1, 0.1], 1));
        double twice = WalkProcess.Of([.. Enumerable.Repeat(1e-3, 19)], 0.5).ImitationGap / walk.ImitationGap;
        Assert.InRange(twice, 2.5, 3.5);
    }

    [Fact]
    public void Near_ties_are_turned_in_every_state()
    {
        ImitationCase ties = NearTiesProcess.Of(0.2, [0.8, 0.9, 0.999], 0.5);
        Assert.Equal([1, 1, 1], HardOptimum.Solve(RewardTable.Endogenous(ties.Imitation, EndogenousReward.Compute)));
        Assert.Equal([0, 0, 0], HardOptimum.Solve(ties.Truth));
        Assert.InRange(ties.Distance, 0.19, 0.2 + 1e-12);
    }

    [Fact]
    public void A_slope_is_found_with_its_interval()
    {
        double[] x = [1, 2, 4, 8];
        Assert.Equal(1.7, LogLogFit.Slope(x, [.. x.Select(h => 3 * Math.Pow(h, 1.7))]), 1e-12);
        double[][] runs =
            [.. Enumerable.Range(0, 30).Select(i => x.Select(h => (1 + (0.5 * Math.Sin(i * h))) * h * h).ToArray())];
        (double slope, Interval interval) = LogLogFit.OverSeeds(x, runs, 500, 1);
        Assert.InRange(2, interval.Low, interval.High);
        Assert.InRange(slope, interval.Low, interval.High);
        Assert.InRange(interval.High - interval.Low, 0.05, 0.8);
        Assert.True(double.IsNaN(LogLogFit.Slope(x, [1, 0, 1, 1])));
        Assert.Throws<ArgumentException>(() => LogLogFit.Slope([1], [1]));
    }

    [Fact]
    public void Preferences_differ_by_the_sigmoids()
    {
        Assert.Equal(Math.Tanh(0.5), Preference.GreatestTotalVariation([0, 1, 2], [0, -1, 0]), 1e-12);
    }

    [Fact]
    public void A_process_that_does_not_fit_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => TokenMdp.Merged(2, [1, 2], (_, _, _) => 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => TokenMdp.Merged(2, [2], (_, _, _) => 0));
        Assert.Throws<InvalidOperationException>(
            () => TokenMdp.Merged(2, [.. Enumerable.Repeat(1, 20)], (_, _, _) => 0).Sequences);
        Assert.Throws<ArgumentException>(() => new RewardTable(Mdp, [1]));
        Assert.Throws<ArgumentException>(() => new TabularGoal([1], Expert, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Imitation.FromData(Mdp, [], 0, 1));
    }
}
