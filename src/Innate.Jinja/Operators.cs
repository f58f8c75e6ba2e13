namespace Innate.Jinja;

/// <summary>The binary operators on any values.</summary>
internal static class Operators
{
    public static object? Apply(RenderContext context, string op, object? left, object? right)
    {
        if (Numbers.Apply(context, op, left, right) is { } number) return number;
        if (left is Undefined u) throw u.Fault();
        if (op == "%" && left is string format) return Formatting.Percent(context, format, right);
        if (right is Undefined v) throw v.Fault();
        return (op, left, right) switch
        {
            ("+", string a, string b) => Concat(context, a, b),
            ("+", PyList a, PyList b) => new PyList(Join(context, a, b)),
            ("+", PyTuple a, PyTuple b) => new PyTuple(Join(context, a, b)),
            ("*", string s, long or bool) => Repeat(context, s, (long)Numbers.Plain(right)!),
            ("*", long or bool, string s) => Repeat(context, s, (long)Numbers.Plain(left)!),
            ("*", PyList or PyTuple, long or bool) => Repeat(context, (PySequence)left, (long)Numbers.Plain(right)!),
            ("*", long or bool, PyList or PyTuple) => Repeat(context, (PySequence)right, (long)Numbers.Plain(left)!),
            _ => throw new TemplateFault(
                $"unsupported operand type(s) for {op}: '{Python.TypeName(left)}' and '{Python.TypeName(right)}'"),
        };
    }

    public static bool Compare(RenderContext context, string op, object? left, object? right) => op switch
    {
        "==" => Python.AreEqual(context, left, right),
        "!=" => !Python.AreEqual(context, left, right),
        "in" => Python.Contains(context, right, left),
        "not in" => !Python.Contains(context, right, left),
        "<" => Python.Order(context, op, left, right) < 0,
        "<=" => Python.Order(context, op, left, right) <= 0,
        ">" => Python.Order(context, op, left, right) > 0,
        _ => Python.Order(context, op, left, right) >= 0,
    };

    public static string Concat(RenderContext context, string a, string b)
    {
        context.SpendText((long)a.Length + b.Length);
        return string.Concat(a, b);
    }

    public static string Repeat(RenderContext context, string s, long times)
    {
        if (times <= 0 || s.Length == 0) return "";
        context.SpendText(times > Limits.TextLength ? times : times * s.Length);
        if (s.Length == 1) return new string(s[0], (int)times);
        return string.Create(s.Length * (int)times, s, static (to, from) =>
        {
            from.CopyTo(to);
            // What is written already is copied after itself, twice as much each time.
            for (int done = from.Length; done < to.Length; done *= 2)
            {
                to[..Math.Min(done, to.Length - done)].CopyTo(to[done..]);
            }
        });
    }

    private static object?[] Join(RenderContext context, PySequence a, PySequence b)
    {
        context.Spend((long)a.Count + b.Count);
        var items = new object?[a.Count + b.Count];
        for (int i = 0; i < a.Count; i++) items[i] = a[i];
        for (int i = 0; i < b.Count; i++) items[a.Count + i] = b[i];
        return items;
    }

    private static PySequence Repeat(RenderContext context, PySequence sequence, long times)
    {
        times = sequence.Count == 0 ? 0 : Math.Max(0, times);
        context.Spend(times > Limits.Steps ? times : times * sequence.Count);
        var items = new object?[sequence.Count * times];
        for (int i = 0; i < items.Length; i++) items[i] = sequence[i % sequence.Count];
        return sequence is PyTuple ? new PyTuple(items) : new PyList(items);
    }
}
