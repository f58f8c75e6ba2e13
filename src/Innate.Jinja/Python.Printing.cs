using System.Globalization;
using System.Numerics;
using System.Text;

namespace Innate.Jinja;

/// <content>How a value prints: str() and repr().</content>
internal static partial class Python
{
    /// <summary>str(value): what an output tag writes.</summary>
    public static string Str(RenderContext context, object? value)
    {
        if (value is string s) return s;
        if (value is Undefined) return "";
        context.Spend(Limits.Call);
        var text = new StringBuilder();
        WriteRepr(context, text, value, 0);
        return text.ToString();
    }

    public static string Repr(RenderContext context, object? value)
    {
        context.Spend(Limits.Call);
        var text = new StringBuilder();
        WriteRepr(context, text, value, 0);
        return text.ToString();
    }

    /// <summary>ascii(value): repr with nothing beyond ASCII.</summary>
    public static string Ascii(RenderContext context, object? value)
    {
        string repr = Repr(context, value);
        context.SpendText(repr.Length);
        if (repr.All(char.IsAscii)) return repr;
        var text = new StringBuilder();
        for (int i = 0; i < repr.Length; i += CodePoints.Width(repr, i))
        {
            int c = CodePoints.At(repr, i);
            if (c >= 128)
            {
                context.Spend(1);
                RenderContext.CheckText(text.Length);
            }

            if (c < 128) text.Append((char)c);
            else if (c < 256) text.Append(CultureInfo.InvariantCulture, $"\\x{c:x2}");
            else if (c <= char.MaxValue) text.Append(CultureInfo.InvariantCulture, $"\\u{c:x4}");
            else text.Append(CultureInfo.InvariantCulture, $"\\U{c:x8}");
        }

        return text.ToString();
    }

    private static void WriteRepr(RenderContext context, StringBuilder text, object? value, int depth)
    {
        if (depth >= Limits.Depth / 4) throw RenderContext.TooDeep();
        context.Spend(1);
        RenderContext.CheckText(text.Length);
        switch (value)
        {
            case null: text.Append("None"); break;
            case bool b: text.Append(b ? "True" : "False"); break;
            case long n: text.Append(CultureInfo.InvariantCulture, $"{n}"); break;
            case BigInteger n: text.Append(ToText(context, n)); break;
            case double d: text.Append(Numbers.Repr(context, d)); break;
            case string s: WriteQuoted(context, text, s); break;
            case PyRange range: text.Append(range.Shown); break;
            case PySequence sequence:
                WriteAll(context, text, sequence is PyTuple ? '(' : '[', Items(context, sequence), depth);
                text.Append(sequence is not PyTuple ? "]" : sequence.Count == 1 ? ",)" : ")");
                break;
            case PyDict dict: WriteDict(context, text, dict, depth); break;
            case PyView view:
                text.Append(view.Kind).Append('(');
                WriteAll(context, text, '[', view.Items, depth);
                text.Append("])");
                break;
            case Undefined: text.Append("Undefined"); break;
            case PyNamespace: text.Append("<Namespace>"); break;
            case Callable callable:
                context.Spend(callable.Name.Length / Limits.CharactersPerStep);
                text.Append('<').Append(TypeName(value)).Append(' ').Append(callable.Name).Append('>');
                break;
            default: text.Append('<').Append(TypeName(value)).Append(" object>"); break;
        }
    }

    public static string ToText(RenderContext context, BigInteger n)
    {
        long digits = (long)(n.GetBitLength() * 0.302);
        context.Spend(10 + digits * digits / 4096);
        return n.ToString(CultureInfo.InvariantCulture);
    }

    private static void WriteAll(RenderContext context, StringBuilder text, char open, IReadOnlyList<object?> items, int depth)
    {
        text.Append(open);
        for (int i = 0; i < items.Count; i++)
        {
            if (i > 0) text.Append(", ");
            WriteRepr(context, text, items[i], depth + 1);
        }
    }

    private static void WriteDict(RenderContext context, StringBuilder text, PyDict dict, int depth)
    {
        context.Spend(2);
        text.Append('{');
        bool first = true;
        foreach ((object? key, object? value) in dict.Items)
        {
            if (!first) text.Append(", ");
            first = false;
            WriteRepr(context, text, key, depth + 1);
            text.Append(": ");
            WriteRepr(context, text, value, depth + 1);
        }

        text.Append('}');
    }

    /// <summary>
    /// repr of a text: single quotes unless it holds one and no double quote; what cannot be printed is escaped.
    /// </summary>
    private static void WriteQuoted(RenderContext context, StringBuilder text, string s)
    {
        context.SpendText(s.Length);
        context.Spend(s.Length / Limits.CharactersPerStep);
        RenderContext.CheckText((long)text.Length + s.Length);
        char quote = s.Contains('\'') && !s.Contains('"') ? '"' : '\'';
        text.Append(quote);
        for (int i = 0; i < s.Length; i++)
        {
            char c = s[i];
            if (c == quote || c == '\\') text.Append('\\').Append(c);
            else if (c == '\n') text.Append("\\n");
            else if (c == '\r') text.Append("\\r");
            else if (c == '\t') text.Append("\\t");
            else if (c is >= ' ' and < '\x7f') text.Append(c);
            else if (CodePoints.Width(s, i) == 2) WriteRune(context, text, s, ref i);
            else if (IsPrintable(char.GetUnicodeCategory(c)))
            {
                text.Append(c);
            }
            else
            {
                context.Spend(1);
                text.Append(c < 256 ? "\\x" : "\\u")
                    .Append(((int)c).ToString(c < 256 ? "x2" : "x4", CultureInfo.InvariantCulture));
            }
        }

        text.Append(quote);
    }

    private static void WriteRune(RenderContext context, StringBuilder text, string s, ref int i)
    {
        context.Spend(1);
        var rune = new Rune(s[i], s[i + 1]);
        if (IsPrintable(Rune.GetUnicodeCategory(rune))) text.Append(s, i, 2);
        else text.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:x8}");
        i++;
    }

    private static bool IsPrintable(UnicodeCategory category) =>
        category is not (UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator);
}
