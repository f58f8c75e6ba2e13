namespace Innate.Scoring.Grading;

/// <summary>
/// Cuts an answer's text into tokens, in one pass. Markdown, dollar signs and LaTeX's spacing say nothing and are left out; a row
/// break <c>\\</c> does say something and is a token.
/// </summary>
internal sealed partial class MathLexer
{
    private static readonly HashSet<string> Spacing = new(StringComparer.Ordinal)
    {
        "quad", "qquad", "displaystyle", "textstyle", "limits", "left", "right", "big", "Big", "bigl", "bigr", "Bigl", "Bigr",
        "bigg", "Bigg", "middle", "hspace", "thinspace", "enspace", "nobreakspace", "hfill", "strut", "boldsymbol", "bm",
    };

    private static readonly HashSet<string> TextBoxes = new(StringComparer.Ordinal)
    {
        "text", "textbf", "textit", "textrm", "textsf", "texttt", "mathrm", "mathbf", "mathit", "mathsf", "mbox", "operatorname",
        "textnormal", "emph", "hbox", "rm",
    };

    private static readonly HashSet<string> NamesInProse = new(StringComparer.Ordinal)
    {
        "pi", "sqrt", "sin", "cos", "tan", "log", "ln", "exp", "infty", "infinity", "arcsin", "arccos", "arctan",
    };

    private readonly string _text;
    private readonly bool _inProse;
    private readonly List<MathToken> _tokens = [];
    private readonly Stack<bool> _braces = new();
    private int _at;
    private int _textBoxes;
    private bool _isSpaced;
    private bool _isNewLine;

    private MathLexer(string text, bool inProse) => (_text, _inProse) = (text, inProse);

    /// <summary>The tokens of a text.</summary>
    /// <param name="text">An answer, or a whole response.</param>
    /// <param name="inProse">Whether it is a whole response: there 一 is a word, not the number one.</param>
    public static List<MathToken> Read(string text, bool inProse = false)
    {
        MathLexer lexer = new(text, inProse);
        while (lexer._at < text.Length) lexer.Next();
        return lexer._tokens;
    }

    private char Char(int at) => at < _text.Length ? MathCharacters.Plain(_text[at]) : '\0';

    private void Next()
    {
        int start = _at;
        char c = Char(_at);
        if (c == '\n') (_isNewLine, _isSpaced) = (true, true);
        if (char.IsWhiteSpace(c))
        {
            // A thin space between digits is no end of a number: see Digits.
            _isSpaced = true;
            _at++;
        }
        else if (IsDigit(_at) || (c == '.' && IsDigit(_at + 1) && !IsDigit(_at - 1)))
        {
            Number();
        }
        else if (c == '\\')
        {
            Backslash();
        }
        else if (char.IsAsciiLetter(c))
        {
            Letters();
        }
        else if (MathCharacters.Command(_text[_at]) is { } command)
        {
            _at++;
            Add(MathTokenKind.Command, command, start);
        }
        else if (MathCharacters.Fraction(_text[_at]) is var (top, bottom))
        {
            _at++;
            Add(MathTokenKind.Command, "frac", start);
            Add(MathTokenKind.Number, top, start);
            Add(MathTokenKind.Number, bottom, start);
        }
        else if (c is '∛' or '∜')
        {
            _at++;
            Add(MathTokenKind.Command, "sqrt", start);
            Add(MathTokenKind.Symbol, "[", start);
            Add(MathTokenKind.Number, c == '∛' ? "3" : "4", start);
            Add(MathTokenKind.Symbol, "]", start);
        }
        else if (MathCharacters.Superscript(_text[_at]) is { } power)
        {
            Superscripts(power);
        }
        else if (char.IsLetter(c) || char.IsSurrogate(c))
        {
            OtherLetters();
        }
        else
        {
            Sign(c);
        }
    }

