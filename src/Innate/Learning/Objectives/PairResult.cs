namespace Innate.Learning.Objectives;

/// <summary>What a preference objective says of one pair of responses.</summary>
/// <param name="Loss">To be minimised. The pair's part of the batch's: the parts add up to it.</param>
/// <param name="ChosenGradient">dLoss / d log-probability of each token of the better response.</param>
/// <param name="RejectedGradient">dLoss / d log-probability of each token of the worse response.</param>
/// <param name="ChosenReward">The reward implied for the better response; not divided by the batch's pairs.</param>
/// <param name="RejectedReward">The same for the worse one.</param>
internal sealed record PairResult(
    double Loss, double[] ChosenGradient, double[] RejectedGradient, double ChosenReward, double RejectedReward)
{
    /// <summary>The better response's reward minus the worse one's.</summary>
    public double Margin => ChosenReward - RejectedReward;

    /// <summary>Whether the policy ranks the pair as it should; a tie is a miss.</summary>
    public bool IsCorrect => Margin > 0;
}
