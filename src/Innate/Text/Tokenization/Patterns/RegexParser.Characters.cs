using System.Globalization;
using System.Text;

namespace Innate.Text.Tokenization.Patterns;

/// <content>Escapes and character classes: what stands for one code point.</content>
internal sealed partial class RegexParser
{
    private const int MostClasses = 100;

    private RegexNode ParseEscape()
    {
        switch (Peek())
        {
            case 'A': _at++; return new PlaceNode(Place.TextStart);
            case 'z': _at++; return new PlaceNode(Place.TextEnd);
            case 'Z': _at++; return new PlaceNode(Place.LastLineEnd);
            case 'b': _at++; return new PlaceNode(Place.WordBoundary);
            case 'B': _at++; return new PlaceNode(Place.NotWordBoundary);
        }

        if (TryParseClassEscape() is { } contains) return new SetNode(new CodePointSet(FoldCase(contains)));
        return Literal(ParseCharacterEscape());
    }

    /// <summary>\s, \d, \w, \h, \p and their negations; null where the escape is a single character.</summary>
    private Func<int, bool>? TryParseClassEscape()
    {
        int c = Peek();
        if (c is not ('s' or 'S' or 'd' or 'D' or 'w' or 'W' or 'h' or 'H' or 'p' or 'P')) return null;
        _at++;
        bool negated = c is 'S' or 'D' or 'W' or 'H' or 'P';
        Func<int, bool> contains;
        switch (c | 0x20)
        {
            case 's': contains = UnicodeClasses.IsSpace; break;
            case 'd': contains = x => CharUnicodeInfo.GetUnicodeCategory(x) == UnicodeCategory.DecimalDigitNumber; break;
            case 'w': contains = UnicodeClasses.IsWord; break;
            case 'h': contains = x => x < 128 && char.IsAsciiHexDigit((char)x); break;
            default:
                contains = ParseProperty(ref negated);
                break;
        }

        return negated ? x => !contains(x) : contains;
    }

    private Func<int, bool> ParseProperty(ref bool negated)
    {
        string name;
        if (Take("{"))
        {
            if (Take("^")) negated = !negated;
            var text = new StringBuilder();
            while (Peek() is not ('}' or -1)) text.Append(new Rune(Next()));
            if (!Take("}")) throw Refuse("an unclosed property");
            name = text.ToString();
        }
        else
        {
            name = new Rune(Next()).ToString();
        }

        return UnicodeProperties.Find(name) ?? throw Refuse($"the property '{name}'");
    }

    private int ParseCharacterEscape()
    {
        int c = Next();
        switch (c)
        {
            case 'n': return '\n';
            case 'r': return '\r';
            case 't': return '\t';
            case 'f': return '\f';
            case 'v': return '\v';
            case 'a': return '\a';
            case 'e': return 0x1B;
            case '0' when Peek() is not (>= '0' and <= '9'): return 0;
            case 'x': return Take("{") ? ParseHex(8, '}') : ParseHex(2, null);
            case 'u': return Take("{") ? ParseHex(8, '}') : ParseHex(4, null);
        }

        bool letterOrDigit = c < 128 && char.IsAsciiLetterOrDigit((char)c);
        return letterOrDigit ? throw Refuse($"the escape '\\{(char)c}'") : c;
    }

    private int ParseHex(int digits, int? close)
    {
        int value = 0, read = 0;
        while (read < digits && Peek() is >= 0 and < 128 && char.IsAsciiHexDigit((char)Peek()))
        {
            value = value * 16 + Convert.ToInt32(((char)Next()).ToString(), 16);
            read++;
            if (value > 0x10FFFF) throw Refuse("a code point beyond U+10FFFF");
        }

        bool complete = close is null ? read == digits : read > 0 && Next() == close;
        return complete ? value : throw Refuse("an incomplete character code");
    }

