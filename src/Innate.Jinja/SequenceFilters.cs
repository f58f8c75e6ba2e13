namespace Innate.Jinja;

/// <summary>Filters over items that keep their order.</summary>
internal static class SequenceFilters
{
    public static object? First(RenderContext context, object? input, Arguments arguments)
    {
        if (input is PyGenerator generator) return generator.TryNext(out object? next) ? next : NoItem("first");
        if (input is PySequence sequence) return sequence.Count > 0 ? sequence[0] : NoItem("first");
        IReadOnlyList<object?> items = Python.Items(context, input);
        return items.Count > 0 ? items[0] : NoItem("first");
    }

    public static object? Last(RenderContext context, object? input, Arguments arguments)
    {
        if (input is PyGenerator) throw new TemplateFault("'generator' object is not reversible: apply 'list' before 'last'");
        if (input is PySequence sequence) return sequence.Count > 0 ? sequence[sequence.Count - 1] : NoItem("last");
        IReadOnlyList<object?> items = Python.Items(context, input);
        return items.Count > 0 ? items[^1] : NoItem("last");
    }

    private static Undefined NoItem(string which) => new($"No {which} item, sequence was empty.");

    public static object? Items(RenderContext context, object? input, Arguments arguments) => input switch
    {
        Undefined => new PyGenerator([]),
        PyDict dict => new PyGenerator(CollectionMethods.Pairs(context, dict)),
        _ => throw new TemplateFault($"the filter 'items' expects a mapping and got {Python.TypeName(input)}"),
    };

    public static object? Reverse(RenderContext context, object? input, Arguments arguments)
    {
        if (input is string text)
        {
            context.SpendText(text.Length);
            return CodePoints.Reverse(text);
        }

        object?[] items = [.. Python.Items(context, input)];
        Array.Reverse(items);
        return new PyGenerator(items);
    }

    public static object? Join(RenderContext context, object? input, Arguments arguments)
    {
        BoundArguments a = arguments.Bind("join", "d", "attribute");
        string separator = a.Has(0) ? Python.Str(context, a.Value(0)) : "";
        AttributePath path = AttributePath.OrItself(context, a.Value(1));
        IReadOnlyList<object?> items = Python.Items(context, input);
        var texts = new string[items.Count];
        long length = separator.Length * (long)Math.Max(0, items.Count - 1);
        for (int i = 0; i < texts.Length; i++)
        {
            texts[i] = Python.Str(context, path.Follow(context, items[i]));
            length += texts[i].Length;
        }

        context.SpendText(length);
        return string.Join(separator, texts);
    }

    public static object? Batch(RenderContext context, object? input, Arguments arguments)
    {
        BoundArguments a = arguments.Bind("batch", "linecount", "fill_with");
        long size = a.Integer(0);
        IReadOnlyList<object?> items = Python.Items(context, input);
        var batches = new List<object?>();
        // Without a positive size Jinja2 never starts a second batch.
        long step = size > 0 ? size : Math.Max(1, items.Count);
        for (long i = 0; i < items.Count; i += step)
        {
            context.Spend(3);
            List<object?> batch = Part(items, (int)i, (int)Math.Min(step, items.Count - i));
            if (a.Value(1) is { } fill && batch.Count < size)
            {
                context.Spend(size);
                while (batch.Count < size) batch.Add(fill);
            }

            batches.Add(new PyList(batch));
        }

        return new PyGenerator(batches);
    }

    private static List<object?> Part(IReadOnlyList<object?> items, int start, int count)
    {
        var part = new List<object?>(count);
        for (int i = start; i < start + count; i++) part.Add(items[i]);
        return part;
    }

    public static object? Slice(RenderContext context, object? input, Arguments arguments)
    {
        BoundArguments a = arguments.Bind("slice", "slices", "fill_with");
        long slices = a.Integer(0);
        if (slices == 0) throw new TemplateFault("division by zero");
        if (slices < 0) return new PyGenerator([]);
        IReadOnlyList<object?> items = Python.Items(context, input);
        context.Spend(slices > Limits.Steps ? slices : 3 * slices);
        var parts = new List<object?>();
        long each = items.Count / slices, longer = items.Count % slices;
        int at = 0;
        for (long i = 0; i < slices; i++)
        {
            int size = (int)(each + (i < longer ? 1 : 0));
            List<object?> part = Part(items, at, size);
            at += size;
            if (a.Value(1) is { } fill && i >= longer) part.Add(fill);
            parts.Add(new PyList(part));
        }

        return new PyGenerator(parts);
    }
}
