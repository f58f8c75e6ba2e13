namespace Innate.Scoring.Expressions;

/// <summary>What an expression needs and a command does not have, said before a model is loaded.</summary>
internal static class ExpressionChecks
{
    /// <summary>Refuses what scoring cannot give.</summary>
    /// <param name="expression">The expression.</param>
    /// <param name="hasReference">Whether a reference model was named.</param>
    /// <param name="gold">Why responses have no gold answer here; null: rows may have them.</param>
    /// <param name="isAlone">Whether nothing beside it may read the reference.</param>
    /// <exception cref="InputException">The term that lacks something, and what.</exception>
    public static void Require(RewardExpression expression, bool hasReference, string? gold = null, bool isAlone = true)
    {
        ExpressionNeeds needs = expression.Needs;
        List<InputProblem> problems = [];
        if (needs.Reference is not null && !hasReference)
        {
            problems.Add(new InputProblem("Reference", "a model, which implicit in {Reward} compares with", "none"));
        }

        if (needs.Reference is null && hasReference && isAlone)
        {
            problems.Add(new InputProblem("Reference", "none with a {Reward} without implicit, to which it belongs", "one"));
        }

        if (needs.Longest is not null)
        {
            problems.Add(Problem("length(max=N), for only a run of training knows the longest response", "length"));
        }

        if (needs.Classifier is not null && needs.Leaves.Any(u => LeafNames.IsOfTraces(u.Leaf.Kind)))
        {
            problems.Add(Problem(
                "rewards of one model, for classifier needs a trained reward model and the others a language model", "both"));
        }

        if (needs.First(l => l.Kind == LeafKind.Polar) is not null)
        {
            problems.Add(Problem("polar alone, for it reads a row's \"reference\" beside a response", "an expression"));
        }

        if (gold is not null && needs.Gold is { } graded) problems.Add(Problem($"no {graded.Name} {gold}", graded.Name));
        foreach (string name in needs.External.Select(l => l.Options.KeyEnvironment).OfType<string>())
        {
            if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name))) continue;
            problems.Add(Problem("key-env to name an environment variable that holds a key", $"no environment variable {name}"));
        }

        if (problems.Count > 0) throw new InputException(problems);
    }

    /// <summary>Refuses traces of what cannot be told token by token.</summary>
    /// <exception cref="InputException">The first part of which no token has a share.</exception>
    public static void RequireTokens(RewardExpression expression)
    {
        string? part = TokenShares.Unshared(expression.Node) is { } node ? ExpressionText.Of(node)
            : expression.Needs.Passes.Count == 0 ? expression.ToString() : null;
        if (part is null) return;
        throw new InputException(
            "Tokens", "a {Reward} that is a sum of rewards of traces and of tokens, each times a number or what has one value a "
            + "response", $"{part}, of which no token has a share");
    }

    private static InputProblem Problem(string expected, string found) => new("Reward", expected, found);
}
