namespace Innate.Learning.Objectives;

/// <summary>The numbers of the Bradley-Terry loss.</summary>
internal sealed record BradleyTerryOptions
{
    /// <summary>
    /// By how much the better response's reward should exceed the worse one's; 0: Skywork-Reward-V2's and POLAR's.
    /// </summary>
    public double Margin { get; init; }

    /// <summary>The probability that a pair's labels are the wrong way round, 0 to less than 0.5.</summary>
    public double LabelSmoothing { get; init; }
}

/// <summary>What the loss says of one pair of rewards.</summary>
/// <param name="Loss">To be minimised. The pair's part of the batch's: the parts add up to it.</param>
/// <param name="ChosenProbability">sigmoid(r_w - r_l), whatever the margin: how likely the model holds the label to be.</param>
/// <param name="ChosenGradient">dLoss / d r_w.</param>
/// <param name="RejectedGradient">dLoss / d r_l.</param>
internal readonly record struct RewardPairResult(
    double Loss, double ChosenProbability, double ChosenGradient, double RejectedGradient);

/// <summary>
/// The Bradley-Terry loss on the rewards of a pair (Bradley and Terry 1952; Skywork-Reward-V2, arXiv 2507.01352: neither margin
/// nor centring, confirmed by the paper), the mean over the batch's P pairs:
/// <code>
/// h = r_w - r_l - m,  w the better response, l the worse, m the margin
/// L = (1/P) sum over pairs of -(1 - eps) log sigmoid(h) - eps log sigmoid(-h)
/// dL/dr_w = -dL/dr_l = (1/P) (eps sigmoid(h) - (1 - eps) sigmoid(-h))
/// </code>
/// POLAR (arXiv 2507.05197) is trained with the same loss: there w is a trajectory of the reference's own policy and l one of
/// another. eps is the label smoothing, as in <see cref="DpoObjective"/>; 0 gives the papers'.
/// </summary>
internal static class BradleyTerryObjective
{
    /// <summary>One pair's part of the batch's loss.</summary>
    /// <param name="chosen">r_w: the better response's reward.</param>
    /// <param name="rejected">r_l: the worse response's reward.</param>
    /// <param name="batchPairs">P: pairs in the whole batch.</param>
    /// <param name="options">Margin and label smoothing; null: neither.</param>
    /// <exception cref="ArgumentOutOfRangeException">No pairs, a margin below 0, smoothing outside [0, 0.5).</exception>
    public static RewardPairResult Compute(
        double chosen, double rejected, int batchPairs = 1, BradleyTerryOptions? options = null)
    {
        options ??= new BradleyTerryOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(batchPairs, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(options.Margin);
        double h = chosen - rejected - options.Margin;
        (double loss, double slope) = Sigmoid.PreferenceLoss(h, options.LabelSmoothing);
        slope /= batchPairs;
        return new RewardPairResult(loss / batchPairs, Sigmoid.Of(chosen - rejected), slope, -slope);
    }
}
