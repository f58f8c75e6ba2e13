using Innate.Reinforcement.Objectives;

namespace Innate.Reinforcement.Advantages;

/// <summary>
/// Self-guided process reward optimization's advantage (SPRO, arXiv 2507.01551): the policy's own log-ratio to its reference,
/// summed up to each token, is a process reward; it is compared, step by step, with the group's members that are still alive:
/// <code>
/// C_{i,t} = beta * sum over j up to t of (log pi(i,j) - log ref(i,j))
/// M_{i,t} = C_{i,t} - mean over the members k with more than t tokens of C_{k,t}
/// A_{i,t} = (R_i - mean R) / (std R + 1e-6) + M_{i,t}
/// </code>
/// The value of the prompt, which the paper adds to C, cancels in M. Where one member alone is left M is 0: the tail of the
/// longest response gets no process signal. C is not bounded.
/// </summary>
internal static class MaskedStepAdvantage
{
    /// <summary>A: one array a response of the group, one advantage a token.</summary>
    /// <param name="rewards">One outcome reward a response of the group.</param>
    /// <param name="logProbs">The policy's log-probabilities (nats): one array a response.</param>
    /// <param name="referenceLogProbs">The reference's, in the same shape.</param>
    /// <param name="beta">The scale of the process reward. The paper's value is not known to us.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static double[][] Compute(
        ReadOnlySpan<double> rewards, IReadOnlyList<double[]> logProbs, IReadOnlyList<double[]> referenceLogProbs, double beta)
    {
        Require.Length(rewards.Length, logProbs.Count, nameof(logProbs));
        double[] outcomes = GroupNormalizedAdvantage.Compute(rewards);
        double[][] advantages = Steps(logProbs, referenceLogProbs, beta);
        for (int i = 0; i < advantages.Length; i++)
        {
            for (int t = 0; t < advantages[i].Length; t++) advantages[i][t] += outcomes[i];
        }

        return advantages;
    }

    /// <summary>M alone: the process part.</summary>
    /// <inheritdoc cref="Compute"/>
    public static double[][] Steps(IReadOnlyList<double[]> logProbs, IReadOnlyList<double[]> referenceLogProbs, double beta)
    {
        Require.Length(logProbs.Count, referenceLogProbs.Count, nameof(referenceLogProbs));
        double[][] steps = new double[logProbs.Count][];
        for (int i = 0; i < steps.Length; i++)
        {
            steps[i] = KlEstimator.Values(KlKind.K1, logProbs[i], referenceLogProbs[i]);
            double sum = 0;
            for (int t = 0; t < steps[i].Length; t++) steps[i][t] = sum += beta * steps[i][t];
        }

        int longest = steps.Length == 0 ? 0 : steps.Max(s => s.Length);
        for (int t = 0; t < longest; t++)
        {
            double[][] alive = [.. steps.Where(s => s.Length > t)];
            double mean = RewardGroup.Mean([.. alive.Select(s => s[t])]);
            foreach (double[] member in alive) member[t] -= mean;
        }

        return steps;
    }
}
