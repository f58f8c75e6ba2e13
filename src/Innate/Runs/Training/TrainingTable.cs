using System.Globalization;
using Innate.Learning;
using Innate.Learning.Data;
using Innate.Reinforcement;
using Innate.Runs.Settings;

namespace Innate.Runs.Training;

/// <summary>The settings that all training runs share, as rows of their tables.</summary>
internal static class TrainingTable
{
    private const string AtLeast1 = "a whole number of at least 1";
    private const string AtLeast0 = "a whole number of at least 0";

    /// <summary>The rows.</summary>
    /// <param name="rates">The default learning rates, in words.</param>
    /// <param name="schedule">The default schedule.</param>
    public static IReadOnlyList<Setting<T>> Rows<T>(string rates, string schedule = "cosine")
        where T : TrainingSettings =>
        [.. Run<T>(), .. Optimizer<T>(rates, schedule), .. Keeping<T>(), .. Lora<T>(), .. Watching<T>()];

    /// <summary>What becomes of rows that are too long.</summary>
    public static Setting<T> OverLength<T>(Func<T, OverLength> get, Func<T, OverLength, T> set) => new(
        "OverLength", SettingForm.Choice, "Longer rows [default: skip]")
    {
        Choices = Names<OverLength>(),
        Get = s => NameOf(get(s)),
        Set = (s, v) => set(s, Named<OverLength>(v)),
    };

    /// <summary>The names of an enumeration's values, as they are written: group-normalized.</summary>
    public static IReadOnlyList<string> Names<TEnum>()
        where TEnum : struct, Enum => [.. Enum.GetValues<TEnum>().Select(v => NameOf(v))];

    /// <summary>A value's name.</summary>
    public static string NameOf(Enum value) => RecipeNames.Of(value);

    /// <summary>The value of a name that is one of <see cref="Names"/>.</summary>
    public static TEnum Named<TEnum>(object name)
        where TEnum : struct, Enum => Enum.GetValues<TEnum>().First(v => NameOf(v) == (string)name);

    private static IEnumerable<Setting<T>> Run<T>()
        where T : TrainingSettings =>
    [
        new("Data", SettingForm.Text,
            "The rows to learn from: JSON lines, a JSON array, CSV, Parquet, also gzipped; or a dataset's folder [no default]")
        {
            ValueName = "FILE", IsRequired = true, DecidesBits = false, Get = s => s.Data, Set = (s, v) =>
                s with { Data = (string)v },
        },
        new("Columns", SettingForm.Text,
            "The file's own names of fields: prompt=question,completion=answer [off: the usual names]")
        {
            ValueName = "FIELD=COLUMN,...", Get = s => s.Columns, Set = (s, v) => s with { Columns = (string)v },
        },
        new("Output", SettingForm.Text, "The run's folder; the result is DIR/final")
        {
            ValueName = "DIR", IsRequired = true, DecidesBits = false, Get = s => s.Output, Set = (s, v) =>
                s with { Output = (string)v },
        },
        new("Steps", SettingForm.Whole, "Optimizer steps [default: what the epochs give]")
        {
            DecidesBits = false, Get = s => s.Steps, Set = (s, v) => s with { Steps = (int)v },
            Expected = $"{AtLeast1}, and none beside {{Epochs}}", IsInRange = s =>
                s.Steps is null or >= 1 && (s.Steps is null || s.Epochs is null),
        },
        new("Epochs", SettingForm.Number, "Times to go through the rows [default: 1]")
        {
            DecidesBits = false, Get = s => s.Epochs, Set = (s, v) => s with { Epochs = (double)v },
            Expected = "a number above 0", IsInRange = s => s.Epochs is null or (> 0 and <= 1e6),
        },
        new("BatchSize", SettingForm.Whole, "Rows an optimizer step [default: 8]")
        {
            Get = s => s.BatchSize, Set = (s, v) => s with { BatchSize = (int)v },
            Expected = AtLeast1, IsInRange = s => s.BatchSize is >= 1 and <= 1 << 20,
        },
        new("MicroBatchSize", SettingForm.Whole,
            "Rows computed together: fewer need less memory, gradients add up [default: the batch]")
        {
            Get = s => s.MicroBatchSize, Set = (s, v) => s with { MicroBatchSize = (int)v },
            Expected = "a whole number from 1 to {BatchSize}",
            IsInRange = s => s.MicroBatchSize is null || (s.MicroBatchSize >= 1 && s.MicroBatchSize <= Math.Max(s.BatchSize, 0)),
        },
        new("Shares", SettingForm.Whole,
            "Parts of a step whose gradients are computed apart and then added: up to as many processes (mpirun -n N) divide "
            + "them, and change no bit; the number itself changes the last bits [default: 1]")
        {
            ValueName = "N", Get = s => s.Shares, Set = (s, v) => s with { Shares = (int)v },
            // A checkpoint of a run before there was a choice says nothing.
            ToDeciding = s => s.Shares == 1 ? null : s.Shares.ToString(CultureInfo.InvariantCulture),
            Expected = "a whole number from 1 to {BatchSize}",
            IsInRange = s => s.Shares >= 1 && s.Shares <= Math.Max(s.BatchSize, 1),
        },
    ];

