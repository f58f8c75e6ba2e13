namespace Innate.Reinforcement.Objectives;

/// <summary>The value's loss of one response, and its gradient.</summary>
/// <param name="Loss">To be minimised. The response's part of the batch's: the parts add up to it.</param>
/// <param name="ValueGradient">dLoss / dV, one number a token.</param>
/// <param name="Clipped">Tokens whose gradient the clip took away.</param>
internal sealed record ValueResult(double Loss, double[] ValueGradient, int Clipped);

/// <summary>
/// The value function's loss beside <see cref="PpoObjective"/>: half the squared error to the return, or, where that is worse,
/// half that of the value held near the one that the advantages were estimated with:
/// <code>
/// l_t = 0.5 max((V - R)^2, (clip(V, V_old - e, V_old + e) - R)^2)
/// L   = sum over tokens of w l_t,  w = 1 / N: the mean over all N tokens of the batch
/// dL/dV = w (V - R), or 0 where the clip decides
/// </code>
/// </summary>
internal static class ValueObjective
{
    /// <summary>One response's part of the batch's loss; multiply it by the weight beside the policy's.</summary>
    /// <param name="values">V: one a token.</param>
    /// <param name="oldValues">The values at sampling.</param>
    /// <param name="returns">R: one a token.</param>
    /// <param name="batch">The whole batch's totals.</param>
    /// <param name="clip">e, above 0; infinity: no clip.</param>
    /// <param name="aggregation">The denominator; null: <see cref="Aggregation.TokenMean"/>.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The clip is not above 0, or the batch smaller than the response.</exception>
    public static ValueResult Compute(
        ReadOnlySpan<double> values, ReadOnlySpan<double> oldValues, ReadOnlySpan<double> returns,
        BatchTotals batch, double clip = 0.5, Aggregation? aggregation = null)
    {
        Require.Length(values.Length, oldValues.Length, nameof(oldValues));
        Require.Length(values.Length, returns.Length, nameof(returns));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(clip);
        double weight = (aggregation ?? Aggregation.TokenMean).Weight(batch, values.Length), loss = 0;
        double[] gradient = new double[values.Length];
        int clipped = 0;
        for (int t = 0; t < gradient.Length; t++)
        {
            double error = values[t] - returns[t];
            double held = Math.Clamp(values[t], oldValues[t] - clip, oldValues[t] + clip) - returns[t];
            if (held * held > error * error)
            {
                loss += weight * 0.5 * held * held;
                clipped++;
            }
            else
            {
                loss += weight * 0.5 * error * error;
                gradient[t] = weight * error;
            }
        }

        return new ValueResult(loss, gradient, clipped);
    }
}
