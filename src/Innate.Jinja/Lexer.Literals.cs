using System.Globalization;
using System.Text;

namespace Innate.Jinja;

/// <summary>Numbers and texts.</summary>
internal sealed partial class Lexer
{
    private Token ReadNumber()
    {
        int start = _at;
        if (_source[_at] == '0' && _at + 1 < _source.Length && char.ToLowerInvariant(_source[_at + 1]) is 'x' or 'b' or 'o')
        {
            _at += 2;
            while (_at < _source.Length && (char.IsAsciiHexDigit(_source[_at]) || _source[_at] == '_')) _at++;
            return new Token(TokenKind.Integer, _source[start.._at], start);
        }

        bool isFloat = false;
        Digits();
        bool afterDot = start > 0 && _source[start - 1] == '.';
        if (!afterDot && _at + 1 < _source.Length && _source[_at] == '.' && char.IsAsciiDigit(_source[_at + 1]))
        {
            isFloat = true;
            _at++;
            Digits();
        }

        if (!afterDot && _at < _source.Length && _source[_at] is 'e' or 'E')
        {
            int i = _at + 1 < _source.Length && _source[_at + 1] is '+' or '-' ? _at + 2 : _at + 1;
            if (i < _source.Length && char.IsAsciiDigit(_source[i]))
            {
                isFloat = true;
                _at = i;
                Digits();
            }
        }

        return new Token(isFloat ? TokenKind.Float : TokenKind.Integer, _source[start.._at], start);
    }

    private void Digits()
    {
        while (_at < _source.Length
            && (char.IsAsciiDigit(_source[_at])
                || (_source[_at] == '_' && _at + 1 < _source.Length && char.IsAsciiDigit(_source[_at + 1])))) _at++;
    }

    private Token ReadText(char quote)
    {
        int start = _at++;
        var text = new StringBuilder();
        while (true)
        {
            int i = _source.AsSpan(_at).IndexOfAny(quote, '\\');
            if (i < 0) throw new TemplateFault($"expected {quote} to close the text and found the end of the template", start);
            text.Append(_source, _at, i);
            _at += i + 1;
            if (_source[_at - 1] == quote) return new Token(TokenKind.Text, text.ToString(), start);
            if (_at >= _source.Length)
            {
                throw new TemplateFault($"expected {quote} to close the text and found the end of the template", start);
            }

            ReadEscape(text);
        }
    }

    /// <summary>Python's escapes; one that Python does not know stays as it is written.</summary>
    private void ReadEscape(StringBuilder text)
    {
        char c = _source[_at++];
        switch (c)
        {
            case '\n': break;
            case '\\' or '\'' or '"': text.Append(c); break;
            case 'a': text.Append('\a'); break;
            case 'b': text.Append('\b'); break;
            case 'f': text.Append('\f'); break;
            case 'n': text.Append('\n'); break;
            case 'r': text.Append('\r'); break;
            case 't': text.Append('\t'); break;
            case 'v': text.Append('\v'); break;
            case 'x': AppendHex(text, 2); break;
            case 'u': AppendHex(text, 4); break;
            case 'U': AppendHex(text, 8); break;
            case >= '0' and <= '7':
                int value = c - '0';
                for (int n = 1; n < 3 && _at < _source.Length && _source[_at] is >= '0' and <= '7'; n++)
                {
                    value = value * 8 + _source[_at++] - '0';
                }

                text.Append((char)value);
                break;
            default: text.Append('\\').Append(c); break;
        }
    }

    private void AppendHex(StringBuilder text, int digits)
    {
        int start = _at - 2;
        if (_at + digits > _source.Length
            || !uint.TryParse(
                _source.AsSpan(_at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint code)
            || code > 0x10FFFF)
        {
            throw new TemplateFault(
                $"expected {digits} hexadecimal digits of a character after '{_source.Substring(start, 2)}'", start);
        }

        _at += digits;
        if (code < 0x10000) text.Append((char)code);
        else text.Append(char.ConvertFromUtf32((int)code));
    }
}
