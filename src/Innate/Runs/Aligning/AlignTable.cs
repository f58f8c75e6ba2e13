using Innate.Reinforcement;
using Innate.Reinforcement.Rewards;
using Innate.Runs.Aligning.Handover;
using Innate.Runs.Settings;
using Innate.Runs.Training;
using Innate.Scoring.Expressions;

namespace Innate.Runs.Aligning;

/// <summary>The settings of an alignment.</summary>
public static class AlignTable
{
    private const string AtLeast1 = "a whole number of at least 1";

    /// <summary>The table.</summary>
    public static SettingTable<AlignSettings> Align { get; } = new([.. Prompts(), .. Learning(), .. Limits(), .. Keeping()]);

    private static IEnumerable<Setting<AlignSettings>> Prompts() =>
    [
        new("Prompts", SettingForm.Text,
            "Rows of {\"prompt\"} or {\"messages\"}, with {\"answer\"} where one is right: JSON lines, CSV, Parquet, a dataset")
        {
            ValueName = "FILE", IsRequired = true, DecidesBits = false, Get = s => s.Prompts,
            Set = (s, v) => s with { Prompts = (string)v },
        },
        new("Columns", SettingForm.Text, "The file's own names of fields: prompt=question,answer=gold [off: the usual names]")
        {
            ValueName = "FIELD=COLUMN,...", Get = s => s.Columns, Set = (s, v) => s with { Columns = (string)v },
        },
        new("Output", SettingForm.Text, "The run's folder; a better model lies in DIR/model")
        {
            ValueName = "DIR", IsRequired = true, DecidesBits = false, Get = s => s.Output,
            Set = (s, v) => s with { Output = (string)v },
        },
        new("Measure", SettingForm.Text,
            "What says that answers are better, never the reward itself: gold (answers), judge (another model's), none, or an "
            + "expression without a model, from 0 to 1, such as check(one_line) "
            + "[default: gold where every row has an answer, judge with --judge-model, else none]")
        {
            ValueName = "NAME", Get = s => s.Check?.ToString() ?? TrainingTable.NameOf(s.Measure), NoEffect = Unmeasured,
            Set = (s, v) => WithMeasure(s, (string)v),
        },
        new("JudgePrompts", SettingForm.Whole, "Prompts that are read once, at the end [default: 3 of 10, at most 300]")
        {
            Get = s => s.JudgePrompts, Set = (s, v) => s with { JudgePrompts = (int)v },
            Expected = AtLeast1, IsInRange = s => s.JudgePrompts is null or >= 1,
        },
        new("ChoosePrompts", SettingForm.Whole, "Prompts by which the model is chosen [default: 3 of 20, at most 60]")
        {
            Get = s => s.ChoosePrompts, Set = (s, v) => s with { ChoosePrompts = (int)v },
            Expected = AtLeast1, IsInRange = s => s.ChoosePrompts is null or >= 1,
        },
        new("Samples", SettingForm.Whole, "Answers to each prompt that judges [default: 8]")
        {
            Get = s => s.Samples, Set = (s, v) => s with { Samples = (int)v }, NoEffect = Unmeasured,
            Expected = AtLeast1, IsInRange = s => s.Samples >= 1,
        },
    ];

