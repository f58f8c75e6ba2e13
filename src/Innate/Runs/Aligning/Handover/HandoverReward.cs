using System.Globalization;
using Innate.Reinforcement;
using Innate.Reinforcement.Rewards;
using Innate.Scoring.Expressions;

namespace Innate.Runs.Aligning.Handover;

/// <summary>A recipe's reward as a server is asked for it: the frozen model's, a response at a time. Pure.</summary>
internal static class HandoverReward
{
    private const string Compares = "which compares a group's answers, and a trainer asks for each alone";

    private const string Moves = "which reads the model while it learns, and a server's stays as it was";

    /// <summary>The reward's text, as <c>innate serve</c> reads it.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="problem">Why there is none; null where there is.</param>
    public static string? Of(RlRecipe recipe, out string? problem)
    {
        problem = recipe.Rewards.Select(Problem).FirstOrDefault(p => p is not null);
        return problem is null ? string.Join(" + ", recipe.Rewards.Select(Text)) : null;
    }

    /// <summary>Whether it is one reward with its options, which every dialect takes.</summary>
    public static bool IsOne(RlRecipe recipe) => recipe.Rewards is [var only]
        && (only.Expression is { } expression ? expression.AsReward() is not null : only.Weight == 1);

    private static string Text(RewardTerm term)
    {
        if (term.Expression is { } expression) return expression.ToString();
        string name = term.Source == RewardSource.LogLikelihood ? "mean-log-likelihood" : term.Name;
        string options = string.Join(", ", RewardText.OptionsOf(term).Select(o => $"{o.Name}={o.Value}"));
        string leaf = options.Length == 0 ? name : $"{name}({options})";
        return term.Weight == 1 ? leaf : string.Create(CultureInfo.InvariantCulture, $"{term.Weight:R} * {leaf}");
    }

    private static string? Problem(RewardTerm term)
    {
        string text = RewardText.Of(term);
        if (term.Normalized || term.Shuffled) return $"{text}, {Compares}";
        if (term.Expression is null)
        {
            return term.Source is RewardSource.Endogenous or RewardSource.LogLikelihood ? null
                : term.Source is RewardSource.SelfCertainty or RewardSource.Entropy
                ? $"{text}, {Moves}"
                : $"{text}, which no server gives";
        }

        ExpressionNeeds needs = term.Expression.Needs;
        if (needs.Group is { } group) return $"{group}, {Compares}";
        if (needs.Policy is { } policy)
        {
            return $"{policy.Name}, {Moves}";
        }

        if (needs.Systems.Count > 0) return "a profile, which a server takes by its name alone";
        if (needs.Recommended is not null) return "gamma=recommended, and a server takes a number";
        LeafNode? other = needs.First(l => !LeafNames.IsOfTraces(l.Kind)
            && l.Kind is not (LeafKind.Tokens or LeafKind.Characters or LeafKind.Check));
        return other is null ? null : $"{other.Name}, which no server gives";
    }
}
