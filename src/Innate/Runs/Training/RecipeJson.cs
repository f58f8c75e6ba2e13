using System.Text.Json.Nodes;
using Innate.Reinforcement.Rewards;
using Innate.Scoring.Expressions;
using Innate.Scoring.External;

namespace Innate.Runs.Training;

/// <summary>A reward's part in the files that tell how a run was made.</summary>
internal static class RecipeJson
{
    /// <summary>The part as it stands in recipe.json.</summary>
    public static JsonNode Of(RewardTerm term)
    {
        if (term.Expression is { } expression) return new JsonObject { ["expression"] = expression.ToString() };
        JsonObject json = new() { ["name"] = term.Name, ["weight"] = term.Weight, ["normalized"] = term.Normalized };
        foreach ((string name, string? value) in RewardText.OptionsOf(term).Where(o => o.Name != "normalized"))
        {
            json[name] = value ?? "true";
        }

        return json;
    }

    /// <summary>What of the part decides the run's bits: where a reward is asked for, and how patiently, does not.</summary>
    public static RewardTerm Deciding(RewardTerm term) => term switch
    {
        { Expression: { } expression } => term with { Expression = expression.Deciding },
        { External: { } external } => term with { External = new ExternalRewardOptions { Run = external.Run } },
        _ => term,
    };
}
