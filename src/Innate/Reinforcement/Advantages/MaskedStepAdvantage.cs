using Innate.Reinforcement.Objectives;

namespace Innate.Reinforcement.Advantages;

/// <summary>
/// Self-guided process reward optimization's advantage (SPRO, arXiv 2507.01551): the policy's own log-ratio to its reference,
/// summed up to each token, is a process reward; it is compared, step by step, with the group's members that are still alive:
/// <code>
/// C_{i,t} = beta * sum over j up to t of (log pi(i,j) - log ref(i,j))
/// b_t     = mean over the members k with more than t tokens of C_{k,t}
/// M_{i,t} = C_{i,t} - b_t
/// A_{i,t} = (R_i - mean R) / (std R + 1e-6) + M_{i,t}
/// </code>
/// The value of the prompt, which the paper adds to C, cancels in M. Where one member alone is left M is 0: the tail of the
/// longest response gets no process signal. C is not bounded. The formula is by secondary sources (reviews, and papers that
/// cite its equations 11 to 14).
/// </summary>
internal static class MaskedStepAdvantage
{
    /// <summary>
    /// The scale of the process reward. Ours: the paper's number is not known to us, and this is what the PRIME family uses for
    /// the same log-ratio.
    /// </summary>
    public const double DefaultBeta = 0.05;

    /// <summary>A: one array a response of the group, one advantage a token.</summary>
    /// <param name="rewards">One outcome reward a response of the group.</param>
    /// <param name="logProbs">The policy's log-probabilities (nats): one array a response.</param>
    /// <param name="referenceLogProbs">The reference's, in the same shape.</param>
    /// <param name="beta">The scale of the process reward.</param>
    /// <param name="epsilon">What is added to the outcome's standard deviation, 0 or more.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static double[][] Compute(
        ReadOnlySpan<double> rewards, IReadOnlyList<double[]> logProbs, IReadOnlyList<double[]> referenceLogProbs,
        double beta = DefaultBeta, double epsilon = GroupNormalizedAdvantage.DefaultEpsilon)
    {
        Require.Length(rewards.Length, logProbs.Count, nameof(logProbs));
        double[] outcomes = GroupNormalizedAdvantage.Compute(rewards, epsilon);
        double[][] advantages = Steps(logProbs, referenceLogProbs, beta);
        for (int i = 0; i < advantages.Length; i++)
        {
            for (int t = 0; t < advantages[i].Length; t++) advantages[i][t] += outcomes[i];
        }

        return advantages;
    }

    /// <summary>M alone: the process part. Its mean over the members alive at a step is 0.</summary>
    /// <inheritdoc cref="Compute"/>
    public static double[][] Steps(
        IReadOnlyList<double[]> logProbs, IReadOnlyList<double[]> referenceLogProbs, double beta = DefaultBeta)
    {
        double[][] steps = Cumulative(logProbs, referenceLogProbs, beta);
        double[] baseline = Baseline(steps);
        foreach (double[] member in steps)
        {
            for (int t = 0; t < member.Length; t++) member[t] -= baseline[t];
        }

        return steps;
    }

    /// <summary>C: the process reward up to each token.</summary>
    /// <inheritdoc cref="Compute"/>
    public static double[][] Cumulative(
        IReadOnlyList<double[]> logProbs, IReadOnlyList<double[]> referenceLogProbs, double beta = DefaultBeta)
    {
        Require.Length(logProbs.Count, referenceLogProbs.Count, nameof(referenceLogProbs));
        double[][] steps = new double[logProbs.Count][];
        for (int i = 0; i < steps.Length; i++)
        {
            steps[i] = KlEstimator.Values(KlKind.K1, logProbs[i], referenceLogProbs[i]);
            double sum = 0;
            for (int t = 0; t < steps[i].Length; t++) steps[i][t] = sum += beta * steps[i][t];
        }

        return steps;
    }

    /// <summary>b: the mean of those alive, one a step, as many as the longest response has tokens.</summary>
    /// <param name="cumulative">C.</param>
    public static double[] Baseline(IReadOnlyList<double[]> cumulative)
    {
        double[] baseline = new double[cumulative.Select(c => c.Length).DefaultIfEmpty().Max()];
        for (int t = 0; t < baseline.Length; t++)
        {
            baseline[t] = RewardGroup.Mean([.. cumulative.Where(c => c.Length > t).Select(c => c[t])]);
        }

        return baseline;
    }
}
