using Innate.Runs.Settings;
using Innate.Text;

namespace Innate.Runs.Training;

/// <summary>The settings of a reward model's training.</summary>
public static class RewardModelTable
{
    /// <summary>The rows.</summary>
    public static SettingTable<RewardModelSettings> Rows { get; } = new(
    [
        .. TrainingTable.Rows<RewardModelSettings>(
            "4e-6, with LoRA by the model's size: 3e-3 at 1, 1e-5 at 7,000 million", "linear"),
        TrainingTable.OverLength<RewardModelSettings>(s => s.OverLength, (s, v) => s with { OverLength = v }),
        new("Head", SettingForm.Choice,
            "What is trained: scalar (a number a response, from pairs), process (a chance a step, from steps with labels), "
            + "polar (a number a response beside a reference, from pairs with one) [default: scalar]")
        {
            Choices = TrainingTable.Names<RewardHead>(), IsRecipe = true,
            Get = s => TrainingTable.NameOf(s.Head), Set = (s, v) => s with { Head = TrainingTable.Named<RewardHead>(v) },
        },
        new("Split", SettingForm.Choice,
            "With {Head} process: where responses are cut whose steps are not given: paragraphs, lines, sentences [default: "
            + "paragraphs]")
        {
            Choices = StepText.Names, IsRecipe = true,
            Get = s => s.Split is { } split ? StepText.Names[(int)split] : null,
            Set = (s, v) => s with { Split = StepText.Find((string)v) },
            NoEffect = s => s.Head == RewardHead.Process ? null : "none but with {Head} process",
        },
        new("Margin", SettingForm.Number,
            "By how much the better response's reward should be the higher; a row's \"margin\" wins [default: 0]")
        {
            IsRecipe = true, Get = s => s.Margin ?? 0, Set = (s, v) => s with { Margin = (double)v },
            NoEffect = OfPairs,
            Expected = "a number of at least 0", IsInRange = s => s.Margin is null or (>= 0 and < 1e300),
        },
        new("LabelSmoothing", SettingForm.Number, "The probability that a pair's labels are the wrong way round [default: 0]")
        {
            IsRecipe = true, Get = s => s.LabelSmoothing ?? 0, Set = (s, v) => s with { LabelSmoothing = (double)v },
            NoEffect = OfPairs,
            Expected = "a number from 0 to below 0.5", IsInRange = s => s.LabelSmoothing is null or (>= 0 and < 0.5),
        },
        new("EmptyKeys", SettingForm.Number,
            "The share of the pairs whose worse response becomes one that says nothing: a blank, \":\", the prompt [default: 0]")
        {
            ValueName = "SHARE",
            IsRecipe = true, Get = s => s.EmptyKeys ?? 0, Set = (s, v) => s with { EmptyKeys = (double)v },
            NoEffect = s => s.Head == RewardHead.Scalar ? null : "none but with {Head} scalar",
            Expected = "a number from 0 to 1", IsInRange = s => s.EmptyKeys is null or (>= 0 and <= 1),
        },
    ]);

    private static string? OfPairs(RewardModelSettings settings) =>
        settings.Head == RewardHead.Process ? "none with {Head} process, which learns from no pairs" : null;
}
