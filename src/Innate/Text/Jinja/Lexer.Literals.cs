using System.Globalization;
using System.Text;

namespace Innate.Text.Jinja;

/// <summary>Numbers and texts.</summary>
internal sealed partial class Lexer
{
    private Token ReadNumber()
    {
        int start = at;
        if (source[at] == '0' && at + 1 < source.Length && char.ToLowerInvariant(source[at + 1]) is 'x' or 'b' or 'o')
        {
            at += 2;
            while (at < source.Length && (char.IsAsciiHexDigit(source[at]) || source[at] == '_')) at++;
            return new Token(TokenKind.Integer, source[start..at], start);
        }

        bool isFloat = false;
        Digits();
        bool afterDot = start > 0 && source[start - 1] == '.';
        if (!afterDot && at + 1 < source.Length && source[at] == '.' && char.IsAsciiDigit(source[at + 1]))
        {
            isFloat = true;
            at++;
            Digits();
        }

        if (!afterDot && at < source.Length && source[at] is 'e' or 'E')
        {
            int i = at + 1 < source.Length && source[at + 1] is '+' or '-' ? at + 2 : at + 1;
            if (i < source.Length && char.IsAsciiDigit(source[i]))
            {
                isFloat = true;
                at = i;
                Digits();
            }
        }

        return new Token(isFloat ? TokenKind.Float : TokenKind.Integer, source[start..at], start);
    }

    private void Digits()
    {
        while (at < source.Length
            && (char.IsAsciiDigit(source[at])
                || (source[at] == '_' && at + 1 < source.Length && char.IsAsciiDigit(source[at + 1])))) at++;
    }

    private Token ReadText(char quote)
    {
        int start = at++;
        var text = new StringBuilder();
        while (true)
        {
            int i = source.AsSpan(at).IndexOfAny(quote, '\\');
            if (i < 0) throw new TemplateFault($"expected {quote} to close the text and found the end of the template", start);
            text.Append(source, at, i);
            at += i + 1;
            if (source[at - 1] == quote) return new Token(TokenKind.Text, text.ToString(), start);
            if (at >= source.Length) throw new TemplateFault($"expected {quote} to close the text and found the end of the template", start);
            ReadEscape(text);
        }
    }

    /// <summary>Python's escapes; one that Python does not know stays as it is written.</summary>
    private void ReadEscape(StringBuilder text)
    {
        char c = source[at++];
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
                for (int n = 1; n < 3 && at < source.Length && source[at] is >= '0' and <= '7'; n++) value = value * 8 + source[at++] - '0';
                text.Append((char)value);
                break;
            default: text.Append('\\').Append(c); break;
        }
    }

    private void AppendHex(StringBuilder text, int digits)
    {
        int start = at - 2;
        if (at + digits > source.Length
            || !uint.TryParse(source.AsSpan(at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint code)
            || code > 0x10FFFF)
        {
            throw new TemplateFault($"expected {digits} hexadecimal digits of a character after '{source.Substring(start, 2)}'", start);
        }

        at += digits;
        if (code < 0x10000) text.Append((char)code);
        else text.Append(char.ConvertFromUtf32((int)code));
    }
}
