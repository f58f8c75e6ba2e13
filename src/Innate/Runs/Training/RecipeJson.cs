using System.Text.Json.Nodes;
using Innate.Foundation.Forms;
using Innate.Reinforcement.Rewards;
using Innate.Scoring.Expressions;
using Innate.Scoring.External;

namespace Innate.Runs.Training;

/// <summary>A reward's part in the files that tell how a run was made.</summary>
internal static class RecipeJson
{
    /// <summary>The parts of a reward as they stand in recipe.json.</summary>
    public static ListForm Form { get; } = JsonForm.List(JsonForm.Either(
        JsonForm.Object(new JsonField("expression", JsonForm.Text, "Several rewards in one.").Always),
        new ObjectForm(
        [
            new JsonField("name", JsonForm.Text, "The reward.").Always,
            new JsonField("weight", JsonForm.Number, "What it is multiplied by.").Always,
            new JsonField("normalized", JsonForm.Flag, "Whether it is brought to mean 0 and deviation 1 over the group.").Always,
        ])
        { Others = JsonForm.Text }));

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
