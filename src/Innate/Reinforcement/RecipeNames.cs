using Innate.Reinforcement.Objectives;

namespace Innate.Reinforcement;

/// <summary>The names of a recipe's choices as texts: in options, in recipe.json and in messages.</summary>
internal static class RecipeNames
{
    /// <summary>The advantages, in the order of <see cref="AdvantageKind"/>.</summary>
    public static IReadOnlyList<string> Advantages { get; } = [.. Enum.GetValues<AdvantageKind>().Select(x => Of(x))];

    /// <summary>The objectives, in the order of <see cref="PolicyObjectiveKind"/>.</summary>
    public static IReadOnlyList<string> Objectives { get; } = [.. Enum.GetValues<PolicyObjectiveKind>().Select(x => Of(x))];

    /// <summary>The estimates of the divergence, in the order of <see cref="KlKind"/>.</summary>
    public static IReadOnlyList<string> KlEstimates { get; } = [.. Enum.GetValues<KlKind>().Select(x => Of(x))];

    /// <summary>The advantage that a recipe has, its own or a named one.</summary>
    public static string AdvantageOf(RlRecipe recipe) => recipe.Method.Advantage?.Name ?? Of(recipe.Advantage);

    /// <summary>The objective that a recipe has, its own or a named one.</summary>
    public static string ObjectiveOf(RlRecipe recipe) => recipe.Method.Objective?.Name ?? Of(recipe.Objective);

    /// <summary>GroupNormalized becomes group-normalized.</summary>
    public static string Of(Enum choice) => string.Concat(choice.ToString().Select((c, i) =>
        char.IsAsciiLetterUpper(c) ? $"{(i > 0 ? "-" : "")}{char.ToLowerInvariant(c)}" : $"{c}"));
}
