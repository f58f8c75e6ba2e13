using System.Numerics;

namespace Innate.Jinja;

/// <summary>What Python does with any value: truth, equality, order and iteration. How it prints is beside this file.</summary>
internal static partial class Python
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
    /// Python's ==. The context pays for every item compared; it is null only for the keys of an input, which are texts.
    /// </summary>
    public static bool AreEqual(RenderContext? context, object? a, object? b, int depth = 0)
    {
        if (ReferenceEquals(a, b)) return true;
        if (a is null || b is null) return false;
        if (a is string s) return b is string t && SameText(context, s, t);
        if (a is long m && b is long n) return m == n;
        if (Numbers.IsNumber(a)) return Numbers.IsNumber(b) && Numbers.Compare(a, b) == 0;
        if (a is Undefined) return b is Undefined;
        if (a is PyRange || b is PyRange) return a is PyRange r && b is PyRange o && r.HasItemsOf(o);
        if (depth >= Limits.Depth / 4) throw RenderContext.TooDeep();
        if (a is PyDict d) return b is PyDict e && SameEntries(context, d, e, depth + 1);
        if (a is not PySequence p || b is not PySequence q || a.GetType() != b.GetType() || p.Count != q.Count) return false;
        for (int i = 0; i < p.Count; i++)
        {
            context?.Spend(1);
            if (!AreEqual(context, p[i], q[i], depth + 1)) return false;
        }

        return true;
    }

    private static bool SameText(RenderContext? context, string s, string t)
    {
        if (s.Length != t.Length) return false;
        context?.SpendCompare(s.Length);
        return s == t;
    }

    private static bool SameEntries(RenderContext? context, PyDict d, PyDict e, int depth)
    {
        if (d.Count != e.Count) return false;
        foreach ((object? key, object? value) in d.Items)
        {
            context?.Spend(1);
            if (!e.TryGet(context, key, out object? other) || !AreEqual(context, value, other, depth)) return false;
        }

        return true;
    }

    /// <summary>The order of two values for one of &lt; &lt;= > >=; null where they are numbers without one (NaN).</summary>
    public static int? Order(RenderContext context, string op, object? a, object? b, int depth = 0)
    {
        if (a is string s && b is string t)
        {
            context.SpendCompare(Math.Min(s.Length, t.Length));
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
        if (value is PySequence or PyDict) context.Spend(Length(context, value));
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
        if (value is not (PySequence or PyDict or string)) context.Spend(items.Count);
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
        context.Spend(2L * text.Length);
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
                if (needle is Undefined u) throw u.Fault();
                if (needle is not string part)
                {
                    throw new TemplateFault($"'in <string>' requires string as left operand, not {TypeName(needle)}");
                }

                return new TextSearch(context, part).IndexOf(text) >= 0;
            case PyDict dict: return dict.Contains(context, needle);
            default:
                foreach (object? item in Items(context, haystack))
                {
                    if (AreEqual(context, item, needle)) return true;
                }

                return false;
        }
    }
}
