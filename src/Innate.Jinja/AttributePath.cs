using System.Globalization;

namespace Innate.Jinja;

/// <summary>
/// The attribute "a.b.0" (or an integer) that map, sort and their like take of each item: read once, followed often.
/// </summary>
internal readonly struct AttributePath
{
    private readonly object?[] _keys;

    private AttributePath(object?[] keys) => _keys = keys;

    /// <summary>The path that leads nowhere: every item is its own.</summary>
    public static AttributePath Itself { get; } = new([]);

    /// <summary>Reads a path; None leads nowhere.</summary>
    public static AttributePath OrItself(RenderContext context, object? path) => path is null ? Itself : Of(context, path);

    public static AttributePath Of(RenderContext context, object? path)
    {
        if (path is not string text) return new([path]);
        context.SpendText(text.Length);
        context.Spend(2L * text.AsSpan().Count('.'));
        return new([.. text.Split('.').Select(Key)]);
    }

    /// <summary>Several paths with commas between.</summary>
    public static AttributePath[] Several(RenderContext context, object? paths)
    {
        if (paths is not string text) return [OrItself(context, paths)];
        context.SpendText(text.Length);
        context.Spend(4L * text.AsSpan().Count(','));
        return [.. text.Split(',').Select(path => Of(context, path))];
    }

    /// <summary>The value step by step; the fallback stands for every missing step.</summary>
    public object? Follow(RenderContext context, object? value, object? fallback = null)
    {
        foreach (object? key in _keys)
        {
            context.Spend(1);
            value = Access.Item(context, value, key);
            if (value is Undefined && fallback is not null) value = fallback;
        }

        return value;
    }

    private static object Key(string part) => part.Length is > 0 and < 10 && part.All(char.IsAsciiDigit)
        ? long.Parse(part, CultureInfo.InvariantCulture)
        : part;
}
