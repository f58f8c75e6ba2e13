using System.Globalization;
using System.Numerics;
using System.Text;

namespace Innate.Scoring.Grading;

/// <summary>
/// Numbers: digits with their groups, point and exponent, raised digits, Chinese numerals and the words around
/// them.
/// </summary>
internal sealed partial class MathLexer
{
    private static readonly string[] Bars = [@"\overline{", @"\bar{"];

    private bool IsDigit(int at) => at >= 0 && char.IsAsciiDigit(Char(at));

    private void Number()
    {
        int start = _at;
        Digits();
        bool isGrouped = _at - start <= 3 && IsGroup(_at);
        while (_at - start > 0 && isGrouped && IsGroup(_at)) _at += GroupLength(_at);
        string? grouped = Commas(start);
        if (Char(_at) == '.' && IsDigit(_at + 1))
        {
            _at++;
            Digits();
        }
        else if (Char(_at) == '.' && _at > start && !IsLastSign(_at) && Char(_at + 1) is not ('.' or '\\'))
        {
            // "3." before more of the formula: the point is the number's.
            _at++;
        }

        int sign = Char(_at + 1) is '+' or '-' ? 2 : 1;
        if (Char(_at) is 'e' or 'E' && IsDigit(_at + sign))
        {
            _at += sign;
            Digits();
        }

        string plain = Plain(start, _at).TrimEnd('.');
        if (Recurring(plain) is ExactNumber recurring)
        {
            Keep(Token(MathTokenKind.Number, recurring.ToString(), start) with { Value = recurring });
            return;
        }

        MathToken token = Token(MathTokenKind.Number, plain, start) with { Grouped = grouped };
        (BigInteger factor, int length) = ChineseNumeral.Multiplier(_text, _at);
        if (length > 0 && ExactNumber.Read(plain) is ExactNumber n)
        {
            _at += length;
            token = token with { Value = n * new ExactNumber(factor, 1), End = _at, Grouped = null };
        }

        Keep(token);
    }

    // 0.1\overline{6}: the period's digits over as many nines, behind the digits before it.
    private ExactNumber? Recurring(string plain)
    {
        int bar = Char(_at) == '.' ? _at + 1 : plain.Contains('.', StringComparison.Ordinal) ? _at : -1;
        string mark = bar < 0 ? "" : Array.Find(Bars, b => Starts(bar, b)) ?? "";
        int from = bar + mark.Length, to = from;
        while (IsDigit(to) && to - from < 30) to++;
        if (mark.Length == 0 || to == from || Char(to) != '}' || ExactNumber.Read(plain) is not ExactNumber before) return null;
        _at = to + 1;
        int places = plain.Contains('.', StringComparison.Ordinal)
            ? plain.Length - plain.IndexOf('.', StringComparison.Ordinal) - 1 : 0;
        BigInteger period = BigInteger.Parse(Plain(from, to), NumberStyles.None, CultureInfo.InvariantCulture);
        return before + ExactNumber.Of(period, BigInteger.Pow(10, places) * (BigInteger.Pow(10, to - from) - 1));
    }

    private void Digits()
    {
        while (IsDigit(_at)) _at++;
    }

    // Whether a comma (or {,} or \, or a thin space) and exactly three digits follow.
    private bool IsGroup(int at)
    {
        int length = GroupLength(at);
        return length > 0 && !IsDigit(at + length);
    }

    private int GroupLength(int at)
    {
        int mark = Char(at) == ',' || _text.AsSpan(Math.Min(at, _text.Length)) is ['\u2009' or '\u202f', ..] ? 1
            : Starts(at, "{,}") || Starts(at, @"\!,") ? 3
            : Starts(at, @"\,") ? 2
            : Starts(at, @",\!") ? 3
            : 0;
        return mark > 0 && IsDigit(at + mark) && IsDigit(at + mark + 1) && IsDigit(at + mark + 2) ? mark + 3 : 0;
    }

    // A point at the end of the text or before white space ends a sentence.
    private bool IsLastSign(int at) => at + 1 >= _text.Length || char.IsWhiteSpace(Char(at + 1))
        || Char(at + 1) is '$' or '*' or ')' or '}';

    private bool Starts(int at, string part) => string.CompareOrdinal(_text, at, part, 0, part.Length) == 0;

    // Digits, point and exponent as plain signs; commas alone as they group.
    private string Plain(int start, int end)
    {
        StringBuilder plain = new();
        for (int i = start; i < end; i++)
        {
            char c = Char(i);
            if (char.IsAsciiLetterOrDigit(c) || c is '.' or '+' or '-') plain.Append(c);
        }

        return plain.ToString();
    }

    // The number's own commas say how it is grouped, only where no LaTeX says that they are part of it.
    private string? Commas(int start)
    {
        ReadOnlySpan<char> written = _text.AsSpan(start, _at - start);
        if (written.ContainsAny("{\\\u2009\u202f") || !written.ContainsAny(",，")) return null;
        return string.Create(written.Length, (_text, start), static (digits, from) =>
        {
            for (int i = 0; i < digits.Length; i++) digits[i] = MathCharacters.Plain(from._text[from.start + i]);
        });
    }

    private void Superscripts(char power)
    {
        int start = _at;
        Add(MathTokenKind.Symbol, "^", start);
        Add(MathTokenKind.Symbol, "{", start);
        if (power is '-' or '+')
        {
            _at++;
            Add(MathTokenKind.Symbol, power.ToString(), start);
        }

        string digits = "";
        while (_at < _text.Length && MathCharacters.Superscript(_text[_at]) is char c && char.IsAsciiDigit(c))
        {
            digits += c;
            _at++;
        }

        if (digits.Length > 0) Add(MathTokenKind.Number, digits, start);
        Add(MathTokenKind.Symbol, "}", start);
    }

    private void OtherLetters()
    {
        int start = _at;
        if (ChineseNumeral.Begins(_text[_at]))
        {
            int end = ChineseNumeral.End(_text, _at);
            bool isWord = _inProse && end - start < 2;
            if (!isWord && ChineseNumeral.Read(_text.AsSpan(start, end - start)) is ExactNumber value)
            {
                bool isPercent = _text[start..end].Contains("百分之", StringComparison.Ordinal);
                _at = end;
                ExactNumber plain = isPercent ? value * new ExactNumber(100, 1) : value;
                Keep(Token(MathTokenKind.Number, plain.ToString(), start) with { Value = plain });
                if (isPercent) Add(MathTokenKind.Symbol, "%", start);
                return;
            }

            _at = end;
        }

        if (_at == start) _at++;
        while (_at < _text.Length && !ChineseNumeral.Begins(_text[_at]) && !char.IsAscii(Char(_at))
            && (char.IsLetter(_text[_at]) || char.IsSurrogate(_text[_at])
                || char.GetUnicodeCategory(_text[_at]) == UnicodeCategory.NonSpacingMark)
            && !IsListWord(_text[_at]) && !IsListWord(_text[start]))
        {
            _at++;
        }

        Add(MathTokenKind.Word, _text[start.._at], start);
    }
}
