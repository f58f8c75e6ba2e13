namespace Innate.Jinja;

/// <summary>map, select and reject: filters that apply an attribute, a filter or a test to each item.</summary>
internal static class SelectFilters
{
    public static object? Map(RenderContext context, object? input, Arguments arguments)
    {
        IReadOnlyList<object?> items = Python.Items(context, input);
        Func<object?, object?> change;
        if (arguments.Positional.Count == 0)
        {
            BoundArguments a = arguments.Bind("map", "attribute", "default");
            AttributePath path = AttributePath.Of(context, a.Required(0));
            object? fallback = a.Value(1);
            change = item => path.Follow(context, item, fallback);
        }
        else
        {
            if (arguments.Positional[0] is not string name) throw new TemplateFault("map expects a filter's name as text");
            Filter filter = Filters.Find(name) ?? throw Filters.Unknown(name);
            Arguments rest = arguments.Skip(context, 1);
            change = item =>
            {
                context.Spend(Limits.Call);
                return filter(context, item, rest);
            };
        }

        var mapped = new object?[items.Count];
        for (int i = 0; i < mapped.Length; i++)
        {
            // map may map with map: that is a level of nesting like any other.
            context.Enter(context.At);
            mapped[i] = change(items[i]);
            context.Leave();
        }

        return new PyGenerator(mapped);
    }

    public static object? Select(RenderContext context, object? input, Arguments arguments) =>
        Where(context, input, arguments, true, false);

    public static object? Reject(RenderContext context, object? input, Arguments arguments) =>
        Where(context, input, arguments, false, false);

    public static object? SelectAttribute(RenderContext context, object? input, Arguments arguments) =>
        Where(context, input, arguments, true, true);

    public static object? RejectAttribute(RenderContext context, object? input, Arguments arguments) =>
        Where(context, input, arguments, false, true);

    private static PyGenerator Where(RenderContext context, object? input, Arguments arguments, bool wanted, bool ofAttribute)
    {
        if (ofAttribute && arguments.Positional.Count == 0)
        {
            throw new TemplateFault("selectattr and rejectattr need an attribute's name");
        }

        AttributePath path = ofAttribute ? AttributePath.Of(context, arguments.Positional[0]) : AttributePath.Itself;
        Arguments rest = ofAttribute ? arguments.Skip(context, 1) : arguments;
        Test test = (_, value, _) => Python.IsTrue(value);
        if (rest.Positional.Count > 0)
        {
            if (rest.Positional[0] is not string name) throw new TemplateFault("expected a test's name as text");
            test = Tests.Find(name) ?? throw Tests.Unknown(name);
            rest = rest.Skip(context, 1);
        }

        var kept = new List<object?>();
        foreach (object? item in Python.Items(context, input))
        {
            context.Spend(2);
            object? value = path.Follow(context, item);
            if (test(context, value, rest) == wanted) kept.Add(item);
        }

        return new PyGenerator(kept);
    }
}
