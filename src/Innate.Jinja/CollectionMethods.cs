namespace Innate.Jinja;

/// <summary>
/// The methods of dictionaries, lists and tuples. Those that would change them are refused, as by Jinja2's immutable sandbox.
/// </summary>
internal static class CollectionMethods
{
    public static object? Find(object owner, string name) => (owner, name) switch
    {
        (PyDict d, "get") => new NativeFunction(name, (c, a) => Get(c, d, a)),
        (PyDict d, "items") => new NativeFunction(name, (c, _) => new PyView("dict_items", Pairs(c, d))),
        (PyDict d, "keys") => new NativeFunction(name, (c, _) => new PyView("dict_keys", Counted(c, d.Keys, d.Count))),
        (PyDict d, "values") => new NativeFunction(name, (c, _) => new PyView("dict_values", Counted(c, d.Values, d.Count))),
        (PyDict d, "copy") => new NativeFunction(name, (_, _) => d),
        (PyDict, "update" or "pop" or "popitem" or "clear" or "setdefault") => Refused(owner, name),
        (PyList, "append" or "extend" or "insert" or "pop" or "remove" or "clear" or "sort" or "reverse") => Refused(owner, name),
        (PyList l, "copy") => new NativeFunction(name, (_, _) => l),
        (PySequence s, "index") => new NativeFunction(name, (c, a) => Index(c, s, a)),
        (PySequence s, "count") => new NativeFunction(name, (c, a) => Count(c, s, a)),
        _ => null,
    };

    public static IReadOnlyList<object?> Pairs(RenderContext context, PyDict dict) =>
        Counted(context, dict.Items.Select(e => new PyTuple(e.Key, e.Value)), dict.Count, each: 3);

    private static object?[] Counted(RenderContext context, IEnumerable<object?> items, int count, int each = 1)
    {
        context.Spend((long)each * count);
        return [.. items];
    }

    private static Undefined Refused(object owner, string name) => new(
        $"access to attribute '{name}' of '{Python.TypeName(owner)}' object is unsafe: a template may not change its values");

    private static object? Get(RenderContext context, PyDict dict, Arguments arguments)
    {
        BoundArguments a = arguments.Bind("get", "key", "default");
        return dict.TryGet(context, a.Required(0), out object? value) ? value : a.Value(1);
    }

    private static long Index(RenderContext context, PySequence sequence, Arguments arguments)
    {
        object? wanted = arguments.Bind("index", "value").Required(0);
        for (int i = 0; i < sequence.Count; i++)
        {
            context.Spend(1);
            if (Python.AreEqual(context, sequence[i], wanted)) return i;
        }

        throw new TemplateFault($"index: the value is not in the {Python.TypeName(sequence)}");
    }

    private static long Count(RenderContext context, PySequence sequence, Arguments arguments)
    {
        object? wanted = arguments.Bind("count", "value").Required(0);
        long count = 0;
        for (int i = 0; i < sequence.Count; i++)
        {
            context.Spend(1);
            if (Python.AreEqual(context, sequence[i], wanted)) count++;
        }

        return count;
    }
}
