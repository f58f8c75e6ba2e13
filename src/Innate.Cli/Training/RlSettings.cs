using System.Text.Json.Nodes;
using Innate.Reinforcement;
using Innate.Reinforcement.Rewards;
using Innate.Reports;

namespace Innate.Cli.Training;

/// <summary>What <c>train rl</c> was asked for beside what all recipes share.</summary>
internal sealed record RlSettings
{
    public required RlRecipe Recipe { get; init; }

    public required int MaxResponseTokens { get; init; }

    public BrakeOptions Brakes { get; init; } = new();

    public IReadOnlyList<string> Problems()
    {
        List<string> problems = [.. RecipeConflicts.Of(Recipe).Select(p => p.Text(RlOptionNames.Of))];
        if (MaxResponseTokens < 1) problems.Add($"--max-response-tokens takes a whole number of at least 1, not {MaxResponseTokens}");
        foreach (string name in Recipe.Rewards.Select(r => r.External?.KeyEnvironment).OfType<string>())
        {
            if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name)))
            {
                problems.Add($"--reward http: key-env names the environment variable {name}, and there is none");
            }
        }

        if (!(Brakes.EntropyFloor >= 0)) problems.Add($"--entropy-floor takes a number of at least 0, not {Brakes.EntropyFloor}");
        if (Brakes.AnchorDrop is not (>= 0 and <= 1)) problems.Add($"--anchor-drop takes a share from 0 to 1, not {Brakes.AnchorDrop}");
        return problems;
    }

    /// <summary>All values that decide bits, as one line: where a reward is asked for, and how patiently, does not.</summary>
    public string Deciding() => ToJson(name => name is not ("url" or "key-env" or "timeout" or "attempts")).ToJsonString();

    /// <summary>The recipe as it is saved beside the run.</summary>
    public JsonObject ToJson() => ToJson(_ => true);

    private JsonObject ToJson(Func<string, bool> hasOption) => new()
    {
        ["preset"] = Recipe.Name,
        ["rewards"] = new JsonArray([.. Recipe.Rewards.Select(r => ToJson(r, hasOption))]),
        ["advantage"] = RecipeNames.Of(Recipe.Advantage),
        ["objective"] = RecipeNames.Of(Recipe.Objective),
        ["kl"] = Recipe.Kl,
        ["kl_in"] = Recipe.KlInReward ? "reward" : "loss",
        ["kl_estimate"] = RecipeNames.Of(Recipe.KlKind),
        ["group_size"] = Recipe.GroupSize,
        ["gamma"] = Recipe.Gamma,
        ["lambda"] = Recipe.Lambda,
        ["clip_low"] = RecipeObjective.Clips(Recipe)?.Low,
        ["clip_high"] = RecipeObjective.Clips(Recipe)?.High,
        ["value_rate"] = Recipe.ValueRate,
        ["value_warmup"] = Recipe.ValueWarmup,
        ["entropy_bonus"] = Recipe.EntropyBonus,
        ["rollout_epochs"] = Recipe.RolloutEpochs,
        ["minibatches"] = Recipe.Minibatches,
        ["dynamic_sampling_rounds"] = Recipe.IsDynamic ? Recipe.DynamicSamplingRounds : null,
        ["temperature"] = Recipe.Temperature,
        ["top_k"] = Recipe.TopK,
        ["top_p"] = Recipe.TopP,
        ["min_p"] = Recipe.MinP,
        ["max_response_tokens"] = MaxResponseTokens,
        ["entropy_floor"] = Brakes.EntropyFloor,
        ["length_factor"] = Brakes.LengthFactor,
        ["anchor_drop"] = Brakes.AnchorDrop,
    };

    private static JsonObject ToJson(RewardTerm term, Func<string, bool> hasOption)
    {
        JsonObject json = new() { ["name"] = term.Name, ["weight"] = term.Weight, ["normalized"] = term.Normalized };
        foreach ((string name, string? value) in RewardText.OptionsOf(term).Where(o => o.Name != "normalized" && hasOption(o.Name))) json[name] = value ?? "true";
        return json;
    }

    /// <summary>The recipe for people: at the start of a run, and in its report.</summary>
    public IEnumerable<Fact> Facts()
    {
        yield return new("preset", Recipe.Name);
        yield return new("reward", string.Join(" + ", Recipe.Rewards.Select(RewardText.Of)));
        yield return new("advantage", Recipe.Advantage switch
        {
            AdvantageKind.Gae => Say($"gae, gamma {Recipe.Gamma}, lambda {Recipe.Lambda}; value head at {Recipe.ValueRate} x the rate, alone for {Recipe.ValueWarmup} steps"),
            AdvantageKind.TokenReturns or AdvantageKind.ReinforcePlusPlus => Say($"{RecipeNames.Of(Recipe.Advantage)}, gamma {Recipe.Gamma}"),
            _ => RecipeNames.Of(Recipe.Advantage),
        });
        string objective = RecipeNames.Of(Recipe.Objective);
        if (RecipeObjective.Clips(Recipe) is { } clips) objective += Say($", ratio from 1 - {clips.Low} to 1 + {clips.High}");
        if (Recipe.EntropyBonus != 0) objective += Say($", entropy bonus {Recipe.EntropyBonus}");
        if (Recipe.IsDynamic) objective += Say($", at most {Recipe.DynamicSamplingRounds} rounds of sampling");
        yield return new("objective", objective);
        yield return new("KL", Recipe.Kl == 0 ? "none" : Say($"{Recipe.Kl} in the {(Recipe.KlInReward ? "reward (k1)" : $"loss ({RecipeNames.Of(Recipe.KlKind)})")}"));
        yield return new("group", Say($"{Recipe.GroupSize}"));
        string kept = Recipe.TopK > 0 ? Say($", top-k {Recipe.TopK}") : "";
        if (Recipe.TopP < 1) kept += Say($", top-p {Recipe.TopP}");
        if (Recipe.MinP > 0) kept += Say($", min-p {Recipe.MinP}");
        yield return new("sampling", Say($"temperature {Recipe.Temperature}{kept}, at most {MaxResponseTokens} tokens"));
        yield return new("updates", Recipe.UpdatesPerRollout == 1
            ? "1 a batch of rollouts"
            : Say($"{Recipe.UpdatesPerRollout} a batch of rollouts: {Recipe.RolloutEpochs} times through, in {Recipe.Minibatches} parts"));
        yield return new("brakes", Say($"entropy below {Brakes.EntropyFloor}, length {Brakes.LengthFactor} x, anchor {Brakes.AnchorDrop:0.###} below its best"));
    }

    private static string Say(FormattableString text) => FormattableString.Invariant(text);
}
