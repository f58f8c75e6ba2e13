namespace Innate.Reinforcement.Objectives;

/// <summary>The numbers of group sequence policy optimization.</summary>
internal sealed record GspoOptions
{
    /// <summary>How far below 1 the sequence's ratio may pull, 0 to 1.</summary>
    public double ClipLow { get; init; } = 3e-4;

    /// <summary>How far above 1 the sequence's ratio may push, 0 or more.</summary>
    public double ClipHigh { get; init; } = 4e-4;
}

/// <summary>
/// Group sequence policy optimization (GSPO, Zheng et al. 2025, arXiv 2507.18071, equation 5): one ratio a sequence, the
/// geometric mean of its tokens', as the reward is one a sequence. The log of the ratio is clamped to +-20:
/// <code>
/// s = exp(mean over the response's tokens of (log pi(t) - log old(t)))
/// l = -min(s A, clip(s, 1 - low, 1 + high) A)
/// L = (1 / S) sum over the batch's S sequences of l
/// dL/dlog pi(t) = -(1 / S) s A / |y|, or 0 where the clip decides
/// </code>
/// A is <see cref="Advantages.GroupNormalizedAdvantage"/>'s. The clip takes or leaves whole responses; one of PPO's size (0.2)
/// would never act. Confirmed by code (TRL, verl; verl caps log s at 10).
/// </summary>
internal static class GspoObjective
{
    /// <summary>One response's part of the batch's loss; an empty response's is 0.</summary>
    /// <param name="logProbs">log pi (nats): one a token of the response.</param>
    /// <param name="oldLogProbs">The same tokens' log-probabilities under the policy that sampled them.</param>
    /// <param name="advantage">A: the response's.</param>
    /// <param name="batch">The whole batch's totals.</param>
    /// <param name="options">The clips; null: the defaults.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A clip is out of range, or the batch smaller than the response.</exception>
    public static PolicyResult Compute(
        ReadOnlySpan<double> logProbs, ReadOnlySpan<double> oldLogProbs, double advantage,
        BatchTotals batch, GspoOptions? options = null)
    {
        options ??= new GspoOptions();
        Require.Length(logProbs.Length, oldLogProbs.Length, nameof(oldLogProbs));
        ClippedRatio.CheckClips(options.ClipLow, options.ClipHigh);
        double weight = Aggregation.SequenceMean.Weight(batch, logProbs.Length);
        double[] gradient = new double[logProbs.Length];
        if (gradient.Length == 0) return new PolicyResult(0, gradient, default);
        (double logRatio, double oldKl) = LogRatio(logProbs, oldLogProbs);
        ClippedTerm term = ClippedRatio.Term(logRatio, advantage, options.ClipLow, options.ClipHigh);
        Array.Fill(gradient, weight * term.Slope);
        int clipped = term.Clipped ? gradient.Length : 0;
        return new PolicyResult(
            weight * gradient.Length * term.Loss, gradient, new PolicyStatistics(gradient.Length, clipped, oldKl, 0));
    }

    /// <summary>log s, and the sum over the tokens of k3 from the policy that sampled. Of one token or more.</summary>
    /// <param name="logProbs">log pi (nats): one a token of the response.</param>
    /// <param name="oldLogProbs">The same tokens' log-probabilities under the policy that sampled them.</param>
    internal static (double LogRatio, double OldKl) LogRatio(ReadOnlySpan<double> logProbs, ReadOnlySpan<double> oldLogProbs)
    {
        double logRatios = 0, oldKl = 0;
        for (int t = 0; t < logProbs.Length; t++)
        {
            logRatios += logProbs[t] - oldLogProbs[t];
            oldKl += ClippedRatio.OldKl(logProbs[t] - oldLogProbs[t]);
        }

        return (logRatios / logProbs.Length, oldKl);
    }
}
