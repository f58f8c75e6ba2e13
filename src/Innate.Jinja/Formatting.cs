using System.Globalization;
using System.Numerics;
using System.Text;

namespace Innate.Jinja;

/// <summary>Python's two ways of formatting: "%s" % values, and "{}".format(values).</summary>
internal static partial class Formatting
{
    /// <summary>What one field asks for, in either notation.</summary>
    private record struct Spec(
        char Type, long Width, int Precision, char Align, string Fill, char Sign, bool Alternate, char Grouping);

    /// <summary>The filter "format": arguments by position, or by name.</summary>
    public static string Percent(RenderContext context, string format, Arguments arguments)
    {
        if (arguments.Positional.Count > 0 && arguments.Named.Count > 0)
        {
            throw new TemplateFault("format takes arguments by position or by name, not both");
        }

        if (arguments.Named.Count == 0) return Percent(context, format, new PyTuple([.. arguments.Positional]));
        var named = new PyDict();
        foreach ((string name, object? value) in arguments.Named) named.Set(context, name, value);
        return Percent(context, format, named);
    }

    public static string Percent(RenderContext context, string format, object? values)
    {
        context.SpendText(format.Length);
        context.Spend(format.Length / Limits.CharactersPerStep);
        var result = new StringBuilder();
        PyTuple list = values as PyTuple ?? new PyTuple(values);
        int used = 0, i = 0;
        object? Next() => used < list.Count ? list[used++] : throw new TemplateFault("not enough arguments for format string");
        while (i < format.Length)
        {
            char c = format[i++];
            if (c != '%')
            {
                result.Append(c);
                continue;
            }

            object? value = Access.Absent;
            if (Peek(format, i) == '(')
            {
                int end = format.IndexOf(')', i);
                if (end < 0) throw new TemplateFault("incomplete format key");
                if (values is not PyDict dict) throw new TemplateFault("format requires a mapping");
                if (!dict.TryGet(context, format[(i + 1)..end], out value))
                {
                    throw new TemplateFault($"format has no value for '{format[(i + 1)..end]}'");
                }

                i = end + 1;
            }

            var spec = new Spec(' ', 0, -1, '>', " ", '-', false, ' ');
            bool zero = false;
            for (; Peek(format, i) is '-' or '+' or ' ' or '#' or '0'; i++)
            {
                if (format[i] == '-') spec.Align = '<';
                else if (format[i] == '0') zero = true;
                else if (format[i] == '#') spec.Alternate = true;
                else if (spec.Sign != '+') spec.Sign = format[i];
            }

            spec.Width = ReadNumber(format, ref i, Next) ?? 0;
            if (spec.Width < 0) (spec.Width, spec.Align) = (-spec.Width, '<');
            if (Peek(format, i) == '.')
            {
                i++;
                spec.Precision = CheckPrecision(ReadNumber(format, ref i, Next) ?? 0);
            }

            spec.Type = Peek(format, i++);
            if (spec.Type == '%')
            {
                result.Append('%');
                continue;
            }

            if (value == Access.Absent) value = Next();
            if (zero && spec.Align == '>' && spec.Type is not ('s' or 'r' or 'a' or 'c')) (spec.Align, spec.Fill) = ('=', "0");
            Append(context, result, PercentText(context, spec, value), spec);
        }

        if (used < list.Count && values is not (PyDict or PyList or PyRange or Undefined))
        {
            throw new TemplateFault("not all arguments converted during string formatting");
        }

        return result.ToString();
    }

    private static char Peek(string s, int i) => i < s.Length ? s[i] : '\0';

    private static long? ReadNumber(string format, ref int i, Func<object?>? star)
    {
        if (star is not null && Peek(format, i) == '*')
        {
            i++;
            // No text is that wide, and clamping keeps the sign.
            return Numbers.Plain(star()) is long n
                ? Math.Clamp(n, -int.MaxValue, int.MaxValue)
                : throw new TemplateFault("* wants an integer");
        }

        int start = i;
        while (char.IsAsciiDigit(Peek(format, i))) i++;
        if (i == start) return null;
        return i - start < 10 ? long.Parse(format.AsSpan(start, i - start), CultureInfo.InvariantCulture) : int.MaxValue;
    }

    private static int CheckPrecision(long precision) => precision <= Limits.Precision
        ? (int)Math.Max(0, precision)
        : throw new TemplateFault(
            FormattableString.Invariant($"a precision of {precision} is beyond the limit of {Limits.Precision:N0} digits"));

    private static string PercentText(RenderContext context, Spec spec, object? value)
    {
        switch (spec.Type)
        {
            case 's': return Cut(context, Python.Str(context, value), spec.Precision);
            case 'r': return Cut(context, Python.Repr(context, value), spec.Precision);
            case 'a': return Cut(context, Python.Ascii(context, value), spec.Precision);
            case 'c': return value is string { Length: 1 or 2 } s && CodePoints.Count(s) == 1
                ? s
                : char.ConvertFromUtf32((int)CodePoint(value));
            case 'd' or 'i' or 'u' or 'x' or 'X' or 'o':
                if (spec.Type is 'd' or 'i' or 'u' && value is double d && double.IsFinite(d))
                {
                    value = Numbers.Fit(context, new BigInteger(Math.Truncate(d)));
                }

                break;
            case 'e' or 'E' or 'f' or 'F' or 'g' or 'G': break;
            default: throw new TemplateFault($"unsupported format character '{spec.Type}'");
        }

        if (value is Undefined u) throw u.Fault();
        if (!Numbers.IsNumber(value))
        {
            throw new TemplateFault($"%{spec.Type} format: a number is required, not {Python.TypeName(value)}");
        }

        return NumberText(context, spec with { Type = spec.Type is 'i' or 'u' ? 'd' : spec.Type }, value);
    }

    private static long CodePoint(object? value) =>
        Numbers.Plain(value) is long n and >= 0 and < 0x110000 and not (>= 0xD800 and < 0xE000)
        ? n
        : throw new TemplateFault("%c requires an int or a character");

    private static string Cut(RenderContext context, string s, int precision)
    {
        if (precision < 0) return s;
        context.SpendText(s.Length);
        return precision >= CodePoints.Count(s) ? s : s[..CodePoints.ToUnits(s, precision)];
    }

    private static void Append(RenderContext context, StringBuilder result, string text, Spec spec)
    {
        context.SpendText(text.Length);
        string padding = Operators.Repeat(context, spec.Fill, spec.Width - CodePoints.Count(text));
        RenderContext.CheckText((long)result.Length + text.Length + padding.Length);
        int sign = text.Length > 0 && text[0] is '-' or '+' or ' ' ? 1 : 0;
        int half = padding.Length / spec.Fill.Length / 2 * spec.Fill.Length;
        _ = spec.Align switch
        {
            '<' => result.Append(text).Append(padding),
            '^' => result.Append(padding, 0, half).Append(text).Append(padding, half, padding.Length - half),
            '=' => result.Append(text, 0, sign).Append(padding).Append(text, sign, text.Length - sign),
            _ => result.Append(padding).Append(text),
        };
    }
}