    private static IEnumerable<Setting<AlignSettings>> Learning() =>
    [
        new("On", SettingForm.Choice,
            "Do not learn here: write a folder for another trainer, with the same numbers [off: learn here]")
        {
            Choices = AlignTrainerNames.All, DecidesBits = false,
            Get = s => s.On is { } trainer ? AlignTrainerNames.NameOf(trainer) : null,
            Set = (s, v) => s with { On = AlignTrainerNames.Parse((string)v) },
        },
        new("Method", SettingForm.Choice, "How the model learns; best-of-n: rejection sampling, then fine-tuning [default: rl]")
        {
            Choices = ["rl", "dpo", "best-of-n"],
            IsRecipe = true, Get = s => TrainingTable.NameOf(s.Method), Set = (s, v) => WithMethod(s, (string)v),
        },
        new("Rewards", SettingForm.Texts,
            $"A part of the reward, NAME[:WEIGHT][,OPTION=VALUE...]; repeatable: {string.Join(", ", RewardText.Names)} "
            + "[default: endogenous]")
        {
            ValueName = "NAME", IsRecipe = true, Get = s => s.Recipe.Rewards.Select(RewardText.Of),
            Set = (s, v) => s with { Recipe = s.Recipe with { Rewards = ReinforcementTable.Parse((string[])v) } },
            ToText = s => string.Join(" + ", s.Recipe.Rewards.Select(RewardText.Of)),
            ToDeciding = s => string.Join(" + ", s.Recipe.Rewards.Select(r => RewardText.Of(RecipeJson.Deciding(r)))),
        },
        new("GroupSize", SettingForm.Whole, "Answers to a prompt that are compared [default: 8]")
        {
            IsRecipe = true, Get = s => s.Recipe.GroupSize,
            Set = (s, v) => s with { Recipe = s.Recipe with { GroupSize = (int)v } },
            Expected = "a whole number of at least 2", IsInRange = s => s.Recipe.GroupSize >= 2,
        },
        new("Kl", SettingForm.Number,
            "The weight of the divergence from the start; of dpo its beta [default: 0.01; dpo: 0.1]")
        {
            IsRecipe = true, Get = s => s.Recipe.Kl, Set = (s, v) => s with { Recipe = s.Recipe with { Kl = (double)v } },
            Expected = "a number of at least 0", IsInRange = s => s.Recipe.Kl >= 0,
            NoEffect = s => s.Method == AlignMethod.BestOfN ? "none with {Method} best-of-n" : null,
        },
        new("FreshEvery", SettingForm.Whole, "dpo: steps that learn from pairs of one sampling [default: 4]")
        {
            IsRecipe = true, Get = s => s.Recipe.Minibatches,
            Set = (s, v) => s with { Recipe = s.Recipe with { Minibatches = (int)v } },
            Expected = AtLeast1, IsInRange = s => s.Recipe.Minibatches >= 1,
            NoEffect = s => s.Method == AlignMethod.Dpo ? null : "none but with {Method} dpo",
        },
        new("Steps", SettingForm.Whole, "Optimizer steps [default: 40; best-of-n: twice through the prompts]")
        {
            IsRecipe = true, Get = s => s.Steps, Set = (s, v) => s with { Steps = (int)v },
            Expected = AtLeast1, IsInRange = s => s.Steps is null or >= 1,
        },
        new("BatchSize", SettingForm.Whole, "Prompts an optimizer step [default: 16]")
        {
            IsRecipe = true, Get = s => s.BatchSize, Set = (s, v) => s with { BatchSize = (int)v },
            Expected = AtLeast1, IsInRange = s => s.BatchSize is >= 1 and <= 1 << 16,
        },
        new("MicroBatchSize", SettingForm.Whole, "Prompts computed together: fewer need less memory [default: the batch]")
        {
            IsRecipe = true, Get = s => s.MicroBatchSize, Set = (s, v) => s with { MicroBatchSize = (int)v },
            Expected = "a whole number from 1 to {BatchSize}",
            IsInRange = s => s.MicroBatchSize is null || (s.MicroBatchSize >= 1 && s.MicroBatchSize <= s.BatchSize),
        },
        new("MaxResponseTokens", SettingForm.Whole, "The longest answer, its end token included [default: 256]")
        {
            IsRecipe = true, Get = s => s.MaxResponseTokens, Set = (s, v) => s with { MaxResponseTokens = (int)v },
            Expected = AtLeast1, IsInRange = s => s.MaxResponseTokens >= 1,
        },
        new("LearningRate", SettingForm.Number, "The highest learning rate [default: by the model's size, told in the plan]")
        {
            IsRecipe = true, Get = s => s.LearningRate, Set = (s, v) => s with { LearningRate = (double)v },
            Expected = "a number above 0, at most 10", IsInRange = s => s.LearningRate is null or (> 0 and <= 10),
        },
        new("LoraRank", SettingForm.Whole, "Learn low-rank adapters of this rank, and leave the weights alone [off]")
        {
            IsRecipe = true, Get = s => s.LoraRank, Set = (s, v) => s with { LoraRank = (int)v },
            Expected = "a whole number from 0 to 4096", IsInRange = s => s.LoraRank is >= 0 and <= 4096,
        },
    ];

