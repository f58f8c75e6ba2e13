namespace Innate.Scoring.Expressions;

/// <summary>What an expression is computed from, in one group; each leaf is computed once.</summary>
/// <param name="Leaves">Each leaf with its values, one a response; null: absent.</param>
/// <param name="Group">The responses, for what each token gives.</param>
internal sealed record ExpressionGroup(IReadOnlyDictionary<LeafUse, IReadOnlyList<double?>> Leaves, LeafGroup Group)
{
    /// <summary>Evaluates the expression and parts of it.</summary>
    public ExpressionValue Value { get; } = new(Group.TokenIds.Count, Group.Key, use => Leaves[use]);
}