    private static IEnumerable<Setting<T>> Optimizer<T>(string rates, string schedule)
        where T : TrainingSettings =>
    [
        new("LearningRate", SettingForm.Number, $"The highest learning rate [default: {rates}]")
        {
            Get = s => s.Rate, Set = (s, v) => s with { LearningRate = (double)v },
            Expected = "a number above 0, at most 10", IsInRange = s => s.Rate is > 0 and <= 10,
        },
        new("Warmup", SettingForm.Number, "Steps to reach it, or a share of all below 1 [default: 0.03]")
        {
            Get = s => s.Warmup, Set = (s, v) => s with { Warmup = (double)v },
            Expected = "a share below 1 or whole steps", IsInRange = s =>
                s.Warmup >= 0 && (s.Warmup < 1 || s.Warmup == Math.Floor(s.Warmup)),
        },
        new("Stable", SettingForm.Number, "Steps to hold it before it falls, or a share of all below 1 [default: 0]")
        {
            Get = s => s.Stable, Set = (s, v) => s with { Stable = (double)v },
            Expected = "a share below 1 or whole steps", IsInRange = s =>
                s.Stable >= 0 && (s.Stable < 1 || s.Stable == Math.Floor(s.Stable)),
        },
        new("Schedule", SettingForm.Choice, $"How it then falls [default: {schedule}]")
        {
            Choices = ["cosine", "linear", "constant"],
            Get = s => NameOf(s.Schedule), Set = (s, v) => s with { Schedule = Named<LearningRateDecay>(v) },
        },
        new("FinalRate", SettingForm.Number, "What share of it is left at the end [default: 0]")
        {
            Get = s => s.FinalRate, Set = (s, v) => s with { FinalRate = (double)v },
            Expected = "a number from 0 to 1", IsInRange = s => s.FinalRate is >= 0 and <= 1,
        },
        new("WeightDecay", SettingForm.Number, "AdamW's decay of matrices, a unit of learning rate [default: 0.01]")
        {
            Get = s => s.WeightDecay, Set = (s, v) => s with { WeightDecay = (double)v },
            Expected = "a number of at least 0, below 10", IsInRange = s => s.WeightDecay is >= 0 and < 10,
        },
        new("Beta1", SettingForm.Number, "AdamW's decay of the mean gradient [default: 0.9]")
        {
            Get = s => s.Beta1, Set = (s, v) => s with { Beta1 = (double)v },
            Expected = "a number from 0 to below 1", IsInRange = s => s.Beta1 is >= 0 and < 1,
        },
        new("Beta2", SettingForm.Number, "AdamW's decay of the mean squared gradient [default: 0.999]")
        {
            Get = s => s.Beta2, Set = (s, v) => s with { Beta2 = (double)v },
            Expected = "a number from 0 to below 1", IsInRange = s => s.Beta2 is >= 0 and < 1,
        },
        new("Clip", SettingForm.Number, "The largest norm of all gradients; 0: no clipping [default: 1]")
        {
            Get = s => s.Clip, Set = (s, v) => s with { Clip = (double)v },
            Expected = "a number of at least 0", IsInRange = s => s.Clip >= 0,
        },
        new("OptimizerState", SettingForm.Choice,
            "How AdamW keeps its two means of matrices; bfloat16 halves their memory and changes the bits [default: float32]")
        {
            Choices = Names<MomentType>(), IsRecipe = true,
            Get = s => NameOf(s.OptimizerState), Set = (s, v) => s with { OptimizerState = Named<MomentType>(v) },
            // A checkpoint of a run before there was a choice says nothing.
            ToDeciding = s => s.OptimizerState == MomentType.Float32 ? null : s.OptimizerState.ToString(),
            NoEffect = s => s.OptimizerState == MomentType.Float32 || !s.HasLora ? null
                : "float32 beside {LoraRank}: adapters have few means",
        },
    ];

