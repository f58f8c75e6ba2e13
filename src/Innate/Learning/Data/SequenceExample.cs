namespace Innate.Learning.Data;

/// <summary>A sequence to learn, and which of its tokens the loss is on.</summary>
/// <param name="Tokens">Ids; at least two.</param>
/// <param name="Counted">
/// As long as <paramref name="Tokens"/>: whether the loss is on the token at t given those before it. The first is always false,
/// at least one other is true.
/// </param>
internal sealed record SequenceExample(int[] Tokens, bool[] Counted)
{
    /// <summary>Of GenRM: whether it is a verification, and not a solution; null: the row does not say.</summary>
    public bool? Verifies { get; init; }
}
