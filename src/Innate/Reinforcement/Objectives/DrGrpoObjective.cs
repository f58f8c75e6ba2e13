namespace Innate.Reinforcement.Objectives;

/// <summary>The numbers of Dr. GRPO.</summary>
internal sealed record DrGrpoOptions
{
    /// <summary>L: the longest response allowed, in tokens, 1 or more. The same in every step of a run.</summary>
    public required int TokenBudget { get; init; }

    /// <summary>How far below 1 the ratio may pull, 0 to 1.</summary>
    public double ClipLow { get; init; } = 0.2;

    /// <summary>How far above 1 the ratio may push, 0 or more.</summary>
    public double ClipHigh { get; init; } = 0.2;
}

/// <summary>
/// GRPO done right (Dr. GRPO, Liu et al. 2025, arXiv 2503.20783): the clipped ratio with
/// <see cref="Advantages.DrGrpoAdvantage"/>, no divergence, and a sum over tokens divided by a constant: dividing by a
/// response's own length would punish long wrong answers less than short ones. With rho_t = pi(t) / old(t), the log-ratio
/// clamped to +-20:
/// <code>
/// l_t = -min(rho A, clip(rho, 1 - low, 1 + high) A)
/// L   = sum over tokens of w l_t,  w = 1 / (S L): S sequences in the batch, L the token budget
/// dL/dlog pi(t) = -w rho A, or 0 where the clip decides
/// </code>
/// </summary>
internal static class DrGrpoObjective
{
    /// <summary>One response's part of the batch's loss.</summary>
    /// <param name="logProbs">log pi (nats): one a token of the response.</param>
    /// <param name="oldLogProbs">The same tokens' log-probabilities under the policy that sampled them.</param>
    /// <param name="advantages">A: one a token.</param>
    /// <param name="batch">The whole batch's totals.</param>
    /// <param name="options">The budget and the clips.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The budget or a clip is out of range, or the batch smaller than the response.
    /// </exception>
    public static PolicyResult Compute(
        ReadOnlySpan<double> logProbs, ReadOnlySpan<double> oldLogProbs, ReadOnlySpan<double> advantages,
        BatchTotals batch, DrGrpoOptions options)
    {
        double weight = Aggregation.TokenBudget(options.TokenBudget).Weight(batch, logProbs.Length);
        return ClippedRatio.Compute(logProbs, oldLogProbs, advantages, weight, options.ClipLow, options.ClipHigh);
    }
}
