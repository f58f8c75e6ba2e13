namespace Innate.Learning.Objectives;

/// <summary>The numbers of simple preference optimization.</summary>
internal sealed record SimPoOptions
{
    /// <summary>The scale of the reward.</summary>
    public double Beta { get; init; } = 2;

    /// <summary>
    /// By how much the better response's reward should exceed the worse one's. The authors' code states it as a part of beta:
    /// their <c>gamma_beta_ratio</c> is gamma / beta.
    /// </summary>
    public double Gamma { get; init; } = 1;
}

/// <summary>
/// Simple preference optimization (Meng et al. 2024, arXiv 2405.14734, equation 6): no reference, rewards are means over
/// tokens, so length earns nothing. The mean over the batch's P pairs:
/// <code>
/// r(y) = (beta / |y|) log pi(y|x),  |y| = its tokens, the end-of-turn token included
/// L    = (1/P) sum over pairs of -log sigmoid(r(chosen) - r(rejected) - gamma)
/// dL/dlog p(t) = -(beta / (P |chosen|)) sigmoid(gamma + r(rejected) - r(chosen)) for chosen's tokens,
///                +(beta / (P |rejected|)) of the same for rejected's
/// </code>
/// </summary>
internal static class SimPoObjective
{
    /// <summary>One pair's part of the batch's loss.</summary>
    /// <param name="chosen">The policy's log-probabilities (nats) of the better response's tokens; not empty.</param>
    /// <param name="rejected">The policy's log-probabilities of the worse response's tokens; not empty.</param>
    /// <param name="batchPairs">P: pairs in the whole batch.</param>
    /// <param name="options">Beta and gamma; null: the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An empty response, no pairs, beta not above 0, gamma below 0.</exception>
    public static PairResult Compute(
        ReadOnlySpan<double> chosen, ReadOnlySpan<double> rejected, int batchPairs, SimPoOptions? options = null)
    {
        options ??= new SimPoOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(batchPairs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(chosen.Length, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(rejected.Length, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Beta);
        ArgumentOutOfRangeException.ThrowIfNegative(options.Gamma);
        double chosenReward = options.Beta * Mean(chosen), rejectedReward = options.Beta * Mean(rejected);
        double h = chosenReward - rejectedReward - options.Gamma;
        double slope = -options.Beta * Sigmoid.Of(-h) / batchPairs;
        double[] chosenGradient = new double[chosen.Length], rejectedGradient = new double[rejected.Length];
        Array.Fill(chosenGradient, slope / chosen.Length);
        Array.Fill(rejectedGradient, -slope / rejected.Length);
        return new PairResult(-Sigmoid.Log(h) / batchPairs, chosenGradient, rejectedGradient, chosenReward, rejectedReward);
    }

    private static double Mean(ReadOnlySpan<double> logProbs)
    {
        double sum = 0;
        foreach (double logProb in logProbs) sum += logProb;
        return sum / logProbs.Length;
    }
}
