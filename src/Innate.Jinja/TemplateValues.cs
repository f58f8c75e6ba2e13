using System.Numerics;
using System.Text.Json;

namespace Innate.Jinja;

/// <summary>
/// What .NET and JSON hold, as the values of templates. <see cref="JinjaTemplate.Render"/> takes plain .NET values as they are:
/// null, bool, int, long, <see cref="BigInteger"/>, double, string, <see cref="IReadOnlyList{T}"/> of such, and
/// <see cref="IReadOnlyDictionary{TKey, TValue}"/> from texts to such, in its own order; and what these functions returned.
/// </summary>
public static class TemplateValues
{
    /// <summary>A JSON value as a template's value: objects keep the order of their members.</summary>
    /// <exception cref="JinjaException">It is nested too deeply, or a text or number in it is none.</exception>
    public static object? FromJson(JsonElement element)
    {
        try
        {
            return Jinja.FromJson.Read(element);
        }
        catch (TemplateFault fault)
        {
            throw new JinjaException(fault);
        }
    }

    /// <summary>The members of a JSON object, in order, each a name with its value.</summary>
    /// <param name="element">A JSON object.</param>
    /// <exception cref="JinjaException">A value is nested too deeply, or a name, text or number is none.</exception>
    /// <exception cref="InvalidOperationException">It is no object.</exception>
    public static IReadOnlyList<KeyValuePair<string, object?>> Members(JsonElement element)
    {
        List<KeyValuePair<string, object?>> members = [];
        try
        {
            foreach (JsonProperty member in element.EnumerateObject())
            {
                members.Add(new(Jinja.FromJson.Name(member), Jinja.FromJson.Read(member.Value)));
            }
        }
        catch (TemplateFault fault)
        {
            throw new JinjaException(fault);
        }

        return members;
    }

    /// <summary>A plain .NET value as what expressions work with.</summary>
    internal static object? From(object? value) => From(value, 0);

    private static object? From(object? value, int depth)
    {
        if (depth >= Limits.Depth / 4)
        {
            throw new TemplateFault(FormattableString.Invariant($"the input is nested deeper than {Limits.Depth / 4} levels"), 0);
        }

        switch (value)
        {
            case null or bool or long or double or string or PySequence or PyDict: return value;
            case int number: return (long)number;
            case BigInteger number: return Numbers.Fit(null, number);
            case IReadOnlyDictionary<string, object?> entries:
                var dict = new PyDict(entries.Count);
                foreach ((string key, object? entry) in entries) dict.Set(null, key, From(entry, depth + 1));
                return dict;
            case IReadOnlyList<object?> items: return new PyList([.. items.Select(item => From(item, depth + 1))]);
            default:
                throw new ArgumentException(
                    $"expected a value that a template can hold and found {value.GetType()}.", nameof(value));
        }
    }
}
