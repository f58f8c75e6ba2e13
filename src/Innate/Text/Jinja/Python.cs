using System.Globalization;
using System.Numerics;
using System.Text;

namespace Innate.Text.Jinja;

/// <summary>What Python does with any value: truth, equality, order, iteration, and how it prints.</summary>
internal static class Python
{
    public static string TypeName(object? value) => value switch
    {
        null => "NoneType",
        bool => "bool",
        long or BigInteger => "int",
        double => "float",
        string => "str",
        PyList => "list",
        PyTuple => "tuple",
        PyRange => "range",
        PyDict => "dict",
        PyGenerator => "generator",
        PyView view => view.Kind,
        PyNamespace => "Namespace",
        Undefined => "Undefined",
        LoopValue => "LoopContext",
        Macro => "Macro",
        _ => "function",
    };

    public static bool IsTrue(object? value) => value switch
    {
        null => false,
        bool b => b,
        string s => s.Length > 0,
        long n => n != 0,
        double d => d != 0,
        PySequence s => s.Count > 0,
        PyDict d => d.Count > 0,
        PyView v => v.Items.Count > 0,
        Undefined => false,
        _ => true,
    };

    /// <summary>
    /// Python's ==. The context pays for every item compared; a dictionary's own keys are compared without one.
    /// </summary>
    public static bool AreEqual(RenderContext? context, object? a, object? b, int depth = 0)
    {
        if (ReferenceEquals(a, b)) return true;
        if (a is null || b is null) return false;
        if (a is string s) return b is string t && SameText(context, s, t);
        if (a is long m && b is long n) return m == n;
        if (Numbers.IsNumber(a)) return Numbers.IsNumber(b) && Numbers.Compare(a, b) == 0;
        if (a is Undefined) return b is Undefined;
        if (depth >= Limits.Depth / 4) throw RenderContext.TooDeep();
        if (a is PyDict d) return b is PyDict e && SameEntries(context, d, e, depth + 1);
        if (a is not PySequence p || b is not PySequence q || a.GetType() != b.GetType() || p.Count != q.Count) return false;
        context?.Spend(p.Count);
        for (int i = 0; i < p.Count; i++)
        {
            if (!AreEqual(context, p[i], q[i], depth + 1)) return false;
        }

        return true;
    }

    private static bool SameText(RenderContext? context, string s, string t)
    {
        if (s.Length != t.Length) return false;
        if (s.Length > 64) context?.Spend(s.Length / 64);
        return s == t;
    }

    private static bool SameEntries(RenderContext? context, PyDict d, PyDict e, int depth)
    {
        if (d.Count != e.Count) return false;
        context?.Spend(d.Count);
        foreach ((object? key, object? value) in d.Items)
        {
            if (!e.TryGet(key, out object? other) || !AreEqual(context, value, other, depth)) return false;
        }

        return true;
    }

    /// <summary>The order of two values for one of &lt; &lt;= > >=; null where they are numbers without one (NaN).</summary>
    public static int? Order(RenderContext context, string op, object? a, object? b, int depth = 0)
    {
        if (a is string s && b is string t)
        {
            context.Spend(Math.Min(s.Length, t.Length) / 64);
            return CodePoints.Compare(s, t);
        }

        if (Numbers.IsNumber(a) && Numbers.IsNumber(b)) return Numbers.Compare(a, b);
        if (a is Undefined u) throw u.Fault();
        if (b is Undefined v) throw v.Fault();
        if (depth >= Limits.Depth / 4) throw RenderContext.TooDeep();
        if (a is not PySequence p || b is not PySequence q || a is PyRange || a.GetType() != b.GetType())
        {
            throw new TemplateFault($"'{op}' not supported between instances of '{TypeName(a)}' and '{TypeName(b)}'");
        }

        for (int i = 0; i < p.Count && i < q.Count; i++)
        {
            context.Spend(1);
            if (!AreEqual(context, p[i], q[i], depth)) return Order(context, op, p[i], q[i], depth + 1);
        }

        return p.Count.CompareTo(q.Count);
    }

    /// <summary>The items that a for statement sees.</summary>
    public static IReadOnlyList<object?> Items(RenderContext context, object? value)
    {
        IReadOnlyList<object?> items = value switch
        {
            PySequence sequence => FromSequence(sequence),
            string text => FromText(context, text),
            PyDict dict => [.. dict.Keys],
            PyGenerator generator => generator.TakeRest(),
            PyView view => view.Items,
            Undefined => [],
            LoopValue loop => loop.Rest(),
            _ => throw new TemplateFault($"'{TypeName(value)}' object is not iterable"),
        };
        context.Spend(items.Count);
        return items;
    }

    private static object?[] FromSequence(PySequence sequence)
    {
        var items = new object?[sequence.Count];
        for (int i = 0; i < items.Length; i++) items[i] = sequence[i];
        return items;
    }

    private static string[] FromText(RenderContext context, string text)
    {
        context.Spend(text.Length);
        return CodePoints.Split(text);
    }

    public static bool IsIterable(object? value) =>
        value is PySequence or string or PyDict or PyGenerator or PyView or Undefined or LoopValue;

    public static long Length(RenderContext context, object? value)
    {
        if (value is string { Length: > 64 } s) context.Spend(s.Length / 64);
        return value switch
        {
            string text => CodePoints.Count(text),
            PySequence sequence => sequence.Count,
            PyDict dict => dict.Count,
            PyView view => view.Items.Count,
            Undefined => 0,
            LoopValue loop => loop.Length,
            _ => throw new TemplateFault($"object of type '{TypeName(value)}' has no length"),
        };
    }

    /// <summary>needle in haystack.</summary>
    public static bool Contains(RenderContext context, object? haystack, object? needle)
    {
        switch (haystack)
        {
            case string text:
                context.Spend(text.Length / Limits.CharactersPerStep);
                if (needle is Undefined u) throw u.Fault();
                if (needle is not string part)
                {
                    throw new TemplateFault($"'in <string>' requires string as left operand, not {TypeName(needle)}");
                }

                return text.Contains(part, StringComparison.Ordinal);
            case PyDict dict: return dict.Contains(needle);
            default:
                foreach (object? item in Items(context, haystack))
                {
                    if (AreEqual(context, item, needle)) return true;
                }

                return false;
        }
    }

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
