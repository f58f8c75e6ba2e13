using Innate.Learning;
using Innate.Learning.Data;
using Innate.Learning.Optimization;
using Innate.Learning.Runs;
using Innate.Rows;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Runs.Training;

/// <summary>The types in which an optimizer's running means are kept.</summary>
public enum MomentType
{
    /// <summary>Eight bytes a weight for the two.</summary>
    Float32,

    /// <summary>Four bytes a weight: the mean rounded to the nearest, the mean square up or down at random.</summary>
    Bfloat16,
}

/// <summary>What all training runs share.</summary>
public abstract record TrainingSettings
{
    /// <summary>The model to be trained: a decoder that runs here.</summary>
    public ModelSource Model { get; init; } = new();

    /// <summary>How text becomes ids.</summary>
    public ChatFormatOptions Format { get; init; } = new();

    /// <summary>The rows to learn from: a file of JSON lines, a JSON array or a table, or a dataset's folder.</summary>
    public required string Data { get; init; }

    /// <summary>The file's own names of fields (<see cref="Rows.RowColumns.Parse"/>); null: none of its own.</summary>
    public string? Columns { get; init; }

    /// <summary>The run's folder; the result is its folder <c>final</c>.</summary>
    public required string Output { get; init; }

    /// <summary>Optimizer steps; null: what <see cref="Epochs"/> gives.</summary>
    public int? Steps { get; init; }

    /// <summary>Times to go through the rows; null: 1, or what <see cref="Steps"/> gives.</summary>
    public double? Epochs { get; init; }

    /// <summary>Rows an optimizer step.</summary>
    public int BatchSize { get; init; } = 8;

    /// <summary>Rows computed together: fewer need less memory, gradients add up; null: the batch.</summary>
    public int? MicroBatchSize { get; init; }

    /// <summary>
    /// Parts of a step's rows whose gradients are computed by themselves and then added, always in the same order: as many
    /// processes as that can divide the work, and none of them changes a bit. The number itself decides the last bits.
    /// </summary>
    public int Shares { get; init; } = 1;

    /// <summary>The highest learning rate; null: the recipe's, which is ten times higher with LoRA.</summary>
    public double? LearningRate { get; init; }

    /// <summary>Steps to reach it, or a share of all steps below 1.</summary>
    public double Warmup { get; init; } = 0.03;

    /// <summary>Steps to hold it, or a share of all steps below 1.</summary>
    public double Stable { get; init; }

    /// <summary>How it then falls.</summary>
    public LearningRateDecay Schedule { get; init; } = LearningRateDecay.Cosine;

    /// <summary>What share of it is left at the end.</summary>
    public double FinalRate { get; init; }

    /// <summary>AdamW's decay of matrices, a unit of learning rate.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>AdamW's decay of the mean gradient.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>AdamW's decay of the mean squared gradient.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>The largest norm of all gradients; 0: no clipping.</summary>
    public double Clip { get; init; } = 1;

    /// <summary>In which type the optimizer keeps its running means of matrices.</summary>
    public MomentType OptimizerState { get; init; } = MomentType.Float32;

    /// <summary>Decides the order of rows, fresh adapters, dropout: one seed, the same bits.</summary>
    public ulong Seed { get; init; }

    /// <summary>A checkpoint every so many steps; 0: only when the run is interrupted.</summary>
    public int SaveEvery { get; init; }

    /// <summary>Checkpoints to keep.</summary>
    public int Keep { get; init; } = 2;

    /// <summary>Go on from the newest checkpoint, to the bits of an unbroken run.</summary>
    public bool Resume { get; init; }

    /// <summary>Learn low-rank adapters of this rank, and leave the weights alone; 0: learn the weights.</summary>
    public int LoraRank { get; init; }

    /// <summary>Adapters are scaled by alpha / rank; null: alpha is twice the rank.</summary>
    public double? LoraAlpha { get; init; }

    /// <summary>The share of an adapter's inputs left out at random.</summary>
    public double LoraDropout { get; init; }

    /// <summary>The linear layers to adapt, by name; empty: all.</summary>
    public IReadOnlyList<string> LoraTargets { get; init; } = [];

    /// <summary>Add the adapters to the weights at the end: the result is a whole model.</summary>
    public bool Merge { get; init; }

    /// <summary>Tensors that stay as they are, * for any characters.</summary>
    public IReadOnlyList<string> Freeze { get; init; } = [];

    /// <summary>Held-out rows; null: none.</summary>
    public string? EvalData { get; init; }

    /// <summary>Measure them every so many steps; null: ten times a run.</summary>
    public int? EvalEvery { get; init; }

    /// <summary>Show a decoded sample every so many steps; null: eight times a run.</summary>
    public int? SampleEvery { get; init; }

    /// <summary>The longest row, in tokens; null: the model's context.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>By what the run chooses the model that it ends with; null: it ends with the last.</summary>
    internal ModelChoice? Choice { get; init; }

