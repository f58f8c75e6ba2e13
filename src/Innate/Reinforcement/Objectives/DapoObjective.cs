using Innate.Scoring.Rules;

namespace Innate.Reinforcement.Objectives;

/// <summary>The numbers of DAPO.</summary>
internal sealed record DapoOptions
{
    /// <summary>How far below 1 the ratio may pull, 0 to 1.</summary>
    public double ClipLow { get; init; } = 0.2;

    /// <summary>How far above 1 the ratio may push, 0 or more: higher than low, so that unlikely tokens can grow.</summary>
    public double ClipHigh { get; init; } = 0.28;
}

/// <summary>
/// Decoupled clip and dynamic sampling policy optimization (DAPO, Yu et al. 2025, arXiv 2503.14476, equation 8): the clipped
/// ratio with <see cref="Advantages.GroupNormalizedAdvantage"/>, a higher upper clip, and every token of the batch alike. With
/// rho_t = pi(t) / old(t), the log-ratio clamped to +-20:
/// <code>
/// l_t = -min(rho A, clip(rho, 1 - low, 1 + high) A)
/// L   = sum over tokens of w l_t,  w = 1 / N: the mean over all N tokens of the batch
/// dL/dlog pi(t) = -w rho A, or 0 where the clip decides
/// </code>
/// Its other two parts: prompts are kept by <see cref="IsInformative"/>, and long responses pay
/// <see cref="LengthPenalty.SoftOverlong"/>. Responses that were cut off are left out of the batch and its totals.
/// </summary>
internal static class DapoObjective
{
    /// <summary>One response's part of the batch's loss.</summary>
    /// <param name="logProbs">log pi (nats): one a token of the response.</param>
    /// <param name="oldLogProbs">The same tokens' log-probabilities under the policy that sampled them.</param>
    /// <param name="advantages">A: one a token.</param>
    /// <param name="batch">The whole batch's totals.</param>
    /// <param name="options">The clips; null: the defaults.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A clip is out of range, or the batch smaller than the response.</exception>
    public static PolicyResult Compute(
        ReadOnlySpan<double> logProbs, ReadOnlySpan<double> oldLogProbs, ReadOnlySpan<double> advantages,
        BatchTotals batch, DapoOptions? options = null)
    {
        options ??= new DapoOptions();
        double weight = Aggregation.TokenMean.Weight(batch, logProbs.Length);
        return ClippedRatio.Compute(logProbs, oldLogProbs, advantages, weight, options.ClipLow, options.ClipHigh);
    }

    /// <summary>Dynamic sampling: a prompt is kept where some but not all responses are right, else sampled anew.</summary>
    /// <param name="correct">Right responses of the group.</param>
    /// <param name="groupSize">Responses of the group.</param>
    /// <exception cref="ArgumentOutOfRangeException">Less than 0 or more than the group are right.</exception>
    public static bool IsInformative(int correct, int groupSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(correct);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(correct, groupSize);
        return correct > 0 && correct < groupSize;
    }
}
