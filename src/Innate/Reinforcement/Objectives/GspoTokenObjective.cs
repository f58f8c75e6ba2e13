namespace Innate.Reinforcement.Objectives;

/// <summary>
/// GSPO with an advantage a token (GSPO-token, Zheng et al. 2025, arXiv 2507.18071, confirmed by code, TRL and verl): every
/// token's ratio has the sequence's value, and its gradient is its own:
/// <code>
/// s   = exp(mean over the response's tokens of (log pi(t) - log old(t))), the log clamped to +-20
/// s_t = sg(s) exp(log pi(t) - sg(log pi(t)))
/// l_t = -min(s_t A_t, clip(s_t, 1 - low, 1 + high) A_t)
/// L   = sum over tokens of w l_t,  w = 1 / (S |y|): the mean over S sequences of the mean over their |y| tokens
/// dL/dlog pi(t) = -w s A_t, or 0 where the clip decides
/// </code>
/// sg: not differentiated. With one advantage for all tokens, loss and gradient are <see cref="GspoObjective"/>'s.
/// </summary>
internal static class GspoTokenObjective
{
    /// <summary>One response's part of the batch's loss; an empty response's is 0.</summary>
    /// <param name="logProbs">log pi (nats): one a token of the response.</param>
    /// <param name="oldLogProbs">The same tokens' log-probabilities under the policy that sampled them.</param>
    /// <param name="advantages">A: one a token.</param>
    /// <param name="batch">The whole batch's totals.</param>
    /// <param name="options">The clips; null: the defaults.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A clip is out of range, or the batch smaller than the response.</exception>
    public static PolicyResult Compute(
        ReadOnlySpan<double> logProbs, ReadOnlySpan<double> oldLogProbs, ReadOnlySpan<double> advantages,
        BatchTotals batch, GspoOptions? options = null)
    {
        options ??= new GspoOptions();
        Require.Length(logProbs.Length, oldLogProbs.Length, nameof(oldLogProbs));
        Require.Length(logProbs.Length, advantages.Length, nameof(advantages));
        ClippedRatio.CheckClips(options.ClipLow, options.ClipHigh);
        double weight = Aggregation.SequenceMean.Weight(batch, logProbs.Length), loss = 0;
        double[] gradient = new double[logProbs.Length];
        if (gradient.Length == 0) return new PolicyResult(0, gradient, default);
        (double logRatio, double oldKl) = GspoObjective.LogRatio(logProbs, oldLogProbs);
        int clipped = 0;
        for (int t = 0; t < gradient.Length; t++)
        {
            ClippedTerm term = ClippedRatio.Term(logRatio, advantages[t], options.ClipLow, options.ClipHigh);
            loss += weight * term.Loss;
            gradient[t] = weight * term.Slope;
            if (term.Clipped) clipped++;
        }

        return new PolicyResult(loss, gradient, new PolicyStatistics(gradient.Length, clipped, oldKl, 0));
    }
}
