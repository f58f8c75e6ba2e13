namespace Innate.Reinforcement.Objectives;

/// <summary>The numbers of proximal policy optimization.</summary>
internal sealed record PpoOptions
{
    /// <summary>How far below 1 the ratio may pull, 0 to 1.</summary>
    public double ClipLow { get; init; } = 0.2;

    /// <summary>How far above 1 the ratio may push, 0 or more.</summary>
    public double ClipHigh { get; init; } = 0.2;

    /// <summary>c of the dual clip, above 1: the most a token of negative advantage may weigh. Null: no dual clip.</summary>
    public double? DualClip { get; init; } = 3;

    /// <summary>The denominator.</summary>
    public Aggregation Aggregation { get; init; } = Aggregation.TokenMean;
}

/// <summary>
/// Proximal policy optimization (PPO, Schulman et al. 2017, arXiv 1707.06347, equation 7), with the dual clip of Ye et al. 2020
/// (arXiv 1912.09729). With rho_t = pi(t) / old(t), the log-ratio clamped to +-20:
/// <code>
/// l_t = -min(rho A, clip(rho, 1 - low, 1 + high) A);  where A is negative: min(l_t, -c A)
/// L   = sum over tokens of w l_t,  w = 1 / N: the mean over all N tokens of the batch
/// dL/dlog pi(t) = -w rho A, or 0 where a clip decides
/// </code>
/// The value's loss is <see cref="ValueObjective"/>, an entropy bonus <see cref="EntropyBonus"/>; a KL penalty belongs into the
/// token rewards.
/// </summary>
internal static class PpoObjective
{
    /// <summary>One response's part of the batch's loss.</summary>
    /// <param name="logProbs">log pi (nats): one a token of the response.</param>
    /// <param name="oldLogProbs">The same tokens' log-probabilities under the policy that sampled them.</param>
    /// <param name="advantages">A: one a token.</param>
    /// <param name="batch">The whole batch's totals.</param>
    /// <param name="options">The clips and the denominator; null: the defaults.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A clip is out of range, or the batch smaller than the response.</exception>
    public static PolicyResult Compute(
        ReadOnlySpan<double> logProbs, ReadOnlySpan<double> oldLogProbs, ReadOnlySpan<double> advantages,
        BatchTotals batch, PpoOptions? options = null)
    {
        options ??= new PpoOptions();
        if (options.DualClip is double c) ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(c, 1, nameof(options.DualClip));
        double weight = options.Aggregation.Weight(batch, logProbs.Length);
        return ClippedRatio.Compute(
            logProbs, oldLogProbs, advantages, weight, options.ClipLow, options.ClipHigh, options.DualClip);
    }
}
