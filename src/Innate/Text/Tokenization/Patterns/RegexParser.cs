using System.Globalization;
using System.Text;

namespace Innate.Text.Tokenization.Patterns;

/// <summary>
/// Reads the regular expressions of tokenizer.json: the syntax that Oniguruma and the Rust engine share, over Unicode code
/// points. What it does not know it refuses by name.
/// </summary>
internal sealed class RegexParser
{
    private const int DeepestNesting = 100;
    private const int MostRepeats = 1000;

    private readonly int[] _pattern;
    private readonly string _expression;
    private readonly string _field;
    private int _at;
    private int _depth;
    private bool _ignoreCase;

    private RegexParser(string expression, string field)
    {
        (_expression, _field) = (expression, field);
        _pattern = expression.EnumerateRunes().Select(r => r.Value).ToArray();
    }

    /// <summary>The tree of an expression.</summary>
    /// <exception cref="InputException">It is not valid, or uses what is not supported.</exception>
    public static RegexNode Parse(string expression, string field)
    {
        var parser = new RegexParser(expression, field);
        RegexNode node = parser.ParseAlternation();
        return parser._at == parser._pattern.Length ? node : throw parser.Refuse("an unmatched ')'");
    }

    private int Peek(int ahead = 0) => _at + ahead < _pattern.Length ? _pattern[_at + ahead] : -1;

    private int Next() => _at < _pattern.Length ? _pattern[_at++] : throw Refuse("an unexpected end");

    private bool Take(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (Peek(i) != text[i]) return false;
        }

