using System.Globalization;
using System.Numerics;
using System.Text;

namespace Innate.Text.Jinja;

/// <summary>Python's two ways of formatting: "%s" % values, and "{}".format(values).</summary>
internal static class Formatting
{
    /// <summary>What one field asks for, in either notation.</summary>
    private record struct Spec(char Type, long Width, int Precision, char Align, string Fill, char Sign, bool Alternate, char Grouping);

    /// <summary>The filter "format": arguments by position, or by name.</summary>
    public static string Percent(RenderContext context, string format, Arguments arguments)
    {
        if (arguments.Positional.Count > 0 && arguments.Named.Count > 0)
        {
            throw new TemplateFault("format takes arguments by position or by name, not both");
        }

        if (arguments.Named.Count == 0) return Percent(context, format, new PyTuple([.. arguments.Positional]));
        var named = new PyDict();
        foreach ((string name, object? value) in arguments.Named) named.Set(name, value);
        return Percent(context, format, named);
    }

    public static string Percent(RenderContext context, string format, object? values)
    {
        context.SpendText(format.Length);
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
                if (!dict.TryGet(format[(i + 1)..end], out value)) throw new TemplateFault($"format has no value for '{format[(i + 1)..end]}'");
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

        if (used < list.Count && values is not PyDict) throw new TemplateFault("not all arguments converted during string formatting");
        return result.ToString();
    }

    private static char Peek(string s, int i) => i < s.Length ? s[i] : '\0';

    private static long? ReadNumber(string format, ref int i, Func<object?>? star)
    {
        if (star is not null && Peek(format, i) == '*')
        {
            i++;
            return star() is long n ? n : throw new TemplateFault("* wants an integer");
        }

        int start = i;
        while (char.IsAsciiDigit(Peek(format, i))) i++;
        if (i == start) return null;
        return i - start < 10 ? long.Parse(format.AsSpan(start, i - start), CultureInfo.InvariantCulture) : int.MaxValue;
    }

    private static int CheckPrecision(long precision) => precision <= Limits.Precision
        ? (int)precision
        : throw new TemplateFault(FormattableString.Invariant($"a precision of {precision} is beyond the limit of {Limits.Precision:N0} digits"));

    private static string PercentText(RenderContext context, Spec spec, object? value)
    {
        switch (spec.Type)
        {
            case 's': return Cut(Python.Str(context, value), spec.Precision);
            case 'r' or 'a': return Cut(Python.Repr(context, value), spec.Precision);
            case 'c': return value is string { Length: > 0 } s ? s : char.ConvertFromUtf32((int)CodePoint(value));
            case 'd' or 'i' or 'u' or 'x' or 'X' or 'o':
                if (spec.Type is 'd' or 'i' or 'u' && value is double d && double.IsFinite(d)) value = Numbers.Fit(new BigInteger(Math.Truncate(d)));
                break;
            case 'e' or 'E' or 'f' or 'F' or 'g' or 'G': break;
            default: throw new TemplateFault($"unsupported format character '{spec.Type}'");
        }

        if (value is Undefined u) throw u.Fault();
        if (!Numbers.IsNumber(value)) throw new TemplateFault($"%{spec.Type} format: a number is required, not {Python.TypeName(value)}");
        return NumberText(context, spec with { Type = spec.Type is 'i' or 'u' ? 'd' : spec.Type }, value);
    }

    private static long CodePoint(object? value) => Numbers.Plain(value) is long n and >= 0 and < 0x110000 and not (>= 0xD800 and < 0xE000)
        ? n
        : throw new TemplateFault("%c requires an int or a character");

    private static string Cut(string s, int precision) =>
        precision < 0 || precision >= CodePoints.Count(s) ? s : s[..CodePoints.ToUnits(s, precision)];

