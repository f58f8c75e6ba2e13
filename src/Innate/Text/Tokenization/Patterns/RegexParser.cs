namespace Innate.Text.Tokenization.Patterns;

/// <summary>
/// Reads the regular expressions of tokenizer.json: the syntax that Oniguruma and the Rust engine share, over Unicode code
/// points. What it does not know it refuses by name.
/// </summary>
internal sealed partial class RegexParser
{
    private const int DeepestNesting = 100;
    private const int MostRepeats = 1000;
    private const int MostAtoms = 20_000;
    private const int LongestBehind = 1 << 20;

    private readonly int[] _pattern;
    private readonly string _expression;
    private readonly string _field;
    private int _at;
    private int _depth;
    private int _atoms;
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
        new($"{_field} '{Shown}' has {what} at position {Math.Min(_at, _pattern.Length)}, which is not supported.");

    private string Shown => _expression.Length <= 200 ? _expression : _expression[..197] + "...";

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
        if (++_atoms > MostAtoms) throw Refuse($"more than {MostAtoms} parts");
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

    private SetNode Literal(int c) => new(_ignoreCase ? new CodePointSet(FoldCase(x => x == c)) : new CodePointSet(c));

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
        long length = FixedLength(body) ?? throw Refuse("a look-behind of varying length");
        return length <= LongestBehind
            ? new LookNode(body, negated, (int)length)
            : throw Refuse($"a look-behind of more than {LongestBehind} characters");
    }

    private static long? FixedLength(RegexNode node)
    {
        switch (node)
        {
            case SetNode: return 1;
            case PlaceNode or LookNode: return 0;
            case AtomicNode atomic: return FixedLength(atomic.Body);
            case RepeatNode repeat:
                return repeat.Min == repeat.Max && FixedLength(repeat.Body) is long one ? Math.Min(one * repeat.Min, int.MaxValue)
                    : null;
            case SequenceNode sequence:
                long? sum = 0;
                foreach (RegexNode part in sequence.Parts) sum += FixedLength(part);
                return sum is > int.MaxValue ? int.MaxValue : sum;
            default:
                long?[] lengths = ((AlternationNode)node).Branches.Select(FixedLength).Distinct().ToArray();
                return lengths.Length == 1 ? lengths[0] : null;
        }
    }
}
