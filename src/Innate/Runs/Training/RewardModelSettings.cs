using Innate.Learning;
using Innate.Learning.Data;
using Innate.Text;

namespace Innate.Runs.Training;

/// <summary>What a trained reward model reads, and what its head says of it.</summary>
public enum RewardHead
{
    /// <summary>One number a text, read at its last token: a pair's better response should have the higher one.</summary>
    Scalar,

    /// <summary>For each step of a solution the chance that it is right, read where it ends.</summary>
    Process,

    /// <summary>One number a response beside a reference (POLAR, arXiv 2507.05197): how much they are alike.</summary>
    Polar,
}

/// <summary>
/// Training of a reward model. By default as Skywork-Reward-V2's development runs (arXiv 2507.01352, by paper), where that
/// scales: 4e-6 with linear decay, one time through the rows, no margin. Their batch of 256 does not: it is 8 here.
/// </summary>
public sealed record RewardModelSettings : TrainingSettings
{
    /// <summary>The defaults.</summary>
    public RewardModelSettings() => Schedule = LearningRateDecay.Linear;

    /// <summary>The head.</summary>
    public RewardHead Head { get; init; } = RewardHead.Scalar;

    /// <summary>
    /// Of a process head: where it wants responses cut whose steps are not given; its config says so. Null: at paragraphs.
    /// </summary>
    public StepSplit? Split { get; init; }

    /// <summary>
    /// By how much the better response's reward should exceed the worse one's, where a row does not say; null: 0.
    /// </summary>
    public double? Margin { get; init; }

    /// <summary>The probability that a pair's labels are the wrong way round; null: 0.</summary>
    public double? LabelSmoothing { get; init; }

    /// <summary>The share of the pairs whose worse response becomes one that says nothing; null: none.</summary>
    public double? EmptyKeys { get; init; }

    /// <summary>What becomes of rows that are longer than <see cref="TrainingSettings.MaxTokens"/>.</summary>
    public OverLength OverLength { get; init; } = OverLength.Skip;

    internal override (double Whole, double Lora) DefaultRates => (4e-6, 4e-5);
}
