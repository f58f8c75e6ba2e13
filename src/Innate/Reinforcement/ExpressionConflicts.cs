using System.Globalization;
using Innate.Scoring.Expressions;

namespace Innate.Reinforcement;

/// <summary>What an expression may not say in reinforcement learning.</summary>
internal static class ExpressionConflicts
{
    /// <summary>All problems at once, as problems of <see cref="RlRecipe.Rewards"/>; empty where it can be used.</summary>
    public static IEnumerable<InputProblem> Of(RewardExpression expression)
    {
        ExpressionNeeds needs = expression.Needs;
        if (needs.Classifier is not null)
        {
            yield return Problem("rewards of a language model, for a run has no trained reward model", "classifier");
        }

        // The part of this name is the mean, and everywhere else it is the sum.
        if (needs.First(l => l.Kind == LeafKind.LogLikelihood) is not null)
        {
            yield return Problem(
                "mean-log-likelihood in an expression, which is what the part log-likelihood is here", "log-likelihood");
        }

        if (needs.Recommended is not null)
        {
            yield return Problem("gamma as a number", "gamma=recommended");
        }

        if (needs.Leaves.FirstOrDefault(u => !u.View.IsOwn && LeafNames.IsOfTraces(u.Leaf.Kind)
            && u.Leaf.Kind is not (LeafKind.Endogenous or LeafKind.EndogenousLogProb or LeafKind.MeanLogLikelihood))
            is { } policy)
        {
            yield return Problem(
                "rewards of the frozen model alone within pmi and a profile, for the policy's traces are those of its sampling",
                policy.Leaf.Name);
        }

        double[] alphas = [.. needs.Leaves.Where(u => u.Leaf.Kind == LeafKind.Endogenous)
            .Select(u => u.Leaf.Options.Alpha ?? 1).Distinct()];
        if (alphas.Length > 1) yield return Problem("one alpha in all its parts", string.Join(" and ", alphas.Select(Text)));
    }

    /// <summary>
    /// The part in which an advantage of token rewards could not tell what each token is worth; null: there is none.
    /// </summary>
    public static RewardNode? Bent(RewardExpression expression) => Form(expression).Bent;

    /// <summary>The expression by its dense leaves: sums over tokens, and what stands on the last token.</summary>
    public static LinearForm Form(RewardExpression expression) =>
        LinearForm.Of(expression.Node, LeafNames.IsSumOfTokens);

    private static InputProblem Problem(string expected, string found) => new(nameof(RlRecipe.Rewards), expected, found);

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}
