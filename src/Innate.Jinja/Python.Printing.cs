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
        var text = new StringBuilder();
        WriteRepr(context, text, value, 0);
        return text.ToString();
    }

    public static string Repr(RenderContext context, object? value)
    {
        var text = new StringBuilder();
        WriteRepr(context, text, value, 0);
        return text.ToString();
    }

    private static void WriteRepr(RenderContext context, StringBuilder text, object? value, int depth)
    {
        if (depth >= Limits.Depth / 4) throw RenderContext.TooDeep();
        context.Spend(1);
        switch (value)
        {
            case null: text.Append("None"); break;
            case bool b: text.Append(b ? "True" : "False"); break;
            case long n: text.Append(CultureInfo.InvariantCulture, $"{n}"); break;
            case BigInteger n: text.Append(ToText(context, n)); break;
            case double d: text.Append(Numbers.Repr(d)); break;
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
            case Callable callable: text.Append('<').Append(TypeName(value)).Append(' ').Append(callable.Name).Append('>'); break;
            default: text.Append('<').Append(TypeName(value)).Append(" object>"); break;
        }
    }

    public static string ToText(RenderContext context, BigInteger n)
    {
        context.Spend(5000);
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
        context.SpendText(s.Length + (long)text.Length);
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
            else if (CodePoints.Width(s, i) == 2) WriteRune(text, s, ref i);
            else if (IsPrintable(char.GetUnicodeCategory(c)))
            {
                text.Append(c);
            }
            else
            {
                text.Append(c < 256 ? "\\x" : "\\u")
                    .Append(((int)c).ToString(c < 256 ? "x2" : "x4", CultureInfo.InvariantCulture));
            }
        }

        text.Append(quote);
    }

    private static void WriteRune(StringBuilder text, string s, ref int i)
    {
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
