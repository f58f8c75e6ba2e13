namespace Innate.Learning.Ranks;

/// <summary>A recipe whose batches can be cut into shares, each computed by itself, perhaps by another process.</summary>
internal interface IDividedRecipe : ITrainingRecipe
{
    /// <summary>
    /// Adds the gradients of one share of a step's batch; the loss's denominators are those of the whole batch.
    /// </summary>
    /// <param name="stepNumber">From 1.</param>
    /// <param name="share">From 0.</param>
    /// <param name="cancellation">Stops midway; gradients are then incomplete.</param>
    SharePart AddShare(int stepNumber, int share, CancellationToken cancellation);

    /// <summary>The step's numbers.</summary>
    /// <param name="parts">What all shares told, in their order.</param>
    StepLoss Join(IReadOnlyList<SharePart> parts);
}
