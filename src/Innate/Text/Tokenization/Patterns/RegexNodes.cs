namespace Innate.Text.Tokenization.Patterns;

/// <summary>A parsed regular expression.</summary>
internal abstract record RegexNode;

/// <summary>One code point of a class.</summary>
internal sealed record SetNode(CodePointSet Set) : RegexNode;

/// <summary>All parts, one after another; none is the empty expression.</summary>
internal sealed record SequenceNode(IReadOnlyList<RegexNode> Parts) : RegexNode;

/// <summary>The first branch that leads to a match.</summary>
internal sealed record AlternationNode(IReadOnlyList<RegexNode> Branches) : RegexNode;

/// <summary>The body <paramref name="Min"/> to <paramref name="Max"/> times; int.MaxValue is without bound.</summary>
internal sealed record RepeatNode(RegexNode Body, int Min, int Max, RepeatMode Mode) : RegexNode;

/// <summary>The body, once matched never entered again.</summary>
internal sealed record AtomicNode(RegexNode Body) : RegexNode;

/// <summary>
/// Whether the body matches ahead, or behind (<paramref name="BehindLength"/> code points back), without taking it.
/// </summary>
internal sealed record LookNode(RegexNode Body, bool Negated, int? BehindLength) : RegexNode;

/// <summary>A place between characters.</summary>
internal sealed record PlaceNode(Place Place) : RegexNode;

/// <summary>How a repetition tries its counts.</summary>
internal enum RepeatMode
{
    /// <summary>Many first.</summary>
    Greedy,

    /// <summary>Few first.</summary>
    Lazy,

    /// <summary>Many, never fewer.</summary>
    Possessive,
}

/// <summary>Places that an anchor names.</summary>
internal enum Place
{
    /// <summary>\A.</summary>
    TextStart,

    /// <summary>\z.</summary>
    TextEnd,

    /// <summary>\Z: the end, or before a line feed that ends the text.</summary>
    LastLineEnd,

    /// <summary>^.</summary>
    LineStart,

    /// <summary>$.</summary>
    LineEnd,

    /// <summary>\b.</summary>
    WordBoundary,

    /// <summary>\B.</summary>
    NotWordBoundary,
}

/// <summary>A class of code points: one of them, or a table below U+10000 and the rule itself above.</summary>
internal sealed class CodePointSet
{
    private readonly Func<int, bool>? _contains;
    private readonly int _only;
    private ulong[]? _basic;

    /// <param name="contains">The rule; its table is made when the first code point is asked for.</param>
    public CodePointSet(Func<int, bool> contains) => _contains = contains;

    /// <param name="only">The one code point.</param>
    public CodePointSet(int only) => _only = only;

    public bool Contains(int c) => _contains is null ? c == _only
        : c >= 0x10000 ? _contains(c)
        : ((_basic ??= Table(_contains))[c >> 6] >> (c & 63) & 1) != 0;

    private static ulong[] Table(Func<int, bool> contains)
    {
        EncodingBudget.Charge(0x10000 / 16);
        ulong[] table = new ulong[1024];
        for (int c = 0; c < 0x10000; c++)
        {
            if (contains(c)) table[c >> 6] |= 1UL << (c & 63);
        }

        return table;
    }
}