    private static IEnumerable<Setting<T>> Keeping<T>()
        where T : TrainingSettings =>
    [
        new("Seed", SettingForm.Seed, "Decides the order of rows, fresh adapters, dropout: one seed, the same bits [default: 0]")
        {
            ValueName = "S", Get = s => s.Seed, Set = (s, v) => s with { Seed = (ulong)v },
        },
        new("SaveEvery", SettingForm.Whole, "A checkpoint every so many steps; 0: only when interrupted [default: 0]")
        {
            DecidesBits = false, Get = s => s.SaveEvery, Set = (s, v) => s with { SaveEvery = (int)v },
            Expected = AtLeast0, IsInRange = s => s.SaveEvery >= 0,
        },
        new("Keep", SettingForm.Whole, "Checkpoints to keep [default: 2]")
        {
            DecidesBits = false, Get = s => s.Keep, Set = (s, v) => s with { Keep = (int)v },
            Expected = AtLeast1, IsInRange = s => s.Keep >= 1,
        },
        new("Resume", SettingForm.Flag, "Go on from the newest checkpoint, to the bits of an unbroken run [off]")
        {
            DecidesBits = false, Get = s => s.Resume, Set = (s, v) => s with { Resume = (bool)v },
        },
    ];

    private static IEnumerable<Setting<T>> Lora<T>()
        where T : TrainingSettings =>
    [
        new("LoraRank", SettingForm.Whole, "Learn low-rank adapters of this rank, and leave the weights alone [off]")
        {
            Get = s => s.LoraRank, Set = (s, v) => s with { LoraRank = (int)v },
            Expected = "a whole number from 0 to 4096", IsInRange = s => s.LoraRank is >= 0 and <= 4096,
        },
        new("LoraAlpha", SettingForm.Number, "Adapters are scaled by alpha / rank [default: twice the rank]")
        {
            Get = s => s.LoraAlpha, Set = (s, v) => s with { LoraAlpha = (double)v }, NoEffect = WithoutLora,
            Expected = "a number above 0", IsInRange = s => s.LoraAlpha is null or > 0,
        },
        new("LoraDropout", SettingForm.Number, "The share of an adapter's inputs left out at random [default: 0]")
        {
            Get = s => s.LoraDropout, Set = (s, v) => s with { LoraDropout = (double)v },
            NoEffect = s => s.LoraDropout == 0 ? null : WithoutLora(s),
            Expected = "a number from 0 to below 1", IsInRange = s => s.LoraDropout is >= 0 and < 1,
        },
        new("LoraTargets", SettingForm.Names, "The linear layers to adapt, by name [default: all]")
        {
            ValueName = "A,B", Get = s => s.LoraTargets, Set = (s, v) =>
                s with { LoraTargets = (string[])v }, NoEffect = WithoutLora,
        },
        new("Merge", SettingForm.Flag, "Add the adapters to the weights at the end: DIR/final is a whole model [off]")
        {
            DecidesBits = false, Get = s => s.Merge, Set = (s, v) => s with { Merge = (bool)v }, NoEffect = WithoutLora,
        },
        new("Freeze", SettingForm.Texts, "Tensors that stay as they are, * for any characters; repeatable [off: all learn]")
        {
            ValueName = "NAME", Get = s => s.Freeze, Set = (s, v) => s with { Freeze = (string[])v },
            NoEffect = s => s.HasLora && s.Freeze.Count > 0
                ? "none beside {LoraRank}, which freezes all of the model's own weights" : null,
        },
    ];

    private static IEnumerable<Setting<T>> Watching<T>()
        where T : TrainingSettings =>
    [
        new("EvalData", SettingForm.Text, "Held-out rows: their loss is eval_loss [off]")
        {
            ValueName = "FILE", DecidesBits = false, Get = s => s.EvalData, Set = (s, v) => s with { EvalData = (string)v },
        },
        new("EvalEvery", SettingForm.Whole, "Measure it every so many steps [default: ten times a run]")
        {
            DecidesBits = false, Get = s => s.EvalEvery, Set = (s, v) => s with { EvalEvery = (int)v },
            Expected = AtLeast1, IsInRange = s => s.EvalEvery is null or >= 1,
            NoEffect = s => s.EvalData is null ? "none without {EvalData}" : null,
        },
        new("SampleEvery", SettingForm.Whole, "Show a decoded sample every so many steps [default: eight times a run]")
        {
            DecidesBits = false, Get = s => s.SampleEvery, Set = (s, v) => s with { SampleEvery = (int)v },
            Expected = AtLeast1, IsInRange = s => s.SampleEvery is null or >= 1,
        },
        new("MaxTokens", SettingForm.Whole, "The longest row, in tokens [default: the model's context]")
        {
            Get = s => s.MaxTokens, Set = (s, v) => s with { MaxTokens = (int)v },
            Expected = "a whole number of at least 2", IsInRange = s => s.MaxTokens is null or >= 2,
        },
    ];

    private static string? WithoutLora(TrainingSettings settings) => settings.HasLora ? null : "none without {LoraRank}";
}
