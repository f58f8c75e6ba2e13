namespace Innate.Learning.Objectives;

/// <summary>
/// Negative log-likelihood: L = -(1/N) sum_t log p(t), the mean over all N counted tokens of the whole batch. A long example
/// weighs more than a short one, and how the batch is cut into micro-batches does not matter: the mean of their means would.
/// </summary>
internal static class SupervisedObjective
{
    /// <summary>The loss of some of a batch's tokens, and its gradient -1/N.</summary>
    /// <param name="logProbs">Log-probabilities (nats) of the counted tokens of this micro-batch; may be empty.</param>
    /// <param name="batchTokens">N: counted tokens in the whole batch, at least as many as here.</param>
    /// <exception cref="ArgumentOutOfRangeException">N is less than 1 or than the tokens given.</exception>
    public static ObjectiveResult Compute(ReadOnlySpan<double> logProbs, long batchTokens)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchTokens, Math.Max(1, logProbs.Length));
        double sum = 0;
        foreach (double logProb in logProbs) sum += logProb;
        double[] gradient = new double[logProbs.Length];
        Array.Fill(gradient, -1.0 / batchTokens);
        return new ObjectiveResult(-sum / batchTokens, gradient);
    }
}
