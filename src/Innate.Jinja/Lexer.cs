namespace Innate.Jinja;

/// <summary>
/// Splits a template into text and tags with Hugging Face's settings: trim_blocks (the newline after a block tag goes),
/// lstrip_blocks (the spaces before a block tag that starts its line go), and one newline at the template's end goes.
/// A minus in a tag removes all white space on its side, a plus keeps what the settings would remove.
/// </summary>
internal sealed partial class Lexer
{
    private static readonly string[] LongOperators = ["//", "**", "==", "!=", ">=", "<="];

    private readonly string _source;
    private readonly List<Token> _tokens = [];
    private int _at;
    private bool _lineStarts = true;

    private Lexer(string source) => _source = source;

    public static string Normalise(string source)
    {
        string text = source.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        return text.EndsWith('\n') ? text[..^1] : text;
    }

    /// <summary>The tokens of a normalised source; the last is always <see cref="TokenKind.End"/>.</summary>
    public static List<Token> Read(string source)
    {
        var lexer = new Lexer(source);
        lexer.ReadAll();
        return lexer._tokens;
    }

    private void ReadAll()
    {
        while (true)
        {
            int tag = NextTag(_at);
            if (tag < 0) break;
            char kind = _source[tag + 1];
            char sign = Sign(tag + 2);
            AddData(_at, Before(_at, tag, sign, isBlock: kind != '{'));
            _at = tag + (sign == ' ' ? 2 : 3);
            _lineStarts = false;
            if (kind == '#') SkipComment(tag);
            else if (kind == '{') ReadTag(tag, TokenKind.VariableBegin, TokenKind.VariableEnd, "}}");
            else if (!ReadRaw(tag)) ReadTag(tag, TokenKind.BlockBegin, TokenKind.BlockEnd, "%}");
        }

        AddData(_at, _source.Length);
        _tokens.Add(new Token(TokenKind.End, "", _source.Length));
    }

    private int NextTag(int from)
    {
        for (int i = from; (i = _source.IndexOf('{', i)) >= 0 && i + 1 < _source.Length; i++)
        {
            if (_source[i + 1] is '{' or '%' or '#') return i;
        }

        return -1;
    }

    private char Sign(int i) => i < _source.Length && _source[i] is '-' or '+' ? _source[i] : ' ';

    private void AddData(int start, int end)
    {
        if (end > start) _tokens.Add(new Token(TokenKind.Data, _source[start..end], start));
    }

    /// <summary>
    /// Where the text that starts at <paramref name="start"/> ends when a tag follows at <paramref name="tag"/>.
    /// </summary>
    private int Before(int start, int tag, char sign, bool isBlock)
    {
        int end = tag;
        if (sign == '-')
        {
            while (end > start && CodePoints.IsSpace(_source[end - 1])) end--;
            return end;
        }

        if (sign == '+' || !isBlock) return tag;
        while (end > start && _source[end - 1] != '\n' && CodePoints.IsSpace(_source[end - 1])) end--;
        bool startsLine = end > start ? _source[end - 1] == '\n' : _lineStarts;
        return startsLine ? end : tag;
    }

    /// <summary>
    /// Steps over what follows a closing tag: all white space after a minus, one newline after a block without sign.
    /// </summary>
    private void After(char sign, bool isBlock)
    {
        int start = _at;
        if (sign == '-')
        {
            while (_at < _source.Length && CodePoints.IsSpace(_source[_at])) _at++;
        }
        else if (sign != '+' && isBlock && _at < _source.Length && _source[_at] == '\n')
        {
            _at++;
        }

        _lineStarts = _at > start && _source[_at - 1] == '\n';
    }

    private void SkipComment(int tag)
    {
        int end = _source.IndexOf("#}", _at, StringComparison.Ordinal);
        if (end < 0) throw new TemplateFault("expected '#}' to close the comment and found the end of the template", tag);
        char sign = end > _at ? Sign(end - 1) : ' ';
        _at = end + 2;
        After(sign, isBlock: true);
    }

