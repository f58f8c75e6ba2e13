using System.Text.Json.Nodes;
using Innate.Recipes;
using Innate.Reinforcement;
using Innate.Reinforcement.Objectives;
using Innate.Reinforcement.Rewards;
using Innate.Runs.Settings;

namespace Innate.Runs.Training;

/// <summary>
/// The settings of reinforcement learning. A preset is a whole recipe; what is given beside it replaces its values, and
/// recipe.json says what was used.
/// </summary>
public static class ReinforcementTable
{
    private const string Preset = "[default: the preset's]";

    /// <summary>The table.</summary>
    public static SettingTable<ReinforcementSettings> Reinforcement { get; } = new(
        [
            .. TrainingTable.Rows<ReinforcementSettings>("1e-6, with LoRA 1e-5").Select(WorldTable.WithoutRows),
            .. WorldTable.Before(), .. Learning(), .. Sampling(), .. WorldTable.After(), .. Brakes(),
        ]);

    private static IEnumerable<Setting<ReinforcementSettings>> Learning() =>
    [
        new("Scale", SettingForm.Choice,
            "With {Recipe}: small (what a workstation can run: at most 8 responses, the rate by the model's size) or paper (the "
            + "paper's batch, length and rate) [default: small]")
        {
            Choices = ["small", "paper"], DecidesBits = false, Get = s => s.Scale == RecipeScale.Paper ? "paper" : "small",
            Set = (s, v) => s with { Scale = (string)v == "paper" ? RecipeScale.Paper : RecipeScale.Small },
            NoEffect = s => s.FromRecipe is not null ? null : "none without {Recipe}",
        },
        new("Recipe", SettingForm.Text, "A paper's recipe to start from (innate recipes); what is given beside it replaces its "
            + "values [off: {Preset}]")
        {
            ValueName = "NAME", DecidesBits = false, Get = s => s.FromRecipe,
            Set = (s, v) => s.With(RecipeList.Of((string)v)),
        },
        new("Preset", SettingForm.Choice, "The recipe to start from [default: endorm-grpo]")
        {
            Choices = RlRecipe.Presets, IsRecipe = true,
            Get = s => s.Recipe.Name,
            Set = (s, v) => s.FromRecipe is { } recipe
                ? throw new InputException(nameof(Preset), $"none beside {{Recipe}} {recipe}", $"'{v}'")
                : s with { Recipe = WorldTable.Rewarded(RlRecipe.Preset((string)v), s.World) },
        },
        new("Contamination", SettingForm.Text,
            "What `innate audit --contamination` found of --data, for the report [default: DATA.contamination.json, if there]")
        {
            ValueName = "FILE", DecidesBits = false, Get = s => s.Contamination,
            Set = (s, v) => s with { Contamination = (string)v },
        },
        new("Rewards", SettingForm.Texts,
            $"A part of the reward, NAME[:WEIGHT][,OPTION=VALUE...][,normalized][,shuffled], or an expression such as "
            + "z(endogenous) + 2*check(numeric) (docs/expressions.md); repeatable: "
            + $"{string.Join(", ", RewardText.Names)} {Preset}")
        {
            ValueName = "NAME", IsRecipe = true,
            Get = s => s.Recipe.Rewards.Select(RewardText.Of),
            Set = (s, v) => s with
            {
                Recipe = s.Recipe with { Rewards = [.. WorldTable.OwnRewards(s), .. Parse((string[])v)] },
            },
            ToText = s => string.Join(" + ", s.Recipe.Rewards.Select(RewardText.Of)),
            ToDeciding = s => string.Join(" + ", s.Recipe.Rewards.Select(r => RewardText.Of(RecipeJson.Deciding(r)))),
            ToJson = s => new JsonArray([.. s.Recipe.Rewards.Select(RecipeJson.Of)]), FileForm = RecipeJson.Form,
        },
        new("Advantage", SettingForm.Choice, $"How rewards become advantages {Preset}")
        {
            Choices = RecipeNames.Advantages, IsRecipe = true,
            Get = s => RecipeNames.AdvantageOf(s.Recipe),
            NoEffect = s => s.Recipe.LearnsPairs ? "none with {Objective} dpo, which pairs the best with the worst" : null,
            Set = (s, v) => s with
            {
                Recipe = s.Recipe with
                {
                    Advantage = TrainingTable.Named<AdvantageKind>(v), Method = s.Recipe.Method with { Advantage = null },
                },
            },
        },
        new("Objective", SettingForm.Choice, $"What is minimised {Preset}")
        {
            Choices = RecipeNames.Objectives, IsRecipe = true,
            Get = s => RecipeNames.ObjectiveOf(s.Recipe),
            Set = (s, v) => s with
            {
                Recipe = s.Recipe with
                {
                    Objective = TrainingTable.Named<PolicyObjectiveKind>(v), Method = s.Recipe.Method with { Objective = null },
                },
            },
        },
        Number("Kl", $"The weight of the divergence from the frozen model {Preset}", r => r.Kl, (r, v) => r with { Kl = v }),
        new("KlIn", SettingForm.Choice, $"Where it stands: reward (token by token, as k1) or loss (grpo alone) {Preset}")
        {
            Choices = ["reward", "loss"], IsRecipe = true,
            Get = s => s.Recipe.KlInReward ? "reward" : "loss",
            Set = (s, v) => s with { Recipe = s.Recipe with { KlInReward = (string)v == "reward" } },
            NoEffect = s => s.Recipe.Kl > 0 ? null : "none without a {Kl} above 0",
        },
        new("KlEstimate", SettingForm.Choice, "Its estimate in the loss [default: k3]")
        {
            Choices = RecipeNames.KlEstimates, IsRecipe = true,
            Get = s => RecipeNames.Of(s.Recipe.KlKind),
            Set = (s, v) => s with { Recipe = s.Recipe with { KlKind = TrainingTable.Named<KlKind>(v) } },
            NoEffect = s => s.Recipe is { Kl: > 0, KlInReward: false } && !s.Recipe.LearnsPairs ? null
                : "none but with {Kl} in the loss: in the reward the divergence is k1",
        },
        Whole("GroupSize", $"Responses to a prompt {Preset}", r => r.GroupSize, (r, v) => r with { GroupSize = v }),
        Number("Gamma", "The discount of token rewards: gae, token-returns, reinforce-plus-plus [default: 1]", r =>
            r.Gamma, (r, v) => r with { Gamma = v },
            s => s.Recipe.Method.Advantage is null
                && s.Recipe.Advantage is AdvantageKind.Gae or AdvantageKind.TokenReturns or AdvantageKind.ReinforcePlusPlus
                ? null
                : "none but with {Advantage} gae, token-returns and reinforce-plus-plus (the endogenous reward's own is "
                + "{Rewards} endogenous,gamma=X)"),
        Number("Lambda", "gae: the weight of later differences [default: 1]", r => r.Lambda, (r, v) =>
            r with { Lambda = v }, WithoutGae),
        Number("ClipLow", "How far below 1 the ratio to the sampling policy may pull [default: the objective's]",
            r => RecipeObjective.Clips(r)?.Low ?? r.ClipLow, (r, v) => r with { ClipLow = v }, WithoutClips),
        Number("ClipHigh", "How far above 1 it may push [default: the objective's]",
            r => RecipeObjective.Clips(r)?.High ?? r.ClipHigh, (r, v) => r with { ClipHigh = v }, WithoutClips),
        Number("ValueRate", "gae: the value head's learning rate, as a multiple of the policy's [default: 100]",
            r => r.ValueRate, (r, v) => r with { ValueRate = v }, WithoutGae),
        Whole("ValueWarmup", "gae: steps in which the value head learns alone [default: 10]",
            r => r.ValueWarmup, (r, v) => r with { ValueWarmup = v }, WithoutGae),
        Number("EntropyBonus", "What a nat of entropy is worth in the loss [default: 0]", r => r.EntropyBonus, (r, v) =>
            r with { EntropyBonus = v }),
        Whole("RolloutEpochs", "How often a batch of rollouts is gone through [default: 1]", r => r.RolloutEpochs, (r, v) =>
            r with { RolloutEpochs = v }),
        Whole("Minibatches", "Into how many parts it is cut each time; an optimizer step learns from one part [default: 1]",
            r => r.Minibatches, (r, v) => r with { Minibatches = v }) with
        {
            Expected = "a whole number from 1 to {BatchSize}", IsInRange = s => s.Recipe.Minibatches <= s.BatchSize,
        },
        Whole("DynamicSamplingRounds",
            "dapo: how often a batch is sampled for until all its groups have news; 1: once [default: 3]",
            r => r.DynamicSamplingRounds, (r, v) => r with { DynamicSamplingRounds = v },
            s => s.Recipe.SamplesFurther ? null : "none but with {Objective} dapo") with
        {
            ToJson = s => s.Recipe.SamplesFurther ? s.Recipe.DynamicSamplingRounds : null,
        },
    ];

