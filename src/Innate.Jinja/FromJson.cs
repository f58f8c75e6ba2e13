using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace Innate.Jinja;

/// <summary>JSON as template values.</summary>
internal static class FromJson
{
    public static object? Read(JsonElement element) => Read(element, 0);

    private static object? Read(JsonElement element, int depth)
    {
        if (depth >= Limits.Depth / 4)
        {
            throw new TemplateFault(FormattableString.Invariant($"the input is nested deeper than {Limits.Depth / 4} levels"));
        }

        switch (element.ValueKind)
        {
            case JsonValueKind.String: return Text(element);
            case JsonValueKind.Number: return Number(element.GetRawText());
            case JsonValueKind.True: return true;
            case JsonValueKind.False: return false;
            case JsonValueKind.Array:
                var items = new object?[element.GetArrayLength()];
                int i = 0;
                foreach (JsonElement item in element.EnumerateArray()) items[i++] = Read(item, depth + 1);
                return new PyList(items);
            case JsonValueKind.Object:
                var dict = new PyDict();
                foreach (JsonProperty property in element.EnumerateObject())
                {
                    dict.Set(null, Name(property), Read(property.Value, depth + 1));
                }

                return dict;
            default: return null;
        }
    }

    public static string Name(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            throw new TemplateFault("a name in the input holds half of a surrogate pair, which is no character");
        }
    }

    private static string Text(JsonElement element)
    {
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new TemplateFault("a text in the input holds half of a surrogate pair, which is no character");
        }
    }

    private static object Number(string text)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long n)) return n;
        if (text.AsSpan().IndexOfAny('.', 'e', 'E') >= 0) return double.Parse(text, CultureInfo.InvariantCulture);
        if (text.Length > Limits.IntegerDigits) throw Numbers.TooLarge();
        return Numbers.Fit(null, BigInteger.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));
    }
}
