namespace Innate.Learning.Objectives;

/// <summary>The numbers of direct preference optimization.</summary>
internal sealed record DpoOptions
{
    /// <summary>How strongly the policy is held to the reference: the temperature of the implied reward.</summary>
    public double Beta { get; init; } = 0.1;

    /// <summary>The probability that a pair's labels are the wrong way round (conservative DPO), 0 to less than 0.5.</summary>
    public double LabelSmoothing { get; init; }
}

/// <summary>
/// Direct preference optimization (Rafailov et al. 2023, arXiv 2305.18290, equation 7), the mean over the batch's P pairs:
/// <code>
/// r(y) = beta (log pi(y|x) - log ref(y|x)),  log pi(y|x) = sum over y's tokens, the end-of-turn token included
/// h    = r(chosen) - r(rejected)
/// L    = (1/P) sum over pairs of -(1 - eps) log sigmoid(h) - eps log sigmoid(-h)
/// dL/dlog p(t) = +-(beta/P) (eps sigmoid(h) - (1 - eps) sigmoid(-h)),  + for chosen's tokens, - for rejected's
/// </code>
/// eps is the label smoothing (Mitchell's note on conservative DPO, 2023); 0 gives the paper's.
/// </summary>
internal static class DpoObjective
{
    /// <summary>One pair's part of the batch's loss.</summary>
    /// <param name="chosen">The policy's log-probabilities (nats) of the better response's tokens.</param>
    /// <param name="rejected">The policy's log-probabilities of the worse response's tokens.</param>
    /// <param name="referenceChosen">The reference's log-probability of the better response: the sum over its tokens.</param>
    /// <param name="referenceRejected">The reference's log-probability of the worse response.</param>
    /// <param name="batchPairs">P: pairs in the whole batch.</param>
    /// <param name="options">Beta and label smoothing; null: the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">No pairs, beta not above 0, smoothing outside [0, 0.5).</exception>
    public static PairResult Compute(
        ReadOnlySpan<double> chosen, ReadOnlySpan<double> rejected, double referenceChosen, double referenceRejected,
        int batchPairs, DpoOptions? options = null)
    {
        options ??= new DpoOptions();
        double beta = options.Beta;
        ArgumentOutOfRangeException.ThrowIfLessThan(batchPairs, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(beta);
        double chosenReward = beta * (Sum(chosen) - referenceChosen);
        double rejectedReward = beta * (Sum(rejected) - referenceRejected);
        (double loss, double slope) = Sigmoid.PreferenceLoss(chosenReward - rejectedReward, options.LabelSmoothing);
        double[] chosenGradient = new double[chosen.Length], rejectedGradient = new double[rejected.Length];
        Array.Fill(chosenGradient, beta * slope / batchPairs);
        Array.Fill(rejectedGradient, -beta * slope / batchPairs);
        return new PairResult(loss / batchPairs, chosenGradient, rejectedGradient, chosenReward, rejectedReward);
    }

    private static double Sum(ReadOnlySpan<double> logProbs)
    {
        double sum = 0;
        foreach (double logProb in logProbs) sum += logProb;
        return sum;
    }
}
