namespace Innate.Reinforcement.Objectives;

/// <summary>The numbers of Guide-GRPO.</summary>
internal sealed record GuideOptions
{
    /// <summary>How far below 1 the ratio may pull, 0 to 1.</summary>
    public double ClipLow { get; init; } = 0.2;

    /// <summary>How far above 1 the ratio may push, 0 or more.</summary>
    public double ClipHigh { get; init; } = 0.2;

    /// <summary>
    /// The ratio below which a token of a hinted rollout is left out, 0 or more: without the hint it could hardly have been
    /// said. Ours. 0: none is.
    /// </summary>
    public double MinHintedRatio { get; init; } = 0.05;
}

/// <summary>
/// Guide-GRPO (arXiv 2506.13923; the idea by secondary sources, the exact ratio, mixing and clip ours): rollouts that were drawn
/// with a hint train the policy that does not see it. The ratio is between two contexts, the log-ratio clamped to +-20:
/// <code>
/// rho_t = pi(t | prompt) / old(t | the context it was drawn in, with the hint or without)
/// l_t   = -min(rho A, clip(rho, 1 - low, 1 + high) A);  0 at a hinted rollout's token with rho below 0.05
/// L     = sum over tokens of w l_t,  w = 1 / (S |y|): the mean over S sequences of the mean over their |y| tokens
/// dL/dlog pi(t) = -w rho A, or 0 where the clip decides or the token is left out
/// </code>
/// Tokens that are left out still count in |y|. A is <see cref="Advantages.GuideAdvantage"/>'s, over both groups.
/// </summary>
internal static class GuideObjective
{
    /// <summary>One response's part of the batch's loss.</summary>
    /// <param name="logProbs">log pi without the hint (nats): one a token of the response.</param>
    /// <param name="behaviourLogProbs">Those of the sampling policy in the context in which the response was drawn.</param>
    /// <param name="advantages">A: one a token.</param>
    /// <param name="hinted">Whether it was drawn with the hint.</param>
    /// <param name="batch">The whole batch's totals.</param>
    /// <param name="options">The clips; null: the defaults.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A clip is out of range, or the batch smaller than the response.</exception>
    public static PolicyResult Compute(
        ReadOnlySpan<double> logProbs, ReadOnlySpan<double> behaviourLogProbs, ReadOnlySpan<double> advantages, bool hinted,
        BatchTotals batch, GuideOptions? options = null)
    {
        options ??= new GuideOptions();
        ArgumentOutOfRangeException.ThrowIfNegative(options.MinHintedRatio, nameof(options.MinHintedRatio));
        Require.Length(logProbs.Length, behaviourLogProbs.Length, nameof(behaviourLogProbs));
        Require.Length(logProbs.Length, advantages.Length, nameof(advantages));
        double weight = Aggregation.SequenceMean.Weight(batch, logProbs.Length);
        double[] kept = advantages.ToArray();
        int left = 0;
        for (int t = 0; hinted && t < kept.Length; t++)
        {
            if (ClippedRatio.Ratio(logProbs[t] - behaviourLogProbs[t]) >= options.MinHintedRatio) continue;
            kept[t] = 0;
            left++;
        }

        // Without an advantage a token adds nothing, neither loss nor gradient, and no clip decides on it.
        PolicyResult result = ClippedRatio.Compute(
            logProbs, behaviourLogProbs, kept, weight, options.ClipLow, options.ClipHigh);
        return result with { Statistics = result.Statistics with { Clipped = result.Statistics.Clipped + left } };
    }
}
