using System.Text;

namespace Innate.Jinja;

/// <summary>Python's view of text: positions count code points, where .NET counts UTF-16 units.</summary>
internal static class CodePoints
{
    /// <summary>Whether units and code points differ in this text; nearly always false, and quick to tell.</summary>
    public static bool HasSurrogates(string s) => s.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF');

    public static int Count(string s)
    {
        if (!HasSurrogates(s)) return s.Length;
        int n = 0;
        for (int i = 0; i < s.Length; i += Width(s, i)) n++;
        return n;
    }

    /// <summary>
    /// 1, or 2 where a surrogate pair starts at <paramref name="i"/>; a lone surrogate is a character of its own.
    /// </summary>
    public static int Width(string s, int i) =>
        char.IsHighSurrogate(s[i]) && i + 1 < s.Length && char.IsLowSurrogate(s[i + 1]) ? 2 : 1;

    /// <summary>The characters as texts of one code point each.</summary>
    public static string[] Split(string s)
    {
        var parts = new string[Count(s)];
        for (int i = 0, n = 0; i < s.Length; n++)
        {
            int width = Width(s, i);
            parts[n] = width == 1 ? OneUnit(s[i]) : s.Substring(i, width);
            i += width;
        }

        return parts;
    }

    /// <summary>
    /// The UTF-16 position of the code point numbered <paramref name="index"/> (which may be the count itself).
    /// </summary>
    public static int ToUnits(string s, int index)
    {
        if (!HasSurrogates(s)) return index;
        int at = 0;
        for (int n = 0; n < index && at < s.Length; n++) at += Width(s, at);
        return at;
    }

    public static int FromUnits(string s, int unit) => unit < 0 ? unit : Count(s[..unit]);

    /// <summary>Order by code point, which differs from the order of units where surrogates meet U+E000 and above.</summary>
    public static int Compare(string a, string b)
    {
        int n = a.AsSpan().CommonPrefixLength(b);
        if (n == a.Length || n == b.Length) return a.Length.CompareTo(b.Length);
        char x = a[n], y = b[n];
        bool surrogateX = char.IsSurrogate(x), surrogateY = char.IsSurrogate(y);
        return surrogateX == surrogateY ? x.CompareTo(y) : surrogateX ? 1 : -1;
    }

    public static string Reverse(string s)
    {
        return string.Create(s.Length, s, static (to, from) =>
        {
            from.CopyTo(to);
            to.Reverse();
            // A pair that now stands the wrong way round is turned back.
            for (int i = 1; i < to.Length; i++)
            {
                if (char.IsLowSurrogate(to[i - 1]) && char.IsHighSurrogate(to[i])) (to[i - 1], to[i]) = (to[i], to[i - 1]);
            }
        });
    }

    /// <summary>Python's str.isspace: .NET's white space and the four separators U+001C..U+001F.</summary>
    public static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\x1c' and <= '\x1f';

    /// <summary>The code point at <paramref name="i"/>; half a pair is itself.</summary>
    public static int At(string s, int i) => Width(s, i) == 2 ? char.ConvertToUtf32(s[i], s[i + 1]) : s[i];

    /// <summary>Where the code point before <paramref name="end"/> begins.</summary>
    public static int Before(string s, int end) =>
        end > 1 && char.IsLowSurrogate(s[end - 1]) && char.IsHighSurrogate(s[end - 2]) ? end - 2 : end - 1;

    /// <summary>Takes away white space, or the characters of a set, at the start.</summary>
    public static string TrimStart(string s, HashSet<int>? characters = null)
    {
        int i = 0;
        while (i < s.Length && IsTrimmed(At(s, i), characters)) i += Width(s, i);
        return i == 0 ? s : s[i..];
    }

    public static string TrimEnd(string s, HashSet<int>? characters = null)
    {
        int end = s.Length;
        while (end > 0 && Before(s, end) is var start && IsTrimmed(At(s, start), characters)) end = start;
        return end == s.Length ? s : s[..end];
    }

    /// <summary>The code points of a text, to be trimmed away; null where there is none.</summary>
    public static HashSet<int>? Set(RenderContext context, string? characters)
    {
        if (characters is null) return null;
        context.Spend(characters.Length);
        var set = new HashSet<int>();
        for (int i = 0; i < characters.Length; i += Width(characters, i)) set.Add(At(characters, i));
        return set;
    }

    public static IEnumerable<Rune> Runes(string s) => s.EnumerateRunes();

    private static bool IsTrimmed(int codePoint, HashSet<int>? characters) =>
        characters?.Contains(codePoint) ?? (codePoint <= char.MaxValue && IsSpace((char)codePoint));

    private static readonly string[] Latin = [.. Enumerable.Range(0, 256).Select(c => ((char)c).ToString())];

    private static string OneUnit(char c) => c < 256 ? Latin[c] : c.ToString();
}
