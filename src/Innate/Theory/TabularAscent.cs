using Innate.Reinforcement.Advantages;
using Innate.Reinforcement.Objectives;

namespace Innate.Theory;

/// <summary>
/// Reinforcement learning of a <see cref="TabularGoal"/>. From a frozen policy's own endogenous reward, held to that policy by a
/// penalty of lambda a nat:
/// <code>
/// maximise E over y of R(y) - lambda (log pi(y) - log frozen(y)),  R(y) = alpha log frozen(y) + V(s_1)
/// </code>
/// the optimum is proportional to frozen(y)^(1 + alpha / lambda): learning from the inner reward sharpens what is there. At
/// lambda = 0 it is the most likely sequence alone. The gradient by log-probabilities is <see cref="ReinforceObjective"/>'s.
/// </summary>
internal static class TabularAscent
{
    /// <summary>Gradient ascent on the expectation itself, counted over all sequences.</summary>
    /// <param name="goal">What for.</param>
    /// <param name="start">The policy to begin with.</param>
    /// <param name="steps">Steps.</param>
    /// <param name="rate">The learning rate.</param>
    public static TablePolicy Exact(TabularGoal goal, TablePolicy start, int steps, double rate)
    {
        TablePolicy policy = start;
        for (int step = 0; step < steps; step++) policy = Descend(policy, ExactGradient(goal, policy), rate);
        return policy;
    }

    /// <summary>Stochastic gradient ascent: each step draws a group; the mean of the others is each one's baseline.</summary>
    /// <param name="goal">What for.</param>
    /// <param name="start">The policy to begin with.</param>
    /// <param name="steps">Steps.</param>
    /// <param name="rate">The learning rate of the first half; it falls to 0 over the second.</param>
    /// <param name="groupSize">Sequences drawn a step, 2 or more.</param>
    /// <param name="seed">The same seed gives the same policy.</param>
    public static TablePolicy Sampled(
        TabularGoal goal, TablePolicy start, int steps, double rate, int groupSize, ulong seed)
    {
        TablePolicy policy = start;
        for (int step = 0; step < steps; step++)
        {
            double[] gradient = SampledGradient(goal, policy, groupSize, RandomBits.Key(seed, (ulong)step));
            policy = Descend(policy, gradient, rate * Math.Min(1, 2 * (1 - (step / (double)steps))));
        }

        return policy;
    }

    /// <summary>-d(expected reward less penalty) / dlogits: states times tokens.</summary>
    public static double[] ExactGradient(TabularGoal goal, TablePolicy policy)
    {
        IReadOnlyList<int[]> sequences = policy.Mdp.Sequences;
        double[] probabilities = policy.Distribution();
        double[] scores = [.. sequences.Select(s => Score(goal, policy, s))];
        double mean = probabilities.Zip(scores, (p, r) => p * r).Sum();

        // A sum over sequences, each with its probability in its advantage: one "sequence" in the denominator.
        BatchTotals batch = new((long)sequences.Count * policy.Mdp.Horizon, 1);
        double[] gradient = new double[policy.Logits.Length];
        for (int i = 0; i < scores.Length; i++) Add(policy, sequences[i], probabilities[i] * (scores[i] - mean), batch, gradient);
        return gradient;
    }

    /// <summary>An unbiased estimate of <see cref="ExactGradient"/> from drawn sequences.</summary>
    public static double[] SampledGradient(TabularGoal goal, TablePolicy policy, int groupSize, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(groupSize, 2);
        int[][] group = [.. Enumerable.Range(0, groupSize).Select(i => policy.Draw(RandomBits.Key(seed, (ulong)i)))];
        double[] advantages = LeaveOneOutAdvantage.Compute([.. group.Select(s => Score(goal, policy, s))]);
        BatchTotals batch = new((long)groupSize * policy.Mdp.Horizon, groupSize);
        double[] gradient = new double[policy.Logits.Length];
        for (int i = 0; i < groupSize; i++) Add(policy, group[i], advantages[i], batch, gradient);
        return gradient;
    }

    private static double Score(TabularGoal goal, TablePolicy policy, int[] sequence)
    {
        double kl = KlEstimator.Values(KlKind.K1, policy.LogProbs(sequence), goal.Reference.LogProbs(sequence)).Sum();
        return goal.Outcomes[policy.Mdp.IndexOf(sequence)] - (goal.Lambda * kl);
    }

    private static void Add(TablePolicy policy, int[] sequence, double advantage, BatchTotals batch, double[] gradient)
    {
        double[] advantages = new double[sequence.Length];
        Array.Fill(advantages, advantage);
        PolicyResult result = ReinforceObjective.Compute(
            policy.LogProbs(sequence), advantages, batch, Aggregation.SequenceSum);
        policy.Backward(sequence, result.LogProbGradient, gradient);
    }

    private static TablePolicy Descend(TablePolicy policy, double[] gradient, double rate)
    {
        double[] logits = [.. policy.Logits];
        for (int i = 0; i < logits.Length; i++) logits[i] -= rate * gradient[i];
        return new TablePolicy(policy.Mdp, logits, policy.Alpha);
    }
}
