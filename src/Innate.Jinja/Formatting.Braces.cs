using System.Globalization;
using System.Text;

namespace Innate.Jinja;

/// <summary>"{}".format(values).</summary>
internal static partial class Formatting
{
    /// <summary>text.format(...): {}, {0}, {name}, {name.attribute}, {name[key]}, with !r and a format specification.</summary>
    public static string Braces(RenderContext context, string format, Arguments arguments)
    {
        context.SpendText(format.Length);
        context.Spend(format.Length / Limits.CharactersPerStep);
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

    private static void AppendField(
        RenderContext context, StringBuilder result, string field, Arguments arguments, ref int automatic)
    {
        int colon = field.IndexOf(':', StringComparison.Ordinal);
        string specText = colon < 0 ? "" : field[(colon + 1)..];
        string path = colon < 0 ? field : field[..colon];
        char conversion = path.Length > 1 && path[^2] == '!' ? path[^1] : ' ';
        if (conversion != ' ') path = path[..^2];
        int end = path.IndexOfAny(['.', '[']);
        object? value = Argument(context, end < 0 ? path : path[..end], arguments, ref automatic);
        while (end >= 0 && end < path.Length)
        {
            int next = path[end] == '.' ? path.IndexOfAny(['.', '['], end + 1) : path.IndexOf(']', end) + 1;
            if (next == 0) throw new TemplateFault("expected ']' in format string");
            if (next < 0) next = path.Length;
            value = path[end] == '.'
                ? Access.Attribute(context, value, path[(end + 1)..next])
                : Access.Item(
                    context, value,
                    long.TryParse(path[(end + 1)..(next - 1)], CultureInfo.InvariantCulture, out long n)
                        ? n
                        : path[(end + 1)..(next - 1)]);
            if (value is Undefined u) throw u.Fault();
            end = next;
        }

        if (conversion == 'r') value = Python.Repr(context, value);
        else if (conversion == 'a') value = Python.Ascii(context, value);
        else if (conversion == 's') value = Python.Str(context, value);
        Spec spec = ReadSpec(specText, Numbers.IsNumber(value) && value is not bool);
        Append(context, result, BraceText(context, spec, value), spec);
    }

    private static object? Argument(RenderContext context, string name, Arguments arguments, ref int automatic)
    {
        if (name.Length == 0 || name.All(char.IsAsciiDigit))
        {
            int i = name.Length == 0 ? automatic++
                : name.Length < 9 ? int.Parse(name, CultureInfo.InvariantCulture)
                : int.MaxValue;
            return i < arguments.Positional.Count
                ? arguments.Positional[i]
                : throw new TemplateFault($"format has no argument {i}");
        }

        context.Spend(1 + arguments.Named.Count * (1L + name.Length / Limits.ComparedCharactersPerStep) / 4);
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
            spec.Precision = CheckPrecision(
                ReadNumber(text, ref i, null) ?? throw new TemplateFault("format specifier missing precision"));
        }

        if (i < text.Length) spec.Type = text[i++];
        return i == text.Length ? spec : throw new TemplateFault($"invalid format specifier '{text}'");
    }

    private static string BraceText(RenderContext context, Spec spec, object? value)
    {
        if (spec.Type == ' ' && value is double d && spec.Precision < 0)
        {
            string repr = Numbers.Repr(context, Math.Abs(d));
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
            return Cut(context, Python.Str(context, value), spec.Precision);
        }

        throw new TemplateFault($"unknown format code '{spec.Type}' for object of type '{Python.TypeName(value)}'");
    }
}
