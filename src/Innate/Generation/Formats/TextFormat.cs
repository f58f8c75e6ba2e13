namespace Innate.Generation.Formats;

/// <summary>
/// A format that text has to keep to, byte by byte in UTF-8: an automaton whose states are formats themselves. What may follow
/// once a byte is there is the format's derivative by that byte (Brzozowski 1964):
/// <code>
/// d(text)        = the rest of it where it begins with the byte, else nothing
/// d(a then b)    = d(a) then b, or d(b) where a may be empty
/// d(a or b)      = d(a) or d(b)
/// d(a repeated)  = d(a) then one a fewer
/// d(any order)   = for each item d(item), then the others in any order
/// </code>
/// States come into being as they are reached, so n things in any order cost nothing until some of them stand there. Two
/// formats that are put together alike are equal. Immutable.
/// </summary>
internal abstract class TextFormat : IEquatable<TextFormat>
{
    /// <summary>What stands for "there is no way to an end".</summary>
    public const int Never = int.MaxValue;

    private readonly int _hash;

    private protected TextFormat(int hash) => _hash = hash;

    /// <summary>Whether the text may end here.</summary>
    public abstract bool MayEnd { get; }

    /// <summary>The format of what may follow a byte; null where the byte may not stand here.</summary>
    public abstract TextFormat? After(byte b);

    /// <summary>The fewest bytes to an end, of these bytes alone; <see cref="Never"/> where they reach none.</summary>
    public abstract int Least(ByteSet bytes);

    /// <inheritdoc/>
    public abstract bool Equals(TextFormat? other);

    /// <inheritdoc/>
    public sealed override bool Equals(object? obj) => Equals(obj as TextFormat);

    /// <inheritdoc/>
    public sealed override int GetHashCode() => _hash;

    /// <summary>A sum of numbers of bytes.</summary>
    private protected static int Sum(int a, int b) => a == Never || b == Never ? Never : a + b;

    /// <summary>Equal parts in the same order.</summary>
    private protected static bool Same(IReadOnlyList<TextFormat> a, IReadOnlyList<TextFormat> b)
    {
        if (a.Count != b.Count) return false;
        for (int i = 0; i < a.Count; i++)
        {
            if (!a[i].Equals(b[i])) return false;
        }

        return true;
    }

    private protected static int HashOf(IEnumerable<TextFormat> parts, int seed) =>
        parts.Aggregate(seed, (hash, part) => unchecked((hash * 31) + part.GetHashCode()));
}

/// <summary>A text as it is, from some byte on; at its end nothing is left.</summary>
internal sealed class ExactText(byte[] bytes, int at = 0) : TextFormat(Hash(bytes, at))
{
    /// <summary>The empty text.</summary>
    public static readonly ExactText Empty = new([]);

    private ReadOnlySpan<byte> Rest => bytes.AsSpan(at);

    /// <inheritdoc/>
    public override bool MayEnd => at == bytes.Length;

    /// <inheritdoc/>
    public override TextFormat? After(byte b) =>
        MayEnd || bytes[at] != b ? null : at + 1 == bytes.Length ? Empty : new ExactText(bytes, at + 1);

    /// <inheritdoc/>
    public override int Least(ByteSet bytes)
    {
        foreach (byte b in Rest)
        {
            if (!bytes.Contains(b)) return Never;
        }

        return Rest.Length;
    }

    /// <inheritdoc/>
    public override bool Equals(TextFormat? other) => other is ExactText text && Rest.SequenceEqual(text.Rest);

    private static int Hash(byte[] bytes, int at)
    {
        HashCode hash = default;
        hash.AddBytes(bytes.AsSpan(at));
        return hash.ToHashCode();
    }
}

/// <summary>One byte of several.</summary>
internal sealed class OneByte(ByteSet set) : TextFormat(set.GetHashCode())
{
    private readonly ByteSet _set = set;

    /// <inheritdoc/>
    public override bool MayEnd => false;

    /// <inheritdoc/>
    public override TextFormat? After(byte b) => _set.Contains(b) ? ExactText.Empty : null;

    /// <inheritdoc/>
    public override int Least(ByteSet bytes) => _set.Overlaps(bytes) ? 1 : Never;

    /// <inheritdoc/>
    public override bool Equals(TextFormat? other) => other is OneByte one && _set == one._set;
}