    /// <summary>Reads "raw ... endraw" when the block tag just opened says so.</summary>
    private bool ReadRaw(int tag)
    {
        int i = SkipSpace(_at);
        if (!Follows("raw", i)) return false;
        i = SkipSpace(i + 3);
        char sign = i < _source.Length && _source[i] == '-' ? '-' : ' ';
        if (!Follows("%}", sign == '-' ? i + 1 : i)) return false;
        _at = i + (sign == '-' ? 3 : 2);
        After(sign, isBlock: false);
        int start = _at;
        for (int open = start; (open = _source.IndexOf("{%", open, StringComparison.Ordinal)) >= 0; open++)
        {
            char before = Sign(open + 2);
            int j = SkipSpace(open + (before == ' ' ? 2 : 3));
            if (!Follows("endraw", j)) continue;
            j = SkipSpace(j + 6);
            char after = Sign(j);
            if (after != ' ') j++;
            if (!Follows("%}", j)) continue;
            AddData(start, Before(start, open, before, isBlock: true));
            _at = j + 2;
            After(after, isBlock: true);
            return true;
        }

        throw new TemplateFault("expected 'endraw' to close 'raw' and found the end of the template", tag);
    }

    private int SkipSpace(int i)
    {
        while (i < _source.Length && CodePoints.IsSpace(_source[i])) i++;
        return i;
    }

    private bool Follows(string text, int i) => string.CompareOrdinal(_source, i, text, 0, text.Length) == 0;

    private void ReadTag(int tag, TokenKind begin, TokenKind end, string closing)
    {
        bool isBlock = begin == TokenKind.BlockBegin;
        _tokens.Add(new Token(begin, "", tag));
        var brackets = new Stack<char>();
        while (true)
        {
            _at = SkipSpace(_at);
            if (_at >= _source.Length)
            {
                throw new TemplateFault($"expected '{closing}' to close the tag and found the end of the template", tag);
            }

            if (brackets.Count == 0)
            {
                char sign = Sign(_at);
                if (sign == '+' && !isBlock) sign = ' ';
                int i = sign == ' ' ? _at : _at + 1;
                if (Follows(closing, i))
                {
                    _tokens.Add(new Token(end, "", _at));
                    _at = i + 2;
                    After(sign, isBlock);
                    return;
                }
            }

            _tokens.Add(ReadToken(brackets));
        }
    }

    private Token ReadToken(Stack<char> brackets)
    {
        int start = _at;
        char c = _source[_at];
        if (c is '\'' or '"') return ReadText(c);
        if (char.IsAsciiDigit(c)) return ReadNumber();
        if (char.IsLetter(c) || c == '_')
        {
            while (_at < _source.Length && (char.IsLetterOrDigit(_source[_at]) || _source[_at] == '_')) _at++;
            return new Token(TokenKind.Name, _source[start.._at], start);
        }

        foreach (string op in LongOperators)
        {
            if (!Follows(op, _at)) continue;
            _at += 2;
            return new Token(TokenKind.Operator, op, start);
        }

        if (!"+-/*%~[](){}><=.:|,;".Contains(c))
        {
            throw new TemplateFault($"found the unexpected character '{Character(_at)}'", _at);
        }

        if (c is '(' or '[' or '{') brackets.Push(c);
        if (c is ')' or ']' or '}')
        {
            if (!brackets.TryPop(out char open)) throw new TemplateFault($"found '{c}' without its opening bracket", _at);
            char expected = open switch { '(' => ')', '[' => ']', _ => '}' };
            if (c != expected) throw new TemplateFault($"expected '{expected}' and found '{c}'", _at);
        }

        _at++;
        return new Token(TokenKind.Operator, c.ToString(), start);
    }

    private string Character(int i)
    {
        string one = _source.Substring(i, CodePoints.Width(_source, i));
        return char.IsControl(one[0]) || char.IsSurrogate(one[0]) && one.Length == 1 ? $"U+{(int)one[0]:X4}" : one;
    }
}
