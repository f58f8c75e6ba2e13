namespace Innate.Learning;

/// <summary>
/// What a recipe is to the training loop: it adds one batch's gradients, measures held-out loss, and can name a batch's rows.
/// </summary>
public interface ITrainingRecipe
{
    /// <summary>Adds the gradients of a step's whole batch.</summary>
    /// <param name="stepNumber">From 1; with the run's seed it decides everything.</param>
    /// <param name="cancellation">Stops midway; gradients are then incomplete.</param>
    StepLoss AddGradients(int stepNumber, CancellationToken cancellation);

    /// <summary>What held-out rows say after a step, by name; empty where there are none.</summary>
    /// <param name="stepNumber">The step that was taken.</param>
    /// <param name="cancellation">Stops midway.</param>
    IReadOnlyList<(string Name, double Value)> HeldOut(int stepNumber, CancellationToken cancellation);

    /// <summary>Names the rows of a step's batch, for a sentence: "train.jsonl, lines 3, 17".</summary>
    string RowsOf(int stepNumber);

    /// <summary>The optimizer's own count of a step, from 1: smaller where its means were emptied since the beginning.</summary>
    int OptimizerStep(int stepNumber) => stepNumber;

    /// <summary>
    /// Whether a run can be saved and stopped after a step: what later steps need beside the weights is a function of the step.
    /// </summary>
    bool IsBoundary(int stepNumber);
}
