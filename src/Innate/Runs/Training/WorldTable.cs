using Innate.Environments;
using Innate.Recipes;
using Innate.Reinforcement;
using Innate.Reinforcement.Advantages;
using Innate.Reinforcement.Rewards;
using Innate.Runs.Settings;

namespace Innate.Runs.Training;

/// <summary>The settings of reinforcement learning in a world, as rows of its table.</summary>
internal static class WorldTable
{
    private const string Idle = "none without {World}";

    /// <summary>Those that must be read before the recipe.</summary>
    public static IEnumerable<Setting<ReinforcementSettings>> Before() => OnlyInWorlds(
    [
        new("World", SettingForm.Text,
            "Learn in episodes of a world in place of {Data}: "
            + $"{string.Join(", ", WorldList.Names)}, command:RUN, search or tools (docs/worlds.md); the preset is then grpo, "
            + "its reward the world's own; {Rewards} adds to it [off: rows]")
        {
            ValueName = "WORLD", IsRecipe = true, Get = s => s.World,
            Set = (s, v) => s.WithWorld((string)v),
        },
    ]);

    /// <summary>Those that change the recipe.</summary>
    public static IEnumerable<Setting<ReinforcementSettings>> After() => OnlyInWorlds(
    [
        Whole("WorldSeeds", "With {World}: episodes to learn from, the seeds from 0 on [default: 200]", s => s.WorldSeeds,
            (s, v) => s with { WorldSeeds = v }),
        Whole("MaxTurns", "With {World}: the most turns of an episode [default: 30]", s => s.MaxTurns,
            (s, v) => s with { MaxTurns = v }),
        Whole("TurnTokens", "With {World}: the most tokens of a turn, its end token included [default: 32]", s => s.TurnTokens,
            (s, v) => s with { TurnTokens = v }),
        new("Instructions", SettingForm.Flag,
            "With {World}: tell the policy the world's own words on its actions, as the system message [off]")
        {
            Get = s => s.Instructions, NoEffect = s => s.World is null ? Idle : null,
            Set = (s, v) => s with { Instructions = (bool)v },
        },
        new("TurnRewards", SettingForm.Flag,
            "With {World}: compare what is still earned from each turn on, not whole episodes [off]")
        {
            IsRecipe = true, Get = s => s.TurnRewards, NoEffect = s => s.World is null ? Idle : null,
            Set = (s, _) => s with
            {
                Recipe = s.Recipe with { Method = s.Recipe.Method with { Advantage = TurnReturnsAdvantage.Own } },
            },
        },
        new("LearnObservations", SettingForm.Flag,
            "With {World}: learn from the world's words too, as if the policy had written them: a control [off]")
        {
            IsRecipe = true, Get = s => s.LearnObservations, NoEffect = s => s.World is null ? Idle : null,
            Set = (s, v) => s with { LearnObservations = (bool)v },
        },
    ]);

    /// <summary>The table's row of the data, which a world stands in for.</summary>
    public static Setting<ReinforcementSettings> WithoutRows(Setting<ReinforcementSettings> row) => row.Name == "Data"
        ? row with { IsRequired = false, Get = s => s.Data.Length == 0 ? null : s.Data }
        : row;

    /// <summary>A recipe whose reward is the world's own; the recipe itself where there is no world.</summary>
    public static RlRecipe Rewarded(RlRecipe recipe, string? world) =>
        world is null ? recipe : recipe with { Rewards = [RewardTerm.Of(WorldReward.Own)] };

    /// <summary>The world's own reward, to which others are added.</summary>
    public static IEnumerable<RewardTerm> OwnRewards(ReinforcementSettings settings) =>
        settings.World is null ? [] : [RewardTerm.Of(WorldReward.Own)];

    /// <summary>What does not go together.</summary>
    public static IEnumerable<InputProblem> Problems(ReinforcementSettings settings)
    {
        Recipe? recipe = settings.FromRecipe is { } named ? RecipeList.Find(named) : null;
        bool wantsWorld = recipe?.Needs.HasFlag(RecipeNeeds.World) == true;
        if (settings.World is null)
        {
            if (wantsWorld)
            {
                yield return new(nameof(settings.World), $"a world for the recipe {recipe!.Name} to learn in", "none");
                yield break;
            }

            if (settings.Data.Length == 0) yield return new(nameof(settings.Data), "rows to learn from, or {World}", "none");
            yield break;
        }

        const string beside = "none beside {World}, whose episodes are what is learned from";
        if (settings.Data.Length > 0) yield return new(nameof(settings.Data), beside, $"'{settings.Data}'");
        if (settings.Columns is { } columns) yield return new(nameof(settings.Columns), beside, $"'{columns}'");
        if (settings.EvalData is { } held) yield return new(nameof(settings.EvalData), beside, $"'{held}'");
        if (recipe is not null && !wantsWorld)
        {
            yield return new(
                "Recipe", "one of a world beside {World} (innate recipes): the others answer prompts", $"'{recipe.Name}'");
        }

        if (settings.TurnTokens > settings.MaxResponseTokens)
        {
            yield return new(
                nameof(settings.TurnTokens), $"at most {{MaxResponseTokens}} ({settings.MaxResponseTokens}), an episode's tokens",
                $"{settings.TurnTokens}");
        }

        // Texts of several turns are no answer to one prompt.
        foreach (RewardTerm term in settings.Recipe.Rewards.Where(r => !IsOfEpisodes(r)))
        {
            yield return new(
                nameof(RlRecipe.Rewards),
                "endogenous, self-certainty, entropy, log-likelihood, repetition or length beside the world's own reward",
                RewardText.Of(term));
        }
    }

    // A run without a world has nothing to say of them: neither in recipe.json nor in what decides its bits.
    private static IEnumerable<Setting<ReinforcementSettings>> OnlyInWorlds(
        IEnumerable<Setting<ReinforcementSettings>> rows) => rows.Select(row => row with
        {
            ToJson = s => s.World is null ? null : row.Get(s) switch
            {
                int whole => whole,
                bool on => on,
                object other => other.ToString(),
                null => null,
            },
            ToDeciding = s => s.World is null ? null : row.Text(s),
        });

    private static bool IsOfEpisodes(RewardTerm term) => term.Own is not null || term.Source is RewardSource.Endogenous
        or RewardSource.SelfCertainty or RewardSource.Entropy or RewardSource.LogLikelihood or RewardSource.Repetition
        or RewardSource.Length;

    private static Setting<ReinforcementSettings> Whole(
        string name, string help, Func<ReinforcementSettings, int> get,
        Func<ReinforcementSettings, int, ReinforcementSettings> set) => new(name, SettingForm.Whole, help)
    {
        IsRecipe = true, ValueName = "N", Get = s => get(s), Set = (s, v) => set(s, (int)v),
        Expected = "a whole number of at least 1", IsInRange = s => get(s) >= 1,
        NoEffect = s => s.World is null ? Idle : null,
    };
}