    private void Backslash()
    {
        int start = _at;
        char next = Char(_at + 1);
        if (char.IsAsciiLetter(next))
        {
            _at++;
            while (char.IsAsciiLetter(Char(_at))) _at++;
            Command(_text[(start + 1).._at], start);
            return;
        }

        _at = Math.Min(_at + 2, _text.Length);
        switch (next)
        {
            case '\\' or '{' or '}' or '|':
                if (next == '\\') RowGap();
                Add(MathTokenKind.Symbol, $@"\{next}", start);
                break;
            case '%':
                Add(MathTokenKind.Symbol, "%", start);
                break;
            case ' ' or ';' or ':' or ',' or '>' or '\n':
                _isSpaced = true;
                break;
            case '!' or '(' or ')' or '[' or ']' or '$' or '/' or '&':
                break;
            default:
                _at = start + 1;
                Add(MathTokenKind.Symbol, @"\", start);
                break;
        }
    }

    // \\[4pt]: how far the next row stands off is no number of the answer.
    private void RowGap()
    {
        int end = _text.IndexOf(']', _at, Math.Min(12, _text.Length - _at));
        if (Char(_at) == '[' && end > _at + 2 && char.IsAsciiLetter(Char(end - 1))
            && char.IsAsciiLetter(Char(end - 2))) _at = end + 1;
    }

    private void Command(string name, int start)
    {
        name = name switch
        {
            "dfrac" or "tfrac" or "cfrac" => "frac",
            "dbinom" or "tbinom" => "binom",
            "le" or "leqslant" => "leq",
            "ge" or "geqslant" => "geq",
            "vert" or "lvert" or "rvert" => "|",
            "lbrace" => "{",
            "rbrace" => "}",
            "ast" => "times",
            "varnothing" => "emptyset",
            "arg" => "arg ",
            "dot" => "dot ",
            "degree" => "circ",
            _ => name,
        };
        if (name is "{" or "}" or "|")
        {
            Add(MathTokenKind.Symbol, name == "|" ? name : $@"\{name}", start);
        }
        else if (Spacing.Contains(name))
        {
            if (name is "left" or "right" && Char(_at) == '.') _at++;
            if (name is not ("left" or "right")) _isSpaced |= name.Contains("quad", StringComparison.Ordinal);
        }
        else if (TextBoxes.Contains(name))
        {
            int open = _at;
            while (char.IsWhiteSpace(Char(open))) open++;
            if (Char(open) != '{') return;
            _at = open + 1;
            _braces.Push(true);
            _textBoxes++;
        }
        else
        {
            Add(MathTokenKind.Command, name, start);
        }
    }

    private void Letters()
    {
        int start = _at;
        bool isAttached = _tokens.Count > 0 && _tokens[^1].End == start && _tokens[^1].IsNumber;
        while (char.IsAsciiLetter(Char(_at))
            || (Char(_at) is '\'' or '-' && _textBoxes > 0 && char.IsAsciiLetter(Char(_at + 1)))) _at++;
        string letters = string.Concat(_text[start.._at].Select(MathCharacters.Plain));
        if (NamesInProse.Contains(letters))
        {
            Add(MathTokenKind.Command, letters == "infinity" ? "infty" : letters, start);
        }
        else if (IsDigit(_at) && !isAttached && !(_tokens.Count > 0 && _tokens[^1].Is("^")))
        {
            while (char.IsAsciiLetterOrDigit(Char(_at))) _at++;
            Add(MathTokenKind.Word, string.Concat(_text[start.._at].Select(MathCharacters.Plain)), start);
        }
        else
        {
            Add(letters.Length == 1 ? MathTokenKind.Letter : MathTokenKind.Word, letters, start);
        }
    }

    private static bool IsListWord(char c) => c is '和' or '或' or '与' or '及';

    private void Sign(char c)
    {
        int start = _at++;
        switch (c)
        {
            case '*' when Char(_at) == '*' && !(IsDigit(start - 1) && (IsDigit(_at + 1) || Char(_at + 1) is '(' or '-')):
                _at++;
                break;
            case '*' when Char(_at) == '*':
                _at++;
                Add(MathTokenKind.Symbol, "^", start);
                break;
            case '$' or '`':
                break;
            case '~':
                _isSpaced = true;
                break;
            case '{':
                _braces.Push(false);
                Add(MathTokenKind.Symbol, "{", start);
                break;
            case '}' when _braces.TryPop(out bool isText) && isText:
                _textBoxes--;
                _isSpaced |= _at < _text.Length && char.IsWhiteSpace(Char(start - 1));
                break;
            case '*':
                Add(MathTokenKind.Command, "times", start);
                break;
            default:
                Add(MathTokenKind.Symbol, c.ToString(), start);
                break;
        }
    }

    private void Add(MathTokenKind kind, string text, int start) => Keep(Token(kind, text, start));

    private MathToken Token(MathTokenKind kind, string text, int start) =>
        new(kind, text, start, _at) { IsSpaced = _isSpaced, IsNewLine = _isNewLine, IsText = _textBoxes > 0 };

    private void Keep(MathToken token)
    {
        _tokens.Add(token);
        (_isSpaced, _isNewLine) = (false, false);
    }
}
