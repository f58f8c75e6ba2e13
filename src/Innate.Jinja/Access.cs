using System.Numerics;

namespace Innate.Jinja;

/// <summary>
/// Attributes, items and slices, in Jinja's order: a dot asks for the attribute first, a bracket for the item first.
/// </summary>
internal static class Access
{
    public static object? Attribute(object? owner, string name)
    {
        if (owner is Undefined u) return u.Chains ? u : throw u.Fault();
        if (TryAttribute(owner, name, out object? value)) return value;
        if (owner is PyDict dict && dict.TryGet(name, out value)) return value;
        return Missing(owner, name);
    }

    /// <summary>The filter attr: the attribute, never the item.</summary>
    public static object? OnlyAttribute(object? owner, string name)
    {
        if (owner is Undefined u) throw u.Fault();
        return TryAttribute(owner, name, out object? value) ? value : Missing(owner, name);
    }

    public static object? Item(RenderContext context, object? owner, object? key)
    {
        switch (owner)
        {
            case Undefined u: return u.Chains ? u : throw u.Fault();
            case PyDict dict when PyDict.IsHashable(key) && dict.TryGet(key, out object? found): return found;
            case PySequence sequence when Numbers.Plain(key) is long index:
                if (index < 0) index += sequence.Count;
                if (index >= 0 && index < sequence.Count) return sequence[(int)index];
                break;
            case string text when Numbers.Plain(key) is long index:
                context.Spend(text.Length / 64);
                int count = CodePoints.Count(text);
                if (index < 0) index += count;
                if (index < 0 || index >= count) break;
                int at = CodePoints.ToUnits(text, (int)index);
                return text.Substring(at, CodePoints.Width(text, at));
        }

        return key is string name && TryAttribute(owner, name, out object? value) ? value : Missing(owner, key);
    }

    private static bool TryAttribute(object? owner, string name, out object? value)
    {
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
        return value != Absent;
    }

    public static readonly object Absent = new();

    private static Undefined Missing(object? owner, object? key)
    {
        if (key is string name)
        {
            if (name.StartsWith("__", StringComparison.Ordinal) && owner is not PyDict)
            {
                return new Undefined($"access to attribute '{name}' of '{Python.TypeName(owner)}' object is unsafe");
            }

            string kind = owner is null ? "None" : $"'{Python.TypeName(owner)} object'";
            return new Undefined($"{kind} has no attribute '{name}'");
        }

        string shown = key switch { long n => FormattableString.Invariant($"{n}"), null => "None", _ => Python.TypeName(key) };
        return new Undefined($"{Python.TypeName(owner)} object has no element {shown}", chains: owner is PyList { Count: 0 });
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
        if (by == 1)
        {
            int start = CodePoints.ToUnits(text, (int)from);
            int end = n == count - from ? text.Length : CodePoints.ToUnits(text, (int)(from + n));
            return text[start..end];
        }

        context.Spend(text.Length);
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
