namespace Innate.Reinforcement.Objectives;

/// <summary>The numbers of ProRLv2.</summary>
internal sealed record ProRlOptions
{
    /// <summary>How far below 1 the ratio may pull, 0 to 1.</summary>
    public double ClipLow { get; init; } = 0.2;

    /// <summary>How far above 1 the ratio may push, 0 or more.</summary>
    public double ClipHigh { get; init; } = 0.27;

    /// <summary>beta: the weight of the divergence from the reference, 0 or more.</summary>
    public double KlCoefficient { get; init; } = 1e-4;
}

/// <summary>
/// ProRLv2's loss (confirmed by code in its parts, NeMo RL's prorlv2 recipe): the clipped ratio, each token's multiplied by its
/// weight for the mismatch of trainer and generator, and a bounded k2 to the reference. With rho_t = pi(t) / old(t), the
/// log-ratio clamped to +-20, and i_t of <see cref="IcePop"/>:
/// <code>
/// l_t = -i_t min(rho A, clip(rho, 1 - low, 1 + high) A) + beta k2_t
/// L   = sum over tokens of w l_t,  w = 1 / N: the mean over all N tokens of the batch
/// dL/dlog pi(t) = w (-i_t rho A, or 0 where the clip decides, + beta dk2_t/dlog pi(t))
/// </code>
/// Ours: the divergence is not multiplied by i, and a token that is left out still counts in N. A is
/// <see cref="Advantages.ProRlAdvantage"/>'s.
/// </summary>
internal static class ProRlObjective
{
    /// <summary>One response's part of the batch's loss.</summary>
    /// <param name="logProbs">log pi (nats): one a token of the response.</param>
    /// <param name="oldLogProbs">The same tokens' log-probabilities under the policy that sampled them.</param>
    /// <param name="referenceLogProbs">Those under the reference.</param>
    /// <param name="advantages">A: one a token.</param>
    /// <param name="mismatch">i: one a token, 0 or more; empty: 1 everywhere.</param>
    /// <param name="batch">The whole batch's totals.</param>
    /// <param name="options">Clips and divergence; null: the defaults.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range, or the batch too small.</exception>
    public static PolicyResult Compute(
        ReadOnlySpan<double> logProbs, ReadOnlySpan<double> oldLogProbs, ReadOnlySpan<double> referenceLogProbs,
        ReadOnlySpan<double> advantages, ReadOnlySpan<double> mismatch, BatchTotals batch, ProRlOptions? options = null)
    {
        options ??= new ProRlOptions();
        ArgumentOutOfRangeException.ThrowIfNegative(options.KlCoefficient, nameof(options.KlCoefficient));
        Require.Length(logProbs.Length, referenceLogProbs.Length, nameof(referenceLogProbs));
        Require.Length(logProbs.Length, advantages.Length, nameof(advantages));
        double[] weighed = advantages.ToArray();
        if (!mismatch.IsEmpty)
        {
            Require.Length(logProbs.Length, mismatch.Length, nameof(mismatch));
            for (int t = 0; t < weighed.Length; t++)
            {
                ArgumentOutOfRangeException.ThrowIfNegative(mismatch[t], nameof(mismatch));
                weighed[t] *= mismatch[t];
            }
        }

        // A weight of 0 or more goes through the minimum: i min(rho A, clip A) = min(rho iA, clip iA).
        double weight = Aggregation.TokenMean.Weight(batch, logProbs.Length), kl = 0;
        PolicyResult policy = ClippedRatio.Compute(logProbs, oldLogProbs, weighed, weight, options.ClipLow, options.ClipHigh);
        for (int t = 0; t < weighed.Length; t++)
        {
            (double value, double slope) = KlEstimator.BoundedK2(logProbs[t] - referenceLogProbs[t]);
            kl += value;
            policy.LogProbGradient[t] += weight * options.KlCoefficient * slope;
        }

        return policy with
        {
            Loss = policy.Loss + (weight * options.KlCoefficient * kl),
            Statistics = policy.Statistics with { ReferenceKlSum = kl },
        };
    }
}