    /// <summary>What stands between '[' and ']': ranges, escapes, nested classes, and intersections with &amp;&amp;.</summary>
    private Func<int, bool> ParseClass()
    {
        if (++_depth > DeepestNesting) throw Refuse("classes nested too deeply");
        bool negated = Take("^");
        int intersections = 0;
        Func<int, bool>? intersected = null;
        var items = new List<Func<int, bool>>();
        var ranges = new List<(int Low, int High)>();
        bool first = true;
        while (true)
        {
            if (Peek() == ']' && !first)
            {
                _at++;
                break;
            }

            first = false;
            if (Take("&&"))
            {
                if (++intersections > MostClasses) throw Refuse($"more than {MostClasses} intersections in a class");
                intersected = And(intersected, Any(items, ranges));
                items = [];
                ranges = [];
            }
            else if (Peek() == '[' && Peek(1) == ':')
            {
                throw Refuse("a bracket class '[:'");
            }
            else if (Take("["))
            {
                items.Add(ParseClass());
            }
            else if (Peek() == '\\' && Peek(1) is 's' or 'S' or 'd' or 'D' or 'w' or 'W' or 'h' or 'H' or 'p' or 'P')
            {
                _at++;
                items.Add(TryParseClassEscape()!);
            }
            else
            {
                ranges.Add(ParseRange());
            }

            // Each is asked for every code point.
            if (items.Count > MostClasses) throw Refuse($"more than {MostClasses} classes in a class");
        }

        _depth--;
        Func<int, bool> all = And(intersected, Any(items, ranges));
        return negated ? x => !all(x) : all;
    }

    private (int Low, int High) ParseRange()
    {
        int low = ParseClassCharacter();
        bool isRange = Peek() == '-' && Peek(1) is not (']' or -1) && !(Peek(1) == '&' && Peek(2) == '&');
        if (!isRange) return (low, low);
        _at++;
        if (Peek() == '[') throw Refuse("a range that ends in a class");
        int high = ParseClassCharacter();
        if (low > high) throw Refuse("a reversed range");
        return (low, high);
    }

    private int ParseClassCharacter()
    {
        int c = Next();
        if (c != '\\') return c;
        if (Peek() != 'b') return ParseCharacterEscape();
        _at++;
        return '\b';
    }

    private static Func<int, bool> Any(List<Func<int, bool>> items, List<(int Low, int High)> ranges)
    {
        Func<int, bool>[] all = ranges.Count == 0 ? [.. items] : [InRanges(ranges), .. items];
        if (all.Length == 1) return all[0];
        return x =>
        {
            foreach (Func<int, bool> item in all)
            {
                if (item(x)) return true;
            }

            return false;
        };
    }

    // Sorted and joined: however many there are, one is looked up in a few steps.
    private static Func<int, bool> InRanges(List<(int Low, int High)> ranges)
    {
        ranges.Sort();
        List<int> lows = [], highs = [];
        foreach ((int low, int high) in ranges)
        {
            if (highs.Count > 0 && low <= highs[^1] + 1)
            {
                highs[^1] = Math.Max(highs[^1], high);
                continue;
            }

            lows.Add(low);
            highs.Add(high);
        }

        int[] begins = [.. lows], ends = [.. highs];
        return x =>
        {
            int at = Array.BinarySearch(begins, x);
            if (at < 0) at = ~at - 1;
            return at >= 0 && x <= ends[at];
        };
    }

    private static Func<int, bool> And(Func<int, bool>? left, Func<int, bool> right) =>
        left is null ? right : x => left(x) && right(x);

    private Func<int, bool> FoldCase(Func<int, bool> contains)
    {
        if (!_ignoreCase) return contains;
        return x =>
        {
            if (contains(x)) return true;
            if (x is >= 0xD800 and <= 0xDFFF) return false;
            int lower = Rune.ToLowerInvariant(new Rune(x)).Value, upper = Rune.ToUpperInvariant(new Rune(x)).Value;
            // Letters of one case fold that simple upper and lower case do not connect.
            return contains(lower) || contains(upper) || (lower, x) switch
            {
                ('s', _) => contains('ſ'),
                (_, 'ſ') => contains('s') || contains('S'),
                ('k', _) => contains('\u212A'),
                (_, '\u212A') => contains('k') || contains('K'),
                ('å', _) => contains('\u212B'),
                (_, '\u212B') => contains('å') || contains('Å'),
                ('σ', _) => contains('ς'),
                (_, 'ς') => contains('σ') || contains('Σ'),
                _ => false,
            };
        };
    }
}
