namespace Innate.Learning.Objectives;

/// <summary>What the loss says of one pair of step scores.</summary>
/// <param name="Loss">To be minimised. The pair's part of the batch's: the parts add up to it.</param>
/// <param name="PositiveGradient">dLoss / d s+.</param>
/// <param name="NegativeGradient">dLoss / d s-.</param>
internal readonly record struct StepPairResult(double Loss, double PositiveGradient, double NegativeGradient);

/// <summary>
/// GRACE's losses on the discriminator's scores of a right and a wrong next step after one prefix (arXiv 2305.14934; confirmed
/// by the authors' code), the mean over the batch's P pairs:
/// <code>
/// max-margin:  L = (1/P) sum max(0, m - (s+ - s-)),  dL/ds+ = -1/P where s+ - s- is below m, else 0
/// log-sigmoid: L = (1/P) sum -log sigmoid(s+ - s-):  Bradley-Terry's
/// </code>
/// Scores are a tanh, so s+ - s- is at most 2. The margin is 1 in the authors' scripts, 0.1 where their code is given none.
/// </summary>
internal static class GraceObjective
{
    /// <summary>The margin of the authors' scripts.</summary>
    public const double ScriptMargin = 1;

    /// <summary>One pair's part of the max-margin loss. At the margin itself the slope is 0.</summary>
    /// <param name="positive">s+: the right step's score.</param>
    /// <param name="negative">s-: the wrong step's score.</param>
    /// <param name="batchPairs">P: pairs in the whole batch.</param>
    /// <param name="margin">m, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">No pairs, or a margin below 0.</exception>
    public static StepPairResult MaxMargin(
        double positive, double negative, int batchPairs = 1, double margin = ScriptMargin)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchPairs, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(margin);
        double lacking = margin - (positive - negative);
        if (lacking <= 0) return default;
        double slope = 1.0 / batchPairs;
        return new StepPairResult(lacking * slope, -slope, slope);
    }

    /// <summary>One pair's part of the log-sigmoid loss.</summary>
    /// <param name="positive">s+: the right step's score.</param>
    /// <param name="negative">s-: the wrong step's score.</param>
    /// <param name="batchPairs">P: pairs in the whole batch.</param>
    /// <exception cref="ArgumentOutOfRangeException">No pairs.</exception>
    public static StepPairResult LogSigmoid(double positive, double negative, int batchPairs = 1)
    {
        RewardPairResult pair = BradleyTerryObjective.Compute(positive, negative, batchPairs);
        return new StepPairResult(pair.Loss, pair.ChosenGradient, pair.RejectedGradient);
    }
}
