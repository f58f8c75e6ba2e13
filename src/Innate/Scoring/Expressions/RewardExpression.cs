using Innate.Scoring.External;

namespace Innate.Scoring.Expressions;

/// <summary>
/// A reward as an expression: <c>endogenous(gamma=0.95) + 2*check(numeric) - 0.01*tokens</c> (docs/expressions.md). Two are equal
/// where they say the same.
/// </summary>
public sealed class RewardExpression : IEquatable<RewardExpression>
{
    private RewardExpression(RewardNode node, IReadOnlyList<RewardFunction> functions)
    {
        (Node, Functions) = (node, functions);
        Needs = ExpressionNeeds.Of(node);
    }

    /// <summary>What it says.</summary>
    internal RewardNode Node { get; }

    /// <summary>What it needs.</summary>
    internal ExpressionNeeds Needs { get; }

    /// <summary>The caller's own rewards.</summary>
    internal IReadOnlyList<RewardFunction> Functions { get; }

    /// <summary>Reads an expression, or one reward in the form <c>NAME[:WEIGHT][,OPTION=VALUE...]</c>.</summary>
    /// <param name="text">The expression.</param>
    /// <param name="functions">Rewards of the caller's own, which it may name; null: none.</param>
    /// <exception cref="InputException">
    /// It cannot be read: what was expected at which place, counted from 1, and what was found.
    /// </exception>
    public static RewardExpression Parse(string text, IReadOnlyList<RewardFunction>? functions = null) =>
        Parse(text, "Reward", functions);

    /// <summary>The same as the value of a setting.</summary>
    internal static RewardExpression Parse(string text, string field, IReadOnlyList<RewardFunction>? functions = null)
    {
        IReadOnlyList<RewardFunction> own = functions ?? [];
        return new RewardExpression(ExpressionParser.Parse(text, field, [.. own.Select(f => f.Name)]), own);
    }

    /// <summary>The same, where problems of several are told together; null: something is wrong.</summary>
    internal static RewardExpression? Parse(string text, string field, List<InputProblem> problems) =>
        ExpressionParser.Parse(text, field, [], problems) is { } node ? new RewardExpression(node, []) : null;

    /// <summary>An expression that was put together.</summary>
    internal static RewardExpression Of(RewardNode node, IReadOnlyList<RewardFunction>? functions = null) =>
        new(node, functions ?? []);

    /// <summary>Computes the leaves of one group's responses.</summary>
    internal ExpressionGroup Compute(LeafGroup group) => new(Needs.Leaves.ToDictionary(u => u, group.Values), group);

    /// <summary>The expression as it is written, which is read again as the same.</summary>
    public override string ToString() => ExpressionText.Of(Node);

    /// <inheritdoc/>
    public bool Equals(RewardExpression? other) => other is not null && Node == other.Node;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RewardExpression);

    /// <inheritdoc/>
    public override int GetHashCode() => Node.GetHashCode();
}
