using System.Runtime.CompilerServices;
using System.Text;
using Innate.Text;

namespace Innate.Generation.Formats;

/// <summary>
/// What each token writes where other text stands before it, in bytes, and the tokens in the order of their bytes: tokens that
/// begin alike lie together, which is a trie without nodes. Special tokens write nothing.
/// </summary>
internal sealed class TokenBytes
{
    private static readonly ConditionalWeakTable<Tokenizer, TokenBytes> Known = [];

    private readonly byte[]?[] _bytes;
    private readonly int[] _order;

    private TokenBytes(Tokenizer tokenizer)
    {
        _bytes = new byte[tokenizer.VocabularySize][];
        TokenWriter writer = new(tokenizer);
        for (int id = 0; id < _bytes.Length; id++) _bytes[id] = writer.BytesOf(id) is { Length: > 0 } bytes ? bytes : null;
        RequireOneAfterAnother(tokenizer, writer.Anchor);
        _order = [.. Enumerable.Range(0, _bytes.Length).Where(id => _bytes[id] is not null)];
        Array.Sort(_order, (a, b) => _bytes[a].AsSpan().SequenceCompareTo(_bytes[b]) is var c and not 0 ? c : a.CompareTo(b));
        ByteSet alone = default;
        foreach (int id in _order)
        {
            if (_bytes[id] is [var only]) alone = alone.With(only);
        }

        Alone = alone;
    }

    /// <summary>The bytes that a token of their own writes.</summary>
    public ByteSet Alone { get; }

    /// <summary>How many tokens write something.</summary>
    public int Count => _order.Length;

    /// <summary>A tokenizer's; made once.</summary>
    /// <exception cref="InputException">What a token writes depends on the next one.</exception>
    public static TokenBytes Of(Tokenizer tokenizer) => Known.GetValue(tokenizer, t => new TokenBytes(t));

    /// <summary>A token and what it writes.</summary>
    /// <param name="place">Its place in the order of bytes.</param>
    public (int Id, byte[] Bytes) At(int place) => (_order[place], _bytes[_order[place]]!);

    /// <summary>What a token writes; empty for a special one, or one that there is not.</summary>
    public ReadOnlySpan<byte> Of(int id) => (uint)id < (uint)_bytes.Length ? _bytes[id] : [];

    /// <summary>The longest token that a text begins with; of equals the lowest id. Null where none does.</summary>
    public int? Longest(ReadOnlySpan<byte> text)
    {
        int low = 0, high = _order.Length, best = -1;
        for (int depth = 0; depth < text.Length && low < high; depth++)
        {
            (low, high) = Narrow(low, high, depth, text[depth]);
            if (low < high && At(low).Bytes.Length == depth + 1) best = At(low).Id;
        }

        return best < 0 ? null : best;
    }

    /// <summary>Of tokens that begin alike those whose next byte is this one.</summary>
    /// <param name="low">The first of them.</param>
    /// <param name="high">Behind the last.</param>
    /// <param name="depth">How many bytes they have in common; those that end there come first and are passed over.</param>
    /// <param name="next">The byte.</param>
    public (int Low, int High) Narrow(int low, int high, int depth, int next) =>
        (First(low, high, depth, next), First(low, high, depth, next + 1));

    private int First(int low, int high, int depth, int least)
    {
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            byte[] bytes = At(middle).Bytes;
            if ((bytes.Length > depth ? bytes[depth] : -1) < least) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    // Bytes of tokens, put together, must be what the tokenizer makes of them together: some write a token otherwise before
    // another one.
    private void RequireOneAfterAnother(Tokenizer tokenizer, int anchor)
    {
        int[] ids = [.. Enumerable.Range(0, _bytes.Length).Where(id => _bytes[id] is not null)];
        if (anchor < 0) return;
        byte[] all = [.. ids.SelectMany(id => _bytes[id]!)];
        string found = tokenizer.Decode([anchor, .. ids]), first = tokenizer.Decode([anchor]);
        if (found == first + Encoding.UTF8.GetString(all)) return;
        throw new InputException(
            "this tokenizer writes a token otherwise than its own text where another one follows: no format can be kept with "
            + "it.");
    }
}