    private static void Append(RenderContext context, StringBuilder result, string text, Spec spec)
    {
        context.SpendText(result.Length + (long)text.Length);
        string padding = Operators.Repeat(context, spec.Fill, spec.Width - CodePoints.Count(text));
        context.SpendText(result.Length + (long)padding.Length);
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

    /// <summary>A number as d, x, o, b, e, f, g or % asks, with its sign but without padding.</summary>
    private static string NumberText(RenderContext context, Spec spec, object? value)
    {
        string digits;
        bool negative;
        if (spec.Type is 'd' or 'x' or 'X' or 'o' or 'b')
        {
            if (value is double) throw new TemplateFault($"%{spec.Type} format: an integer is required, not float");
            BigInteger n = Numbers.Big(value);
            negative = n.Sign < 0;
            digits = Radix(context, BigInteger.Abs(n), spec);
            if (spec.Precision > digits.Length) digits = digits.PadLeft(spec.Precision, '0');
        }
        else
        {
            Numbers.TryDouble(value, out double d);
            negative = double.IsNegative(d) && !double.IsNaN(d);
            digits = Real(Math.Abs(d), spec);
        }

        if (spec.Grouping != ' ') digits = Group(digits, spec.Grouping);
        return negative ? "-" + digits : spec.Sign == '-' ? digits : spec.Sign + digits;
    }

    private static string Radix(RenderContext context, BigInteger n, Spec spec)
    {
        if (spec.Type == 'd') return Python.ToText(context, n);
        int bits = spec.Type switch { 'b' => 1, 'o' => 3, _ => 4 };
        context.Spend(1000);
        var text = new StringBuilder();
        for (; !n.IsZero; n >>= bits) text.Insert(0, "0123456789abcdef"[(int)(n & ((1 << bits) - 1))]);
        if (text.Length == 0) text.Append('0');
        if (spec.Alternate) text.Insert(0, spec.Type switch { 'b' => "0b", 'o' => "0o", _ => "0x" });
        return spec.Type == 'X' ? text.ToString().ToUpperInvariant() : text.ToString();
    }

    private static string Real(double d, Spec spec)
    {
        bool upper = char.IsUpper(spec.Type);
        if (!double.IsFinite(d)) return (double.IsNaN(d) ? "nan" : "inf") is var word && upper ? word.ToUpperInvariant() : word;
        int precision = spec.Precision < 0 ? 6 : spec.Precision;
        switch (char.ToLowerInvariant(spec.Type))
        {
            case 'f': return Fixed(d, precision);
            case '%': return Fixed(d * 100, precision) + "%";
            case 'e': return Exponent(d, precision, upper);
        }

        if (precision == 0) precision = 1;
        string scientific = Exponent(d, precision - 1, upper);
        int mark = scientific.LastIndexOfAny(['e', 'E']);
        int exponent = int.Parse(scientific.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        bool scientificWins = exponent < -4 || exponent >= precision;
        string text = scientificWins ? scientific[..mark] : Fixed(d, precision - 1 - exponent);
        if (!spec.Alternate && text.Contains('.')) text = text.TrimEnd('0').TrimEnd('.');
        return scientificWins ? text + scientific[mark..] : text;
    }

    private static string Fixed(double d, int precision)
    {
        string digits = Numbers.Scale(d, precision).ToString(CultureInfo.InvariantCulture).PadLeft(precision + 1, '0');
        return precision == 0 ? digits : digits[..^precision] + "." + digits[^precision..];
    }

    private static string Exponent(double d, int precision, bool upper)
    {
        int exponent = d == 0 ? 0 : (int)Math.Floor(Math.Log10(d));
        string digits = Numbers.Scale(d, precision - exponent).ToString(CultureInfo.InvariantCulture);
        // The logarithm may be off by one, and rounding may carry into a new digit.
        if (digits.Length > precision + 1) digits = Numbers.Scale(d, precision - ++exponent).ToString(CultureInfo.InvariantCulture);
        else if (d != 0 && digits.Length < precision + 1) digits = Numbers.Scale(d, precision - --exponent).ToString(CultureInfo.InvariantCulture);
        digits = digits.PadRight(precision + 1, '0');
        string fraction = precision == 0 ? "" : "." + digits[1..];
        return string.Create(CultureInfo.InvariantCulture, $"{digits[0]}{fraction}{(upper ? 'E' : 'e')}{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
    }

    private static string Group(string digits, char separator)
    {
        int end = digits.IndexOfAny(['.', 'e', 'E', '%']);
        var text = new StringBuilder(digits);
        for (int i = (end < 0 ? digits.Length : end) - 3; i > 0; i -= 3) text.Insert(i, separator);
        return text.ToString();
    }

    /// <summary>text.format(...): {}, {0}, {name}, {name.attribute}, {name[key]}, with !r and a format specification.</summary>
    public static string Braces(RenderContext context, string format, Arguments arguments)
    {
        context.SpendText(format.Length);
        var result = new StringBuilder();
        int automatic = 0;
        for (int i = 0; i < format.Length; i++)
        {
            char c = format[i];
            if (c is '{' or '}' && Peek(format, i + 1) == c)
            {
                result.Append(c);
                i++;
            }
            else if (c == '}')
            {
                throw new TemplateFault("single '}' encountered in format string");
            }
            else if (c == '{')
            {
                int end = format.IndexOf('}', i);
                if (end < 0) throw new TemplateFault("expected '}' before end of string");
                AppendField(context, result, format[(i + 1)..end], arguments, ref automatic);
                i = end;
            }
            else
            {
                result.Append(c);
            }
        }

        return result.ToString();
    }

    private static void AppendField(RenderContext context, StringBuilder result, string field, Arguments arguments, ref int automatic)
    {
        int colon = field.IndexOf(':', StringComparison.Ordinal);
        string specText = colon < 0 ? "" : field[(colon + 1)..];
        string path = colon < 0 ? field : field[..colon];
        char conversion = path.Length > 1 && path[^2] == '!' ? path[^1] : ' ';
        if (conversion != ' ') path = path[..^2];
        int end = path.IndexOfAny(['.', '[']);
        object? value = Argument(end < 0 ? path : path[..end], arguments, ref automatic);
        while (end >= 0 && end < path.Length)
        {
            int next = path[end] == '.' ? path.IndexOfAny(['.', '['], end + 1) : path.IndexOf(']', end) + 1;
            if (next == 0) throw new TemplateFault("expected ']' in format string");
            if (next < 0) next = path.Length;
            value = path[end] == '.'
                ? Access.Attribute(value, path[(end + 1)..next])
                : Access.Item(context, value, long.TryParse(path[(end + 1)..(next - 1)], CultureInfo.InvariantCulture, out long n) ? n : path[(end + 1)..(next - 1)]);
            if (value is Undefined u) throw u.Fault();
            end = next;
        }

        if (conversion is 'r' or 'a') value = Python.Repr(context, value);
        else if (conversion == 's') value = Python.Str(context, value);
        Spec spec = ReadSpec(specText, Numbers.IsNumber(value) && value is not bool);
        Append(context, result, BraceText(context, spec, value), spec);
    }

    private static object? Argument(string name, Arguments arguments, ref int automatic)
    {
        if (name.Length == 0 || name.All(char.IsAsciiDigit))
        {
            int i = name.Length == 0 ? automatic++ : name.Length < 9 ? int.Parse(name, CultureInfo.InvariantCulture) : int.MaxValue;
            return i < arguments.Positional.Count ? arguments.Positional[i] : throw new TemplateFault($"format has no argument {i}");
        }

        foreach ((string given, object? value) in arguments.Named)
        {
            if (given == name) return value;
        }

        throw new TemplateFault($"format has no argument '{name}'");
    }

    private static Spec ReadSpec(string text, bool isNumber)
    {
        var spec = new Spec(' ', 0, -1, isNumber ? '>' : '<', " ", '-', false, ' ');
        int i = 0;
        int fill = text.Length > 0 ? CodePoints.Width(text, 0) : 0;
        if (fill > 0 && Peek(text, fill) is '<' or '>' or '^' or '=')
        {
            spec.Fill = text[..fill];
            spec.Align = text[fill];
            i = fill + 1;
        }
        else if (Peek(text, 0) is '<' or '>' or '^' or '=')
        {
            spec.Align = text[i++];
        }

        if (Peek(text, i) is '+' or '-' or ' ') spec.Sign = text[i++];
        if (Peek(text, i) == '#') spec.Alternate = text[i++] == '#';
        if (Peek(text, i) == '0' && i++ >= 0 && spec is { Fill: " ", Align: '>' }) (spec.Fill, spec.Align) = ("0", '=');
        spec.Width = ReadNumber(text, ref i, null) ?? 0;
        if (Peek(text, i) is ',' or '_') spec.Grouping = text[i++];
        if (Peek(text, i) == '.')
        {
            i++;
            spec.Precision = CheckPrecision(ReadNumber(text, ref i, null) ?? throw new TemplateFault("format specifier missing precision"));
        }

        if (i < text.Length) spec.Type = text[i++];
        return i == text.Length ? spec : throw new TemplateFault($"invalid format specifier '{text}'");
    }

    private static string BraceText(RenderContext context, Spec spec, object? value)
    {
        if (spec.Type == ' ' && value is double d && spec.Precision < 0)
        {
            string repr = Numbers.Repr(Math.Abs(d));
            if (spec.Grouping != ' ') repr = Group(repr, spec.Grouping);
            return double.IsNegative(d) ? "-" + repr : spec.Sign == '-' ? repr : spec.Sign + repr;
        }

        if (Numbers.IsNumber(value) && !(value is bool && spec.Type == ' '))
        {
            char type = spec.Type != ' ' ? spec.Type : value is double ? 'g' : 'd';
            if (type is 'd' or 'x' or 'X' or 'o' or 'b' or 'e' or 'E' or 'f' or 'F' or 'g' or 'G' or '%' or 'n')
            {
                return NumberText(context, spec with { Type = type == 'n' ? 'g' : type }, value);
            }
        }
        else if (spec.Type is ' ' or 's')
        {
            return Cut(Python.Str(context, value), spec.Precision);
        }

        throw new TemplateFault($"unknown format code '{spec.Type}' for object of type '{Python.TypeName(value)}'");
    }
}