        _at += text.Length;
        return true;
    }

    private InputException Refuse(string what) =>
        new($"{_field} '{_expression}' has {what} at position {Math.Min(_at, _pattern.Length)}, which is not supported.");

    private RegexNode ParseAlternation()
    {
        if (++_depth > DeepestNesting) throw Refuse("groups nested too deeply");
        bool caseOutside = _ignoreCase;
        var branches = new List<RegexNode> { ParseSequence() };
        while (Take("|")) branches.Add(ParseSequence());
        _ignoreCase = caseOutside;
        _depth--;
        return branches.Count == 1 ? branches[0] : new AlternationNode(branches);
    }

    private SequenceNode ParseSequence()
    {
        var parts = new List<RegexNode>();
        while (Peek() is not (-1 or '|' or ')'))
        {
            if (ParseAtom() is { } atom) parts.Add(ParseRepeats(atom));
        }

        return new SequenceNode(parts);
    }

    private RegexNode ParseRepeats(RegexNode node)
    {
        for (int nested = 0; ; nested++)
        {
            bool counted = false;
            int min, max;
            if (Take("*")) (min, max) = (0, int.MaxValue);
            else if (Take("+")) (min, max) = (1, int.MaxValue);
            else if (Take("?")) (min, max) = (0, 1);
            else if (Peek() == '{' && TryParseCounts(out min, out max)) counted = true;
            else return node;

            if (node is PlaceNode or LookNode) throw Refuse("a repeated anchor");
            // After counts a '+' is another repetition in Oniguruma, not the possessive mark.
            RepeatMode mode = Take("?") ? RepeatMode.Lazy : !counted && Take("+") ? RepeatMode.Possessive : RepeatMode.Greedy;
            if (nested > 8) throw Refuse("repetitions nested too deeply");
            node = new RepeatNode(node, min, max, mode);
        }
    }

    private bool TryParseCounts(out int min, out int max)
    {
        int start = _at++;
        int? low = ParseNumber(), high = low;
        if (Take(",")) high = ParseNumber() ?? int.MaxValue;
        bool valid = Take("}") && high is not null && (low is not null || high != int.MaxValue);
        (min, max) = (low ?? 0, high ?? 0);
        if (!valid)
        {
            _at = start; // a brace that is no count is a literal
            return false;
        }

        if (min > MostRepeats || (max > MostRepeats && max != int.MaxValue)) throw Refuse("a repetition count above 1000");
        return min <= max ? true : throw Refuse("a repetition whose counts are reversed");
    }

    private int? ParseNumber()
    {
        int? value = null;
        while (Peek() is >= '0' and <= '9') value = Math.Min(100_000, (value ?? 0) * 10 + Next() - '0');
        return value;
    }

    private RegexNode? ParseAtom()
    {
        int c = Next();
        switch (c)
        {
            case '(': return ParseGroup();
            case '[': return new SetNode(new CodePointSet(FoldCase(ParseClass())));
            case '.': return new SetNode(new CodePointSet(x => x != '\n'));
            case '^': return new PlaceNode(Place.LineStart);
            case '$': return new PlaceNode(Place.LineEnd);
            case '*' or '+' or '?': throw Refuse("a repetition of nothing");
            case '\\': return ParseEscape();
            default: return Literal(c);
        }
    }

    private SetNode Literal(int c) => new(new CodePointSet(FoldCase(x => x == c)));

    private RegexNode? ParseGroup()
    {
        RegexNode body;
        if (!Take("?"))
        {
            body = ParseAlternation();
        }
        else if (Take(":"))
        {
            body = ParseAlternation();
        }
        else if (Take(">"))
        {
            body = new AtomicNode(ParseAlternation());
        }
        else if (Take("="))
        {
            body = new LookNode(ParseAlternation(), false, null);
        }
        else if (Take("!"))
        {
            body = new LookNode(ParseAlternation(), true, null);
        }
        else if (Take("<="))
        {
            body = Behind(negated: false);
        }
        else if (Take("<!"))
        {
            body = Behind(negated: true);
        }
        else
        {
            bool on = Take("i") || (Take("-i") ? false : throw Refuse("an unknown group"));
            if (Take(")"))
            {
                _ignoreCase = on; // until the enclosing group ends
                return null;
            }

            if (!Take(":")) throw Refuse("an unknown group");
            bool outside = _ignoreCase;
            _ignoreCase = on;
            body = ParseAlternation();
            _ignoreCase = outside;
        }

        return Take(")") ? body : throw Refuse("an unclosed group");
    }

    private LookNode Behind(bool negated)
    {
        RegexNode body = ParseAlternation();
        return new LookNode(body, negated, FixedLength(body) ?? throw Refuse("a look-behind of varying length"));
    }

    private static int? FixedLength(RegexNode node)
    {
        switch (node)
        {
            case SetNode: return 1;
            case PlaceNode or LookNode: return 0;
            case AtomicNode atomic: return FixedLength(atomic.Body);
            case RepeatNode repeat:
                return repeat.Min == repeat.Max && FixedLength(repeat.Body) is int one ? one * repeat.Min : null;
            case SequenceNode sequence:
                int? sum = 0;
                foreach (RegexNode part in sequence.Parts) sum += FixedLength(part);
                return sum;
            default:
                int?[] lengths = ((AlternationNode)node).Branches.Select(FixedLength).Distinct().ToArray();
                return lengths.Length == 1 ? lengths[0] : null;
        }
    }

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
        Func<int, bool>? intersected = null;
        var items = new List<Func<int, bool>>();
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
                intersected = And(intersected, Any(items));
                items = [];
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
                items.Add(ParseRange());
            }
        }

        _depth--;
        Func<int, bool> all = And(intersected, Any(items));
        return negated ? x => !all(x) : all;
    }

    private Func<int, bool> ParseRange()
    {
        int low = ParseClassCharacter();
        bool isRange = Peek() == '-' && Peek(1) is not (']' or -1) && !(Peek(1) == '&' && Peek(2) == '&');
        if (!isRange) return x => x == low;
        _at++;
        if (Peek() == '[') throw Refuse("a range that ends in a class");
        int high = ParseClassCharacter();
        if (low > high) throw Refuse("a reversed range");
        return x => x >= low && x <= high;
    }

    private int ParseClassCharacter()
    {
        int c = Next();
        if (c != '\\') return c;
        if (Peek() != 'b') return ParseCharacterEscape();
        _at++;
        return '\b';
    }

    private static Func<int, bool> Any(List<Func<int, bool>> items)
    {
        Func<int, bool>[] all = [.. items];
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
