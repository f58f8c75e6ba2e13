using Innate.Theory;

namespace Innate.Tests.Theory;

/// <summary>What reinforcement learning from a policy's own reward converges to, where everything can be counted out.</summary>
public sealed class TokenMdpTests
{
    [Theory]
    [InlineData(2, 1)]
    [InlineData(3, 3)]
    [InlineData(4, 4)]
    public void Sequences_are_all_there_and_their_probabilities_add_up_to_one(int vocabulary, int horizon)
    {
        TablePolicy policy = Frozen(vocabulary, horizon, alpha: 0.7);
        Assert.Equal((int)Math.Pow(vocabulary, horizon), policy.Mdp.Sequences.Select(s => string.Concat(s)).Distinct().Count());
        Assert.Equal(1, policy.Distribution().Sum(), 1e-12);
        Assert.Equal(((int)Math.Pow(vocabulary, horizon) - 1) / (vocabulary - 1), policy.Mdp.StateCount);
    }

    [Fact]
    public void The_endogenous_rewards_of_a_sequence_add_up_to_its_log_likelihood()
    {
        TablePolicy policy = Frozen(3, 3, alpha: 0.7);
        foreach (int[] sequence in policy.Mdp.Sequences)
        {
            double expected = (0.7 * policy.LogProbs(sequence).Sum()) + policy.Value(0);
            Assert.Equal(expected, policy.EndogenousRewards(sequence).Sum(), 1e-12);
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 0.5)]
    [InlineData(0.5, 1)]
    [InlineData(2, 3)]
    public void Learning_from_the_inner_reward_sharpens_the_policy(double alpha, double lambda)
    {
        TablePolicy frozen = Frozen(3, 3, alpha);
        TablePolicy learned = TabularAscent.Exact(
            new TabularGoal(frozen, lambda), Flat(frozen.Mdp), steps: 20_000, rate: 4 / lambda);
        double distance = Distance(Sharpened(frozen, 1 + (alpha / lambda)), learned.Distribution());
        Assert.True(distance < 1e-4, $"distance {distance}");

        // Not a vacuous claim: the frozen policy itself is far from it.
        Assert.True(Distance(frozen.Distribution(), learned.Distribution()) > 0.05);
    }

    [Fact]
    public void Without_a_penalty_the_most_likely_sequence_is_left_alone()
    {
        TablePolicy frozen = Frozen(3, 3, alpha: 1);
        double[] learned = TabularAscent.Exact(new TabularGoal(frozen, 0), frozen, steps: 4000, rate: 2).Distribution();
        double[] before = frozen.Distribution();
        int mode = Array.IndexOf(before, before.Max());
        Assert.True(learned[mode] > 0.995 && before[mode] < 0.5, $"{before[mode]} to {learned[mode]}");
    }

    [Fact]
    public void Sampling_finds_the_same_within_its_error()
    {
        TablePolicy frozen = Frozen(3, 2, alpha: 1);
        TablePolicy learned = TabularAscent.Sampled(
            new TabularGoal(frozen, 1), Flat(frozen.Mdp), steps: 3000, rate: 0.3, groupSize: 16, seed: 5);
        double distance = Distance(Sharpened(frozen, 2), learned.Distribution());
        Assert.True(distance < 0.03, $"distance {distance}");
        Assert.True(Distance(frozen.Distribution(), learned.Distribution()) > 0.1);
    }

    [Fact]
    public void A_sampled_gradient_is_the_exact_one_on_average()
    {
        const int Draws = 3000;
        TablePolicy frozen = Frozen(3, 2, alpha: 1), policy = Flat(frozen.Mdp);
        double[] exact = TabularAscent.ExactGradient(new TabularGoal(frozen, 0.5), policy);
        double[][] drawn = [.. Enumerable.Range(0, Draws).Select(i =>
            TabularAscent.SampledGradient(new TabularGoal(frozen, 0.5), policy, groupSize: 4, seed: (ulong)i))];
        for (int i = 0; i < exact.Length; i++)
        {
            double mean = drawn.Average(g => g[i]), variance = drawn.Sum(g => (g[i] - mean) * (g[i] - mean)) / (Draws - 1);
            Assert.Equal(exact[i], mean, 5 * Math.Sqrt(variance / Draws));
        }
    }

    [Fact]
    public void The_exact_gradient_is_the_objectives_slope()
    {
        TablePolicy frozen = Frozen(3, 2, alpha: 0.8), policy = Frozen(3, 2, alpha: 1.5, seed: 2);
        double[] gradient = TabularAscent.ExactGradient(new TabularGoal(frozen, 0.5), policy);
        for (int i = 0; i < gradient.Length; i++)
        {
            Assert.Equal((Value(i, -1e-5) - Value(i, 1e-5)) / 2e-5, gradient[i], 1e-8);
        }

        double Value(int place, double step)
        {
            double[] logits = [.. policy.Logits];
            logits[place] += step;
            TablePolicy moved = new(policy.Mdp, logits, policy.Alpha);
            double[] p = moved.Distribution(), q = frozen.Distribution();
            return moved.Mdp.Sequences.Select((s, y) =>
                p[y] * (frozen.EndogenousRewards(s).Sum() - (0.5 * Math.Log(p[y] / q[y])))).Sum();
        }
    }

    [Fact]
    public void What_cannot_be_counted_out_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new TokenMdp(5, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TokenMdp(2, 13));
        Assert.Throws<ArgumentException>(() => new TablePolicy(new TokenMdp(2, 2), [1, 2, 3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TablePolicy(new TokenMdp(2, 1), [1, 2], alpha: 0));
    }

    private static TablePolicy Flat(TokenMdp mdp) => new(mdp, new double[mdp.StateCount * mdp.Vocabulary]);

    // A fixed ragged table: sines of steps that fit no period.
    private static TablePolicy Frozen(int vocabulary, int horizon, double alpha, int seed = 1)
    {
        TokenMdp mdp = new(vocabulary, horizon);
        var places = Enumerable.Range(0, mdp.StateCount * vocabulary);
        return new TablePolicy(mdp, [.. places.Select(i => alpha * Math.Sin((i + seed) * 1.7 * seed))], alpha);
    }

    private static double[] Sharpened(TablePolicy policy, double power)
    {
        double[] raised = [.. policy.Distribution().Select(p => Math.Pow(p, power))];
        return [.. raised.Select(p => p / raised.Sum())];
    }

    // Total variation.
    private static double Distance(double[] p, double[] q) => p.Zip(q, (a, b) => Math.Abs(a - b)).Sum() / 2;
}