    private static IEnumerable<Setting<AlignSettings>> Limits() =>
    [
        Limit("LengthLimit", "Guard: how many times shorter or longer answers may become [default: 2]",
            l => l.Length, (l, v) => l with { Length = v }, "a number above 1", l => l.Length > 1),
        Limit("CostLimit", "Guard: how many times more tokens one right answer may take [default: 1.25]",
            l => l.Cost, (l, v) => l with { Cost = v }, "a number of at least 1", l => l.Cost >= 1),
        Limit("RepetitionLimit", "Guard: how far the share of repeated four-grams may rise [default: 0.1]",
            l => l.Repetition, (l, v) => l with { Repetition = v }),
        Limit("TruncationLimit", "Guard: how far the share of answers that are cut off may rise [default: 0.05]",
            l => l.Truncation, (l, v) => l with { Truncation = v }),
        Limit("PassLimit", "Guard: how far pass@8 may fall, with gold answers [default: 0.1]",
            l => l.PassAtK, (l, v) => l with { PassAtK = v }),
        Limit("DiversityLimit", "Guard: what part of the different answers to a prompt must be left [default: 0.333]",
            l => l.Diversity, (l, v) => l with { Diversity = v }),
    ];

    private static IEnumerable<Setting<AlignSettings>> Keeping() =>
    [
        new("Seed", SettingForm.Seed, "Decides sets, samples, learning: one seed, the same bits [default: 0]")
        {
            ValueName = "S", IsRecipe = true, Get = s => s.Seed, Set = (s, v) => s with { Seed = (ulong)v },
        },
        new("Checkpoints", SettingForm.Whole, "Checkpoints of the training to go on from; 0: only when interrupted [default: 4]")
        {
            DecidesBits = false, Get = s => s.Checkpoints, Set = (s, v) => s with { Checkpoints = (int)v },
            Expected = "a whole number of at least 0", IsInRange = s => s.Checkpoints >= 0,
        },
        new("Resume", SettingForm.Flag, "Go on where the run was interrupted, to the same bits [off]")
        {
            DecidesBits = false, Get = s => s.Resume, Set = (s, v) => s with { Resume = (bool)v },
            NoEffect = s => s.On is null ? null : "none beside {On}, which writes a new folder",
        },
    ];

    private static string? Unmeasured(AlignSettings settings) =>
        settings.On is null ? null : "none beside {On}: nothing is measured there";

    // The method brings its own weight of the divergence, and DPO its pairs of several steps.
    private static AlignSettings WithMethod(AlignSettings settings, string name) => name switch
    {
        "dpo" => settings with
        {
            Method = AlignMethod.Dpo, Recipe = settings.Recipe with { Kl = 0.1, Minibatches = 4 },
        },
        "best-of-n" => settings with { Method = AlignMethod.BestOfN },
        _ => settings with { Method = AlignMethod.Rl },
    };

    private static AlignSettings WithMeasure(AlignSettings settings, string text)
    {
        foreach (AlignMeasure measure in (AlignMeasure[])[AlignMeasure.Gold, AlignMeasure.Judge, AlignMeasure.None])
        {
            if (TrainingTable.NameOf(measure) == text) return settings with { Measure = measure, Check = null };
        }

        return settings with
        {
            Measure = AlignMeasure.Check, Check = RewardExpression.Parse(text, nameof(settings.Measure), functions: null),
        };
    }

    private static Setting<AlignSettings> Limit(
        string name, string help, Func<AlignLimits, double> get, Func<AlignLimits, double, AlignLimits> set,
        string expected = "a share from 0 to 1", Func<AlignLimits, bool>? isInRange = null) => new(name, SettingForm.Number, help)
    {
        Get = s => get(s.Limits), Set = (s, v) => s with { Limits = set(s.Limits, (double)v) }, NoEffect = Unmeasured,
        Expected = expected, IsInRange = s => isInRange?.Invoke(s.Limits) ?? get(s.Limits) is >= 0 and <= 1,
    };
}
