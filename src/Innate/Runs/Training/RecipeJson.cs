using System.Text.Json.Nodes;
using Innate.Reinforcement.Rewards;
using Innate.Reinforcement.Rewards.External;

namespace Innate.Runs.Training;

/// <summary>A reward's part in the files that tell how a run was made.</summary>
internal static class RecipeJson
{
    /// <summary>The part as it stands in recipe.json.</summary>
    public static JsonNode Of(RewardTerm term)
    {
        JsonObject json = new() { ["name"] = term.Name, ["weight"] = term.Weight, ["normalized"] = term.Normalized };
        foreach ((string name, string? value) in RewardText.OptionsOf(term).Where(o => o.Name != "normalized"))
        {
            json[name] = value ?? "true";
        }

        return json;
    }

    /// <summary>What of the part decides the run's bits: where a reward is asked for, and how patiently, does not.</summary>
    public static RewardTerm Deciding(RewardTerm term) => term.External is null ? term : term with
    {
        External = new ExternalRewardOptions { Run = term.External.Run },
    };
}