    private static IEnumerable<Setting<ReinforcementSettings>> Sampling() =>
    [
        Number("Temperature", "Of sampling [default: 1]", r => r.Temperature, (r, v) => r with { Temperature = v }),
        Whole("TopK", "Sample from the k likeliest tokens; 0: all [default: 0]", r => r.TopK, (r, v) => r with { TopK = v }),
        Number("TopP", "Sample from the likeliest tokens that reach this probability together; 1: all [default: 1]", r =>
            r.TopP, (r, v) => r with { TopP = v }),
        Number("MinP", "Sample from tokens at least so likely as a share of the likeliest; 0: all [default: 0]", r =>
            r.MinP, (r, v) => r with { MinP = v }),
        new("MaxResponseTokens", SettingForm.Whole, "The longest response, its end token included [default: 256]")
        {
            IsRecipe = true, Get = s => s.MaxResponseTokens, Set = (s, v) => s with { MaxResponseTokens = (int)v },
            Expected = "a whole number of at least 1", IsInRange = s => s.MaxResponseTokens >= 1,
        },
        new("SecondModel", SettingForm.Text,
            "A second frozen model, which a recipe compares the first with or learns from: a base model, a half-way "
            + "checkpoint, a teacher [off: none]")
        {
            ValueName = "DIR", DecidesBits = false, Get = s => s.SecondModel, Set = (s, v) => s with { SecondModel = (string)v },
            NoEffect = s => s.Recipe.Method.NeedsSecondModel ? null : "none where the recipe asks no second model",
        },
        new("RewardModel", SettingForm.Text,
            "The frozen model that rewards, and that the policy is held to [default: the model as it is at the start]")
        {
            ValueName = "DIR", DecidesBits = false, Get = s => s.RewardModel, Set = (s, v) => s with { RewardModel = (string)v },
            NoEffect = s => s.Recipe.NeedsFrozen ? null : "none where no part of the recipe asks a frozen model",
        },
    ];

