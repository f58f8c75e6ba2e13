namespace Innate.Jinja;

/// <summary>The functions that every chat template finds.</summary>
internal static class Globals
{
    private static readonly NativeFunction RaiseException = new("raise_exception", (c, a) =>
        throw new TemplateFault("the template raised: " + Python.Str(c, a.Bind("raise_exception", "message").Required(0))));

    private static readonly NativeFunction StrftimeNow = new("strftime_now", (c, a) =>
        Strftime.Format(c, c.Clock.GetLocalNow(), a.Bind("strftime_now", "format").Text(0)));

    private static readonly NativeFunction Range = new("range", MakeRange);

    private static readonly NativeFunction Namespace = new("namespace", (c, a) =>
    {
        c.Spend(4);
        var ns = new PyNamespace();
        foreach ((string name, object? value) in Entries(c, a)) ns.Attributes[name] = value;
        return ns;
    });

    private static readonly NativeFunction Dict = new("dict", (c, a) =>
    {
        c.Spend(4);
        var dict = new PyDict();
        foreach ((object? key, object? value) in Entries<object?>(c, a, key => key)) dict.Set(c, key, value);
        return dict;
    });

    private static readonly NativeFunction MakeCycler = new("cycler", (_, a) => a.Positional.Count > 0
        ? new Cycler(a.Positional)
        : throw new TemplateFault("cycler needs at least one item"));

    private static readonly NativeFunction MakeJoiner = new("joiner", (c, a) =>
    {
        string separator = Python.Str(c, a.Bind("joiner", "sep").Value(0, ", "));
        bool used = false;
        return new NativeFunction("joiner", (_, _) =>
        {
            string text = used ? separator : "";
            used = true;
            return text;
        });
    });

    public static Callable? Find(string name) => name switch
    {
        "raise_exception" => RaiseException,
        "strftime_now" => StrftimeNow,
        "range" => Range,
        "namespace" => Namespace,
        "dict" => Dict,
        "cycler" => MakeCycler,
        "joiner" => MakeJoiner,
        _ => null,
    };

    private static PyRange MakeRange(RenderContext context, Arguments arguments)
    {
        BoundArguments a = arguments.Bind("range", "start", "stop", "step");
        long start = a.Has(1) ? a.Integer(0) : 0, stop = a.Integer(a.Has(1) ? 1 : 0), step = a.Integer(2, 1);
        if (step == 0) throw new TemplateFault("range() arg 3 must not be zero");
        Int128 span = step > 0 ? (Int128)stop - start : (Int128)start - stop;
        Int128 count = span <= 0 ? 0 : (span - 1) / Int128.Abs(step) + 1;
        if (count > Limits.RangeItems)
        {
            throw new TemplateFault(
                FormattableString.Invariant($"range() of {count} items: the limit is {Limits.RangeItems:N0} items"));
        }

        return new PyRange(start, step, (int)count, stop);
    }

    private static IEnumerable<(string, object?)> Entries(RenderContext context, Arguments arguments) =>
        Entries(
            context, arguments, key =>
            {
                if (key is not string name) throw new TemplateFault("a namespace's attribute names must be texts");
                context.Spend(2);
                context.SpendCompare(name.Length);
                return name;
            });

    /// <summary>The entries that dict(...) and namespace(...) take: a mapping or pairs first, then named ones.</summary>
    private static IEnumerable<(T, object?)> Entries<T>(RenderContext context, Arguments arguments, Func<object?, T> asKey)
    {
        if (arguments.Positional.Count > 1) throw new TemplateFault("expected at most one positional argument");
        if (arguments.Positional.Count == 1)
        {
            object? source = arguments.Positional[0];
            IReadOnlyList<object?> pairs = source is PyDict dict
                ? CollectionMethods.Pairs(context, dict)
                : Python.Items(context, source);
            foreach (object? pair in pairs)
            {
                if (Python.Items(context, pair) is not [var key, var value])
                {
                    throw new TemplateFault("expected pairs of key and value");
                }

                yield return (asKey(key), value);
            }
        }

        foreach ((string name, object? value) in arguments.Named) yield return (asKey(name), value);
    }
}

/// <summary>cycler(a, b): gives its items in turn at each next().</summary>
internal sealed class Cycler(IReadOnlyList<object?> items)
{
    private int _at;

    public object? Attribute(string name) => name switch
    {
        "current" => items[_at],
        "next" => new NativeFunction(name, (_, _) =>
        {
            object? item = items[_at];
            _at = (_at + 1) % items.Count;
            return item;
        }),
        "reset" => new NativeFunction(name, (_, _) =>
        {
            _at = 0;
            return null;
        }),
        _ => Access.Absent,
    };
}
