namespace Innate.Compute;

/// <summary>
/// Keys and values of a stretch of consecutive positions, for one layer. Both are float32 and lie head by head:
/// keys as [heads][capacity / 12][head dimension][12], values as [heads][capacity][head dimension].
/// </summary>
/// <param name="Keys">The first key.</param>
/// <param name="Values">The first value.</param>
/// <param name="Capacity">Positions there is room for; a multiple of 12.</param>
/// <param name="Start">The position of the first key.</param>
/// <param name="Count">Keys held, those of the current step included.</param>
public readonly record struct KeyValueSpan(nint Keys, nint Values, int Capacity, int Start, int Count)
{
    /// <summary>Keys that are stored side by side.</summary>
    public const int Block = 12;
}

/// <summary>One node of a token tree in the current step: which rows are its new tokens, and what they see.</summary>
/// <param name="FirstRow">The row of the node's first new token in the stacked matrices.</param>
/// <param name="Tokens">New tokens; at least 1.</param>
/// <param name="FirstPosition">The position of the first new token.</param>
/// <param name="Path">Keys and values from the root to the node itself, in order; the last one holds the new tokens too.</param>
public sealed record AttentionNode(int FirstRow, int Tokens, int FirstPosition, KeyValueSpan[] Path);

/// <summary>The shape and rule of an attention layer.</summary>
/// <param name="Heads">Query heads.</param>
/// <param name="KeyValueHeads">Key and value heads; divides <paramref name="Heads"/>.</param>
/// <param name="HeadDimension">Width of a head.</param>
/// <param name="Scale">What q.k is multiplied by.</param>
/// <param name="SoftCap">cap * tanh(score / cap), where set.</param>
/// <param name="Window">A query at p sees keys p-Window+1..p; null: all keys up to p.</param>
public sealed record AttentionShape(int Heads, int KeyValueHeads, int HeadDimension, float Scale, float? SoftCap, int? Window)
{
    /// <summary>
    /// A learned score a query head that takes its share of every softmax and has no value (gpt_oss); null: none.
    /// </summary>
    public float[]? Sinks { get; init; }
}

/// <summary>Rows of the stacked matrices that hold consecutive positions.</summary>
/// <param name="FirstRow">The first row.</param>
/// <param name="Count">How many.</param>
public readonly record struct RowSpan(int FirstRow, int Count);

/// <summary>One node of a token tree all of whose tokens, and its ancestors', are rows of the same stacked matrices.</summary>
/// <param name="FirstRow">The row of the node's first token.</param>
/// <param name="Tokens">Its tokens; at least 1.</param>
/// <param name="FirstPosition">The position of its first token.</param>
/// <param name="Tree">Which tree of the batch the node belongs to: nodes of different trees do not see each other.</param>
/// <param name="Path">Rows from the root to the node's own last token, in the order of positions.</param>
public sealed record TreeRows(int FirstRow, int Tokens, int FirstPosition, int Tree, RowSpan[] Path);