    private static IEnumerable<Setting<ReinforcementSettings>> Brakes() =>
    [
        Brake("EntropyFloor", "Stop where the mean token entropy falls below it, in nats; 0: never [default: 0.005]",
            b => b.EntropyFloor, (b, v) => b with { EntropyFloor = v }, "a number of at least 0", b => b.EntropyFloor >= 0),
        Brake("LengthFactor", "Stop where responses become so many times shorter or longer than at the start [default: 4]",
            b => b.LengthFactor, (b, v) => b with { LengthFactor = v }, "a number above 1", b => b.LengthFactor > 1),
        Brake("AnchorDrop", "Stop where the anchor falls so far below its best while the reward rises [default: 0.02]",
            b => b.AnchorDrop, (b, v) => b with { AnchorDrop = v }, "a share from 0 to 1", b => b.AnchorDrop is >= 0 and <= 1),
    ];

    // All problems of all parts are told together.
    internal static RewardTerm[] Parse(string[] texts)
    {
        List<InputProblem> problems = [];
        RewardTerm?[] terms = [.. texts.Select(text => RewardText.Parse(text, problems))];
        return problems.Count == 0 ? [.. terms.OfType<RewardTerm>()] : throw new InputException(problems);
    }

    private static string? WithoutGae(ReinforcementSettings settings) =>
        settings.Recipe.HasValueHead ? null : "none but with {Advantage} gae";

    private static string? WithoutClips(ReinforcementSettings settings) => RecipeObjective.Clips(settings.Recipe) is not null
        ? null
        : $"none with {{Objective}} {RecipeNames.ObjectiveOf(settings.Recipe)}, which has no place for it";

    private static Setting<ReinforcementSettings> Number(
        string name, string help, Func<RlRecipe, double?> get, Func<RlRecipe, double, RlRecipe> set,
        Func<ReinforcementSettings, string?>? noEffect = null) => new(name, SettingForm.Number, help)
    {
        IsRecipe = true,
        Get = s => get(s.Recipe),
        Set = (s, v) => s with { Recipe = set(s.Recipe, (double)v) },
        NoEffect = noEffect ?? (_ => null),
    };

    private static Setting<ReinforcementSettings> Whole(
        string name, string help, Func<RlRecipe, int> get, Func<RlRecipe, int, RlRecipe> set,
        Func<ReinforcementSettings, string?>? noEffect = null) => new(name, SettingForm.Whole, help)
    {
        IsRecipe = true,
        ValueName = "N",
        Get = s => get(s.Recipe),
        Set = (s, v) => s with { Recipe = set(s.Recipe, (int)v) },
        NoEffect = noEffect ?? (_ => null),
    };

    private static Setting<ReinforcementSettings> Brake(
        string name, string help, Func<BrakeOptions, double> get, Func<BrakeOptions, double, BrakeOptions> set, string expected,
        Func<BrakeOptions, bool> isInRange) => new(name, SettingForm.Number, help)
    {
        IsRecipe = true,
        Get = s => get(s.Brakes),
        Set = (s, v) => s with { Brakes = set(s.Brakes, (double)v) },
        Expected = expected,
        IsInRange = s => isInRange(s.Brakes),
    };
}
