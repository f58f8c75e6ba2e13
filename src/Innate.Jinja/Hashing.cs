using System.Numerics;
using System.Runtime.CompilerServices;

namespace Innate.Jinja;

/// <summary>Python's hash(): equal values have equal hashes, and lists, dictionaries and what is undefined have none.</summary>
internal static class Hashing
{
    public static bool TryHash(RenderContext? context, object? value, out int hash, int depth = 0)
    {
        hash = 0;
        switch (value)
        {
            case string text:
                context?.SpendCompare(text.Length);
                hash = text.GetHashCode(StringComparison.Ordinal);
                return true;
            case PyList or PyDict or Undefined: return false;
            case null: return true;
            case PyTuple tuple: return TryHashTuple(context, tuple, out hash, depth);
            case PyRange range:
                hash = HashCode.Combine(range.Count, range.Count == 0 ? 0 : range[0]);
                return true;
            default:
                hash = Number(value) ?? RuntimeHelpers.GetHashCode(value);
                return true;
        }
    }

    // A tuple keeps its hash: one that holds itself twice over, many levels deep, is then hashed once a level.
    private static bool TryHashTuple(RenderContext? context, PyTuple tuple, out int hash, int depth)
    {
        if (depth >= Limits.Depth / 4) throw RenderContext.TooDeep();
        if (tuple.Hash is { } known)
        {
            hash = known;
            return true;
        }

        var all = default(HashCode);
        all.Add(tuple.Count);
        hash = 0;
        for (int i = 0; i < tuple.Count; i++)
        {
            context?.Spend(1);
            if (!TryHash(context, tuple[i], out int one, depth + 1)) return false;
            all.Add(one);
        }

        tuple.Hash = hash = all.ToHashCode();
        return true;
    }

    /// <summary>Null for what is no number. An integer that no float equals has a hash of its own digits.</summary>
    private static int? Number(object value)
    {
        switch (Numbers.Plain(value))
        {
            case long n: return Whole(n) is { } whole ? HashCode.Combine(whole) : HashCode.Combine(n);
            case double d: return HashCode.Combine(d);
            case BigInteger n: return (double)n is var f && double.IsFinite(f) && new BigInteger(f) == n
                ? HashCode.Combine(f)
                : HashCode.Combine(n.GetHashCode(), n.GetBitLength());
            default: return null;
        }
    }

    // 2^63 is no long, though the nearest float of the longs below it.
    private static double? Whole(long n) => (double)n is var d && d < 9.2233720368547758e18 && (long)d == n ? d : null;
}