    /// <summary>The run's page; null: run.html in its folder.</summary>
    internal string? ReportFile { get; init; }

    /// <summary>What the run learns from, for messages.</summary>
    internal virtual string DataName => Data;

    /// <summary>What decides the bits of what it learns from.</summary>
    internal virtual string DataDigest => RowInput.DigestOf(Data);

    /// <summary>Whether adapters learn, and not the weights.</summary>
    public bool HasLora => LoraRank > 0;

    /// <summary>Rows computed together.</summary>
    internal int MicroBatch => MicroBatchSize ?? BatchSize;

    /// <summary>The recipe's learning rates: of whole weights, and of adapters.</summary>
    internal abstract (double Whole, double Lora) DefaultRates { get; }

    /// <summary>The learning rate that counts.</summary>
    internal double Rate => LearningRate ?? (HasLora ? DefaultRates.Lora : DefaultRates.Whole);

    /// <summary>Optimizer steps.</summary>
    /// <param name="rows">Rows to learn from.</param>
    /// <param name="updatesPerBatch">Steps that learn from one batch.</param>
    internal int StepsOf(int rows, int updatesPerBatch = 1) =>
        Steps ?? (int)Math.Ceiling((Epochs ?? 1) * rows / BatchSize) * updatesPerBatch;

    /// <summary>The loop of so many steps.</summary>
    internal TrainingLoopOptions Loop(int steps) => new()
    {
        Steps = steps,
        Schedule = new LearningRateSchedule
        {
            Peak = Rate,
            WarmupSteps = Warmup < 1 ? (long)Math.Round(Warmup * steps) : (long)Warmup,
            Stable = Stable < 1 ? Math.Round(Stable * steps) : Stable,
            Decay = Schedule,
            FinalFraction = FinalRate,
        },
        Optimizer = new AdamWOptions
        {
            Beta1 = Beta1,
            Beta2 = Beta2,
            WeightDecay = WeightDecay,
            MaxGradientNorm = Clip > 0 ? Clip : double.PositiveInfinity,
        },
        SaveEvery = SaveEvery,
        EvalEvery = Choice is { } choice ? choice.Every ?? Math.Max(1, steps / 8)
            : EvalData is null ? 0 : EvalEvery ?? Math.Max(1, steps / 10),
        SampleEvery = SampleEvery ?? Math.Max(1, steps / 8),
    };
}

/// <summary>The objectives of supervised fine-tuning.</summary>
public enum SupervisedLoss
{
    /// <summary>The negative log-likelihood of the counted tokens, their mean over the batch.</summary>
    LogLikelihood,

    /// <summary>
    /// GenRM (arXiv 2408.15240): the mean over verifications and, with a weight, that over solutions; rows say by <c>verifies</c>
    /// which they are.
    /// </summary>
    GenRm,
}

/// <summary>Supervised fine-tuning.</summary>
public sealed record SupervisedSettings : TrainingSettings
{
    /// <summary>The tokens that count.</summary>
    public LossTokens Loss { get; init; } = LossTokens.Response;

    /// <summary>What becomes of rows that are longer than <see cref="TrainingSettings.MaxTokens"/>.</summary>
    public OverLength OverLength { get; init; } = OverLength.Skip;

    /// <summary>What is minimised.</summary>
    public SupervisedLoss Objective { get; init; }

    /// <summary>GenRM: lambda, what solutions weigh beside verifications; null: 0.25.</summary>
    public double? SolutionWeight { get; init; }

    internal override (double Whole, double Lora) DefaultRates => (2e-5, 2e-4);
}

/// <summary>The objectives of preference training.</summary>
public enum PreferenceObjective
{
    /// <summary>Direct preference optimization (arXiv 2305.18290).</summary>
    Dpo,

    /// <summary>SimPO (arXiv 2405.14734): no reference, a margin of mean log-probabilities.</summary>
    SimPo,
}

/// <summary>Learning from pairs of a chosen and a rejected response.</summary>
public sealed record PreferenceSettings : TrainingSettings
{
    /// <summary>The objective.</summary>
    public PreferenceObjective Objective { get; init; } = PreferenceObjective.Dpo;

    /// <summary>DPO: how strongly the policy is held to the reference; SimPO: the reward's scale; null: 0.1 and 2.</summary>
    public double? Beta { get; init; }

    /// <summary>SimPO: the margin that is asked for; null: 1.</summary>
    public double? Gamma { get; init; }

    /// <summary>DPO: the probability that a pair's labels are the wrong way round; null: 0.</summary>
    public double? LabelSmoothing { get; init; }

    /// <summary>DPO: the frozen model; null: the model as it is at the start.</summary>
    public string? Reference { get; init; }

    /// <summary>What becomes of rows that are longer than <see cref="TrainingSettings.MaxTokens"/>.</summary>
    public OverLength OverLength { get; init; } = OverLength.Skip;

    internal override (double Whole, double Lora) DefaultRates => (1e-6, 1e-5);
}
