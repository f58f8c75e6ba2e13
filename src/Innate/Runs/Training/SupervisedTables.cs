using Innate.Learning.Data;
using Innate.Learning.Objectives;
using Innate.Runs.Settings;

namespace Innate.Runs.Training;

/// <summary>The settings of supervised and of preference training.</summary>
public static class SupervisedTables
{
    /// <summary>Of supervised fine-tuning.</summary>
    public static SettingTable<SupervisedSettings> Supervised { get; } = new(
    [
        .. TrainingTable.Rows<SupervisedSettings>("2e-5, with LoRA 2e-4"),
        TrainingTable.OverLength<SupervisedSettings>(s => s.OverLength, (s, v) => s with { OverLength = v }),
        new("Loss", SettingForm.Choice,
            "The tokens that count: response (the last assistant message), assistant (every one), all [default: response]")
        {
            Choices = TrainingTable.Names<LossTokens>(), IsRecipe = true,
            Get = s => TrainingTable.NameOf(s.Loss), Set = (s, v) => s with { Loss = TrainingTable.Named<LossTokens>(v) },
        },
        new("Objective", SettingForm.Choice,
            "What is minimised: nll, the counted tokens' mean; genrm, the mean over rows that verify and a weighted one over "
            + "solutions [default: nll]")
        {
            Choices = ["nll", "genrm"], IsRecipe = true, Get = s => IsGenRm(s) ? "genrm" : "nll",
            Set = (s, v) => s with
            {
                Objective = (string)v == "genrm" ? SupervisedLoss.GenRm : SupervisedLoss.LogLikelihood,
            },
        },
        new("SolutionWeight", SettingForm.Number, "With {Objective} genrm: what solutions weigh [default: 0.25]")
        {
            IsRecipe = true, Get = s => s.SolutionWeight ?? GenRmObjective.OwnSolutionWeight,
            Set = (s, v) => s with { SolutionWeight = (double)v },
            NoEffect = s => IsGenRm(s) ? null : "none but with {Objective} genrm",
            Expected = "a number of at least 0", IsInRange = s => s.SolutionWeight is null or >= 0,
        },
    ]);

    /// <summary>Of preference training.</summary>
    public static SettingTable<PreferenceSettings> Preferences { get; } = new(
    [
        .. TrainingTable.Rows<PreferenceSettings>("1e-6, with LoRA by the model's size: 3e-3 at 1, 1e-5 at 7,000 million"),
        TrainingTable.OverLength<PreferenceSettings>(s => s.OverLength, (s, v) => s with { OverLength = v }),
        new("Objective", SettingForm.Choice, "What is minimised [default: dpo]")
        {
            Choices = ["dpo", "simpo"], IsRecipe = true,
            Get = s => IsSimPo(s) ? "simpo" : "dpo",
            Set = (s, v) => s with { Objective = (string)v == "simpo" ? PreferenceObjective.SimPo : PreferenceObjective.Dpo },
        },
        new("Beta", SettingForm.Number,
            "DPO: how strongly the policy is held to the reference; SimPO: the reward's scale [default: dpo 0.1, simpo 2]")
        {
            IsRecipe = true, Get = s => s.Beta ?? (IsSimPo(s) ? 2 : 0.1), Set = (s, v) => s with { Beta = (double)v },
            Expected = "a number above 0", IsInRange = s => s.Beta is null or > 0,
        },
        new("Gamma", SettingForm.Number, "SimPO: the margin that is asked for [default: 1]")
        {
            IsRecipe = true, Get = s => s.Gamma ?? 1, Set = (s, v) => s with { Gamma = (double)v },
            NoEffect = s => IsSimPo(s) ? null : "none but with {Objective} simpo",
            Expected = "a number of at least 0", IsInRange = s => s.Gamma is null or >= 0,
        },
        new("LabelSmoothing", SettingForm.Number,
            "DPO: the probability that a pair's labels are the wrong way round [default: 0]")
        {
            IsRecipe = true, Get = s => s.LabelSmoothing ?? 0, Set = (s, v) => s with { LabelSmoothing = (double)v },
            NoEffect = s => IsSimPo(s) ? "none but with {Objective} dpo" : null,
            Expected = "a number from 0 to below 0.5", IsInRange = s => s.LabelSmoothing is null or (>= 0 and < 0.5),
        },
        new("Reference", SettingForm.Text, "DPO: the frozen model [default: the model as it is at the start]")
        {
            ValueName = "DIR", DecidesBits = false, Get = s => s.Reference, Set = (s, v) => s with { Reference = (string)v },
            NoEffect = s => IsSimPo(s) ? "none but with {Objective} dpo: SimPO has no reference" : null,
        },
    ]);

    private static bool IsGenRm(SupervisedSettings settings) => settings.Objective == SupervisedLoss.GenRm;

    private static bool IsSimPo(PreferenceSettings settings) => settings.Objective == PreferenceObjective.SimPo;
}
