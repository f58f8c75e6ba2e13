using System.Numerics;

namespace Innate.Jinja;

/// <summary>
/// Attributes, items and slices, in Jinja's order: a dot asks for the attribute first, a bracket for the item first.
/// </summary>
internal static class Access
{
    public static object? Attribute(RenderContext context, object? owner, string name)
    {
        if (owner is Undefined u) return u.Chains ? u : throw u.Fault();
        if (TryAttribute(context, owner, name, out object? value)) return value;
        if (owner is PyDict dict && dict.TryGet(context, name, out value)) return value;
        return Missing(context, owner, name);
    }

    /// <summary>The filter attr: the attribute, never the item.</summary>
    public static object? OnlyAttribute(RenderContext context, object? owner, string name)
    {
        if (owner is Undefined u) throw u.Fault();
        return TryAttribute(context, owner, name, out object? value) ? value : Missing(context, owner, name);
    }

    public static object? Item(RenderContext context, object? owner, object? key)
    {
        switch (owner)
        {
            case Undefined u: return u.Chains ? u : throw u.Fault();
            case PyDict dict:
                if (key is not (PyList or PyDict or Undefined) && TryItem(context, dict, key, out object? found)) return found;
                break;
            case PySequence sequence when Numbers.Plain(key) is long index:
                if (index < 0) index += sequence.Count;
                if (index >= 0 && index < sequence.Count) return sequence[(int)index];
                break;
            case string text when Numbers.Plain(key) is long index:
                context.Spend(1 + text.Length / (CodePoints.HasSurrogates(text) ? Limits.CharactersPerStep : 64));
                int count = CodePoints.Count(text);
                if (index < 0) index += count;
                if (index < 0 || index >= count) break;
                int at = CodePoints.ToUnits(text, (int)index);
                return text.Substring(at, CodePoints.Width(text, at));
        }

        return key is string name && TryAttribute(context, owner, name, out object? value) ? value : Missing(context, owner, key);
    }

    private static bool TryItem(RenderContext context, PyDict dict, object? key, out object? value)
    {
        value = null;
        return Hashing.TryHash(context, key, out _) && dict.TryGet(context, key, out value);
    }

    private static bool TryAttribute(RenderContext context, object? owner, string name, out object? value)
    {
        context.Spend(1);
        if (owner is PyNamespace) context.SpendCompare(name.Length);
        value = owner switch
        {
            PyNamespace ns => ns.Attributes.TryGetValue(name, out object? v) ? v : Absent,
            LoopValue loop => loop.Attribute(name),
            Macro macro when name == "name" => macro.Name,
            string text => TextMethods.Find(text, name) ?? Absent,
            PyTuple tuple when tuple.TryField(name, out object? field) => field,
            PyDict or PyList or PyTuple => CollectionMethods.Find(owner, name) ?? Absent,
            Cycler cycler => cycler.Attribute(name),
            _ => Absent,
        };
        // A method is made anew each time it is asked for.
        if (value is NativeFunction) context.Spend(4);
        return value != Absent;
    }

    public static readonly object Absent = new();

    private static Undefined Missing(RenderContext context, object? owner, object? key)
    {
        context.Spend(1);
        return new(owner, key);
    }

    /// <summary>Why there is no such attribute or item.</summary>
    public static string MissingMessage(object? owner, object? key)
    {
        string type = Python.TypeName(owner);
        if (key is string text)
        {
            string name = TemplateFault.Shorten(text);
            return name.StartsWith("__", StringComparison.Ordinal) && owner is not PyDict
                ? $"access to attribute '{name}' of '{type}' object is unsafe"
                : $"{(owner is null ? "None" : $"'{type} object'")} has no attribute '{name}'";
        }

        string shown = key switch { long n => FormattableString.Invariant($"{n}"), null => "None", _ => Python.TypeName(key) };
        return $"{type} object has no element {shown}";
    }

    public static object? Slice(RenderContext context, object? owner, object? start, object? stop, object? step)
    {
        if (owner is Undefined u) throw u.Fault();
        if (owner is not (string or PySequence)) throw new TemplateFault($"'{Python.TypeName(owner)}' object has no slices");
        int count = (int)Python.Length(context, owner);
        long by = Bound(step, 1, 0, false);
        if (by == 0) throw new TemplateFault("slice step cannot be zero");
        long from = Bound(start, by > 0 ? 0 : count - 1, count, by < 0);
        long to = Bound(stop, by > 0 ? count : -1, count, by < 0);
        long n = by > 0 ? (to > from ? (to - from - 1) / by + 1 : 0) : from > to ? (from - to - 1) / -by + 1 : 0;
        context.Spend(owner is string ? n / Limits.CharactersPerStep : n);
        if (owner is string text) return SliceText(context, text, count, from, n, by);
        var sequence = (PySequence)owner;
        var items = new object?[n];
        for (int i = 0; i < n; i++) items[i] = sequence[(int)(from + i * by)];
        return owner is PyTuple ? new PyTuple(items) : new PyList(items);
    }

    private static string SliceText(RenderContext context, string text, int count, long from, long n, long by)
    {
        if (n == 0) return "";
        if (CodePoints.HasSurrogates(text)) context.SpendText(text.Length);
        if (by == 1)
        {
            int start = CodePoints.ToUnits(text, (int)from);
            int end = n == count - from ? text.Length : CodePoints.ToUnits(text, (int)(from + n));
            return text[start..end];
        }

        context.Spend(2L * text.Length);
        string[] characters = CodePoints.Split(text);
        return string.Concat(Enumerable.Range(0, (int)n).Select(i => characters[from + i * by]));
    }

    /// <summary>One end of a slice as a position; the step is read with a count of zero, which leaves it as it is.</summary>
    private static long Bound(object? value, long fallback, int count, bool backwards)
    {
        if (value is null) return fallback;
        if (value is Undefined u) throw u.Fault();
        long n = Numbers.Plain(value) switch
        {
            long l => Math.Clamp(l, -int.MaxValue, int.MaxValue),
            BigInteger b => b.Sign < 0 ? -int.MaxValue : int.MaxValue,
            _ => throw new TemplateFault($"slice indices must be integers or None, not {Python.TypeName(value)}"),
        };
        if (count == 0 && fallback == 1) return n;
        if (n < 0) n += count;
        return backwards ? Math.Clamp(n, -1, count - 1) : Math.Clamp(n, 0, count);
    }
}
