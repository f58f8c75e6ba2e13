using Innate.Reinforcement.Advantages;
using Innate.Reinforcement.Objectives;

namespace Innate.Theory;

/// <summary>
/// Reinforcement learning from a frozen policy's own endogenous reward, held to that policy by a penalty of lambda a nat, where
/// everything can be counted out:
/// <code>
/// maximise E over y of R(y) - lambda (log pi(y) - log frozen(y)),  R(y) = alpha log frozen(y) + V(s_1)
/// </code>
/// The optimum is proportional to frozen(y)^(1 + alpha / lambda): learning from the inner reward sharpens what is there. At
/// lambda = 0 it is the most likely sequence alone. The gradient by log-probabilities is <see cref="ReinforceObjective"/>'s.
/// </summary>
public static class TabularAscent
{
    /// <summary>Gradient ascent on the expectation itself, counted over all sequences.</summary>
    /// <param name="frozen">Whose reward it is, and what the policy is held to.</param>
    /// <param name="start">The policy to begin with.</param>
    /// <param name="lambda">The penalty of a nat of log-ratio, 0 or more.</param>
    /// <param name="steps">Steps.</param>
    /// <param name="rate">The learning rate.</param>
    public static TablePolicy Exact(TablePolicy frozen, TablePolicy start, double lambda, int steps, double rate)
    {
        TablePolicy policy = start;
        for (int step = 0; step < steps; step++) policy = Descend(policy, ExactGradient(frozen, policy, lambda), rate);
        return policy;
    }

    /// <summary>Stochastic gradient ascent: each step draws a group; the mean of the others is each one's baseline.</summary>
    /// <param name="frozen">Whose reward it is, and what the policy is held to.</param>
    /// <param name="start">The policy to begin with.</param>
    /// <param name="lambda">The penalty of a nat of log-ratio, 0 or more.</param>
    /// <param name="steps">Steps.</param>
    /// <param name="rate">The learning rate of the first half; it falls to 0 over the second.</param>
    /// <param name="groupSize">Sequences drawn a step, 2 or more.</param>
    /// <param name="seed">The same seed gives the same policy.</param>
    public static TablePolicy Sampled(
        TablePolicy frozen, TablePolicy start, double lambda, int steps, double rate, int groupSize, ulong seed)
    {
        TablePolicy policy = start;
        for (int step = 0; step < steps; step++)
        {
            double[] gradient = SampledGradient(frozen, policy, lambda, groupSize, SplitMix.Key(seed, (ulong)step));
            policy = Descend(policy, gradient, rate * Math.Min(1, 2 * (1 - (step / (double)steps))));
        }

        return policy;
    }

    /// <summary>-d(expected reward less penalty) / dlogits: states times tokens.</summary>
    public static double[] ExactGradient(TablePolicy frozen, TablePolicy policy, double lambda)
    {
        IReadOnlyList<int[]> sequences = policy.Mdp.Sequences;
        double[] probabilities = policy.Distribution();
        double[] scores = [.. sequences.Select(s => Score(frozen, policy, s, lambda))];
        double mean = probabilities.Zip(scores, (p, r) => p * r).Sum();

        // A sum over sequences, each with its probability in its advantage: one "sequence" in the denominator.
        BatchTotals batch = new((long)sequences.Count * policy.Mdp.Horizon, 1);
        double[] gradient = new double[policy.Logits.Length];
        for (int i = 0; i < scores.Length; i++) Add(policy, sequences[i], probabilities[i] * (scores[i] - mean), batch, gradient);
        return gradient;
    }

    /// <summary>An unbiased estimate of <see cref="ExactGradient"/> from drawn sequences.</summary>
    public static double[] SampledGradient(TablePolicy frozen, TablePolicy policy, double lambda, int groupSize, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(groupSize, 2);
        int[][] group = [.. Enumerable.Range(0, groupSize).Select(i => Draw(policy, SplitMix.Key(seed, (ulong)i)))];
        double[] advantages = LeaveOneOutAdvantage.Compute([.. group.Select(s => Score(frozen, policy, s, lambda))]);
        BatchTotals batch = new((long)groupSize * policy.Mdp.Horizon, groupSize);
        double[] gradient = new double[policy.Logits.Length];
        for (int i = 0; i < groupSize; i++) Add(policy, group[i], advantages[i], batch, gradient);
        return gradient;
    }

    private static double Score(TablePolicy frozen, TablePolicy policy, int[] sequence, double lambda)
    {
        double kl = KlEstimator.Values(KlKind.K1, policy.LogProbs(sequence), frozen.LogProbs(sequence)).Sum();
        return frozen.EndogenousRewards(sequence).Sum() - (lambda * kl);
    }

    private static void Add(TablePolicy policy, int[] sequence, double advantage, BatchTotals batch, double[] gradient)
    {
        double[] advantages = new double[sequence.Length];
        Array.Fill(advantages, advantage);
        PolicyResult result = ReinforceObjective.Compute(
            policy.LogProbs(sequence), advantages, batch, Aggregation.SequenceSum);
        policy.Backward(sequence, result.LogProbGradient, gradient);
    }

    private static int[] Draw(TablePolicy policy, ulong key)
    {
        int[] sequence = new int[policy.Mdp.Horizon];
        for (int h = 0, state = 0; h < sequence.Length; state = policy.Mdp.Next(state, sequence[h]), h++)
        {
            double left = (SplitMix.Bits(key, (ulong)h) >> 11) * (1.0 / (1UL << 53));
            for (int token = 0; token < policy.Mdp.Vocabulary - 1; token++)
            {
                left -= Compute.PortableMath.Exp(policy.LogProb(state, token));
                if (left < 0) break;
                sequence[h] = token + 1;
            }
        }

        return sequence;
    }

    private static TablePolicy Descend(TablePolicy policy, double[] gradient, double rate)
    {
        double[] logits = [.. policy.Logits];
        for (int i = 0; i < logits.Length; i++) logits[i] -= rate * gradient[i];
        return new TablePolicy(policy.Mdp, logits, policy.Alpha);
    }
}
