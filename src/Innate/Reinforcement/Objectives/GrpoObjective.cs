namespace Innate.Reinforcement.Objectives;

/// <summary>The numbers of group relative policy optimization.</summary>
internal sealed record GrpoOptions
{
    /// <summary>How far below 1 the ratio may pull, 0 to 1.</summary>
    public double ClipLow { get; init; } = 0.2;

    /// <summary>How far above 1 the ratio may push, 0 or more.</summary>
    public double ClipHigh { get; init; } = 0.2;

    /// <summary>beta: the weight of the divergence from the reference, 0 or more.</summary>
    public double KlCoefficient { get; init; } = 0.001;

    /// <summary>The divergence's estimate; see <see cref="KlEstimator"/> for what each is the gradient of.</summary>
    public KlKind Kl { get; init; } = KlKind.K3;

    /// <summary>The denominator.</summary>
    public Aggregation Aggregation { get; init; } = Aggregation.SequenceMean;
}

/// <summary>
/// Group relative policy optimization (GRPO, Shao et al. 2024, arXiv 2402.03300, equation 3): PPO's clipped ratio with
/// <see cref="Advantages.GroupNormalizedAdvantage"/>, and the divergence from the reference in the loss. With
/// rho_t = pi(t) / old(t), the log-ratio clamped to +-20:
/// <code>
/// l_t = -min(rho A, clip(rho, 1 - low, 1 + high) A) + beta kl_t
/// L   = sum over tokens of w l_t,  w = 1 / (S |y|): the mean over S sequences of the mean over their |y| tokens
/// dL/dlog pi(t) = w (-rho A, or 0 where the clip decides, + beta dkl_t/dlog pi(t))
/// </code>
/// </summary>
internal static class GrpoObjective
{
    /// <summary>One response's part of the batch's loss.</summary>
    /// <param name="logProbs">log pi (nats): one a token of the response.</param>
    /// <param name="oldLogProbs">The same tokens' log-probabilities under the policy that sampled them.</param>
    /// <param name="referenceLogProbs">Those under the reference; may be empty where beta is 0.</param>
    /// <param name="advantages">A: one a token.</param>
    /// <param name="batch">The whole batch's totals.</param>
    /// <param name="options">Clips, divergence, denominator; null: the defaults.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A clip or beta is out of range, or the batch smaller than the response.
    /// </exception>
    public static PolicyResult Compute(
        ReadOnlySpan<double> logProbs, ReadOnlySpan<double> oldLogProbs, ReadOnlySpan<double> referenceLogProbs,
        ReadOnlySpan<double> advantages, BatchTotals batch, GrpoOptions? options = null)
    {
        options ??= new GrpoOptions();
        double beta = options.KlCoefficient, weight = options.Aggregation.Weight(batch, logProbs.Length);
        ArgumentOutOfRangeException.ThrowIfNegative(beta, nameof(options.KlCoefficient));
        PolicyResult policy = ClippedRatio.Compute(
            logProbs, oldLogProbs, advantages, weight, options.ClipLow, options.ClipHigh);
        if (beta == 0 && referenceLogProbs.IsEmpty) return policy;
        Require.Length(logProbs.Length, referenceLogProbs.Length, nameof(referenceLogProbs));
        double kl = 0;
        for (int t = 0; t < logProbs.Length; t++)
        {
            kl += KlEstimator.Value(options.Kl, logProbs[t], referenceLogProbs[t]);
            policy.LogProbGradient[t] +=
                weight * beta * KlEstimator.Gradient(options.Kl, logProbs[t], referenceLogProbs[t]);
        }

        return policy with
        {
            Loss = policy.Loss + (weight * beta * kl),
            Statistics = policy.Statistics with { ReferenceKlSum = kl },
        };
    }
}
