using Innate.Judges;
using Innate.Reinforcement;
using Innate.Runs.Aligning.Handover;
using Innate.Scoring.Expressions;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Runs.Aligning;

/// <summary>How a model learns to please its reward.</summary>
public enum AlignMethod
{
    /// <summary>Reinforcement learning: groups of answers, compared with one another.</summary>
    Rl,

    /// <summary>Semi-online DPO: the best answer of a group against the worst, fresh pairs every few steps.</summary>
    Dpo,

    /// <summary>Rejection sampling: the best of each group becomes an example of supervised fine-tuning.</summary>
    BestOfN,
}

/// <summary>What says whether an answer is good: never the reward that is learned from.</summary>
public enum AlignMeasure
{
    /// <summary>The gold answer where the prompts have one, else the judge where another model is named, else nothing.</summary>
    Auto,

    /// <summary>The prompts' gold answers.</summary>
    Gold,

    /// <summary>A judge of another model.</summary>
    Judge,

    /// <summary>An expression that needs no model, such as <c>check(one_line)</c>.</summary>
    Check,

    /// <summary>Nothing: whether the model is better cannot be said.</summary>
    None,
}

/// <summary>From a model and prompts to a better model, or to the sentence that it is not shown to be better.</summary>
public sealed record AlignSettings
{
    /// <summary>The model to begin with: a decoder that runs here.</summary>
    public ModelSource Model { get; init; } = new();

    /// <summary>How text becomes ids; a system prompt also steers the reward.</summary>
    public ChatFormatOptions Format { get; init; } = new();

    /// <summary>Rows of prompts: a file of JSON lines, a JSON array or a table, or a dataset's folder.</summary>
    public required string Prompts { get; init; }

    /// <summary>The file's own names of fields (<see cref="Rows.RowColumns.Parse"/>); null: none of its own.</summary>
    public string? Columns { get; init; }

    /// <summary>The run's folder.</summary>
    public required string Output { get; init; }

    /// <summary>
    /// Another trainer, for which <see cref="Handover.HandoverRun"/> writes a folder; null: the model learns here.
    /// </summary>
    public AlignTrainer? On { get; init; }

    /// <summary>How it learns.</summary>
    public AlignMethod Method { get; init; } = AlignMethod.Rl;

    /// <summary>The reward and what surrounds it; objective and advantage are the method's.</summary>
    public RlRecipe Recipe { get; init; } = RlRecipe.Preset("endorm-grpo");

    /// <summary>What says whether answers are good.</summary>
    public AlignMeasure Measure { get; init; } = AlignMeasure.Auto;

    /// <summary>With <see cref="AlignMeasure.Check"/>: an expression without a model, from 0 to 1.</summary>
    public RewardExpression? Check { get; init; }

    /// <summary>The model that judges, another than the one that learns; null: none.</summary>
    public ModelSource? JudgeModel { get; init; }

    /// <summary>How it judges: <see cref="JudgeKind.Verifier"/> or <see cref="JudgeKind.Pointwise"/>.</summary>
    public JudgeSettings Judge { get; init; } = new();

    /// <summary>Prompts that are read once, at the end; null: three of ten, at most 300.</summary>
    public int? JudgePrompts { get; init; }

    /// <summary>Prompts by which the model is chosen; null: three of twenty, at most 60.</summary>
    public int? ChoosePrompts { get; init; }

    /// <summary>Answers to each prompt that measures.</summary>
    public int Samples { get; init; } = 8;

    /// <summary>Optimizer steps; null: 40, or of <see cref="AlignMethod.BestOfN"/> two times through the prompts.</summary>
    public int? Steps { get; init; }

    /// <summary>Prompts a batch of answers, or examples an optimizer step.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>Prompts computed together; null: the batch.</summary>
    public int? MicroBatchSize { get; init; }

    /// <summary>The longest answer, its end token included.</summary>
    public int MaxResponseTokens { get; init; } = 256;

    /// <summary>The highest learning rate; null: <see cref="AlignRates"/>.</summary>
    public double? LearningRate { get; init; }

    /// <summary>Learn low-rank adapters of this rank; 0: the weights.</summary>
    public int LoraRank { get; init; }

    /// <summary>Checkpoints a run, to go on from.</summary>
    public int Checkpoints { get; init; } = 4;

    /// <summary>What may not get worse.</summary>
    public AlignLimits Limits { get; init; } = new();

    /// <summary>Decides the three sets, the samples and the learning: one seed, the same bits.</summary>
    public ulong Seed { get; init; }

    /// <summary>Lines of a shell that use the model in its folder, for its card; empty: the card shows none.</summary>
    public IReadOnlyList<string> Usage { get; init; } = [];

    /// <summary>Go on where an earlier run of the same settings was interrupted, to the same bits.</summary>
    public bool Resume { get; init; }
}
