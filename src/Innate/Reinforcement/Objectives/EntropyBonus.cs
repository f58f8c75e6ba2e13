namespace Innate.Reinforcement.Objectives;

/// <summary>An entropy bonus's loss of one response, and its gradient.</summary>
/// <param name="Loss">To be minimised. The response's part of the batch's: the parts add up to it.</param>
/// <param name="EntropyGradient">dLoss / dH, one number a token.</param>
internal sealed record EntropyResult(double Loss, double[] EntropyGradient);

/// <summary>
/// A reward for undecidedness, added to any policy objective: L = -coefficient * sum over tokens of w H_t, with H_t the entropy
/// (nats) of the distribution that the token was sampled from and w = 1 / N by default: the mean over all N tokens of the batch.
/// A negative coefficient makes it the entropy minimisation of arXiv 2505.15134.
/// </summary>
internal static class EntropyBonus
{
    /// <summary>One response's part of the batch's loss.</summary>
    /// <param name="entropies">H: one a token of the response.</param>
    /// <param name="coefficient">The weight of a nat of entropy.</param>
    /// <param name="batch">The whole batch's totals.</param>
    /// <param name="aggregation">The denominator, the policy objective's own; null: <see cref="Aggregation.TokenMean"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The batch is smaller than the response.</exception>
    public static EntropyResult Compute(
        ReadOnlySpan<double> entropies, double coefficient, BatchTotals batch, Aggregation? aggregation = null)
    {
        double weight = (aggregation ?? Aggregation.TokenMean).Weight(batch, entropies.Length), sum = 0;
        foreach (double entropy in entropies) sum += entropy;
        double[] gradient = new double[entropies.Length];
        Array.Fill(gradient, -coefficient * weight);
        return new EntropyResult(-coefficient * weight * sum, gradient);
    }
}
