namespace Innate.Reinforcement.Objectives;

/// <summary>
/// The policy gradient (REINFORCE, Williams 1992), for samples of the policy itself:
/// <code>
/// L = -sum over tokens of w A_t log pi(t),  dL/dlog pi(t) = -w A_t
/// w = 1 / N by default: the mean over all N tokens of the batch
/// </code>
/// Of the loss only the gradient means something. With <see cref="Aggregation.SequenceSum"/> it is the unbiased gradient of the
/// expected reward; a mean over tokens scales it by the mean length, a mean within sequences bends it.
/// </summary>
internal static class ReinforceObjective
{
    /// <summary>One response's part of the batch's loss.</summary>
    /// <param name="logProbs">log pi (nats): one a token of the response.</param>
    /// <param name="advantages">A: one a token.</param>
    /// <param name="batch">The whole batch's totals.</param>
    /// <param name="aggregation">The denominator; null: <see cref="Aggregation.TokenMean"/>.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The batch is smaller than the response.</exception>
    public static PolicyResult Compute(
        ReadOnlySpan<double> logProbs, ReadOnlySpan<double> advantages, BatchTotals batch, Aggregation? aggregation = null)
    {
        Require.Length(logProbs.Length, advantages.Length, nameof(advantages));
        double weight = (aggregation ?? Aggregation.TokenMean).Weight(batch, logProbs.Length), loss = 0;
        double[] gradient = new double[logProbs.Length];
        for (int t = 0; t < gradient.Length; t++)
        {
            loss -= weight * advantages[t] * logProbs[t];
            gradient[t] = -weight * advantages[t];
        }

        return new PolicyResult(loss, gradient, new PolicyStatistics(gradient.Length, 0, 0, 0));
    }
}
