using System.Globalization;

namespace Innate.Jinja;

/// <summary>map, select and reject: filters that apply an attribute, a filter or a test to each item.</summary>
internal static class SelectFilters
{
    /// <summary>
    /// The attribute "a.b.0" (or an integer) of a value, step by step; the fallback stands for every missing step.
    /// </summary>
    public static object? Follow(RenderContext context, object? value, object? path, object? fallback = null)
    {
        if (path is not string text) return OrElse(Access.Item(context, value, path), fallback);
        foreach (string part in text.Split('.'))
        {
            object key = part.Length is > 0 and < 10 && part.All(char.IsAsciiDigit)
                ? long.Parse(part, CultureInfo.InvariantCulture)
                : part;
            value = OrElse(Access.Item(context, value, key), fallback);
        }

        return value;
    }

    private static object? OrElse(object? value, object? fallback) =>
        value is Undefined && fallback is not null ? fallback : value;

    public static object? Map(RenderContext context, object? input, Arguments arguments)
    {
        IReadOnlyList<object?> items = Python.Items(context, input);
        Func<object?, object?> change;
        if (arguments.Positional.Count == 0)
        {
            BoundArguments a = arguments.Bind("map", "attribute", "default");
            object? path = a.Required(0), fallback = a.Value(1);
            change = item => Follow(context, item, path, fallback);
        }
        else
        {
            if (arguments.Positional[0] is not string name) throw new TemplateFault("map expects a filter's name as text");
            Filter filter = Filters.Find(name) ?? throw Filters.Unknown(name);
            Arguments rest = arguments.Skip(1);
            change = item => filter(context, item, rest);
        }

        var mapped = new object?[items.Count];
        for (int i = 0; i < mapped.Length; i++) mapped[i] = change(items[i]);
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

        object? path = ofAttribute ? arguments.Positional[0] : null;
        Arguments rest = ofAttribute ? arguments.Skip(1) : arguments;
        Test test = (_, value, _) => Python.IsTrue(value);
        if (rest.Positional.Count > 0)
        {
            if (rest.Positional[0] is not string name) throw new TemplateFault("expected a test's name as text");
            test = Tests.Find(name) ?? throw Tests.Unknown(name);
            rest = rest.Skip(1);
        }

        var kept = new List<object?>();
        foreach (object? item in Python.Items(context, input))
        {
            object? value = ofAttribute ? Follow(context, item, path) : item;
            if (test(context, value, rest) == wanted) kept.Add(item);
        }

        return new PyGenerator(kept);
    }
}
