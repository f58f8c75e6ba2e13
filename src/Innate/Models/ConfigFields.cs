using System.Text.Json;

namespace Innate.Models;

/// <summary>
/// The fields of one JSON object of a config, read with their types checked. Remembers which were read, so that the rest
/// can be refused by name.
/// </summary>
internal sealed class ConfigFields
{
    private readonly Dictionary<string, JsonElement> _values = new(StringComparer.Ordinal);
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly string _prefix;

    /// <param name="json">The object; must stay alive as long as this.</param>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="prefix">The path to the object inside the file, such as <c>rope_scaling.</c>; empty for the root.</param>
    public ConfigFields(JsonElement json, string file, string prefix = "")
    {
        File = file;
        _prefix = prefix;
        foreach (JsonProperty property in json.EnumerateObject())
        {
            if (!_values.TryAdd(property.Name, property.Value))
            {
                throw new InputException($"{file}: key '{prefix}{property.Name}' is given twice.");
            }
        }
    }

    /// <summary>The file's name, for messages.</summary>
    public string File { get; }

    /// <summary>The keys that nothing has read yet.</summary>
    public IEnumerable<string> Unread => _values.Keys.Where(key => !_known.Contains(key));

    /// <summary>Whether the key is there, null or not.</summary>
    public bool Has(string key) => _values.ContainsKey(key);

    /// <summary>Whether the key is there with the value null.</summary>
    public bool IsNull(string key) => _values.TryGetValue(key, out JsonElement value) && value.ValueKind == JsonValueKind.Null;

    /// <summary>Counts the key as read; its value, or null where it is absent or null.</summary>
    public JsonElement? Take(string key)
    {
        _known.Add(key);
        return _values.TryGetValue(key, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    /// <summary>The error for a value that is not what it must be.</summary>
    public InputException Wrong(string key, string expected)
    {
        string found = !_values.TryGetValue(key, out JsonElement value) ? "nothing"
            : value.GetRawText() is { Length: > 100 } text ? text[..100] + "..." : value.GetRawText();
        return new InputException($"{File}: key '{_prefix}{key}': expected {expected}, found {found}.");
    }

    /// <summary>A whole number in a range; null where the key is absent or null.</summary>
    public int? OptionalInt(string key, int min, int max)
    {
        if (Take(key) is not JsonElement value) return null;
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out int number) || number < min || number > max)
        {
            throw Wrong(key, $"a whole number from {min} to {max}");
        }

        return number;
    }

    /// <summary>
    /// A whole number in a range; <paramref name="absent"/> where the key is absent (null there: it must be given).
    /// </summary>
    public int Int(string key, int? absent, int min, int max)
    {
        if (!Has(key) && absent is int value)
        {
            Take(key);
            return value;
        }

        return OptionalInt(key, min, max) ?? throw Wrong(key, $"a whole number from {min} to {max}");
    }

    /// <summary>A positive number within float32's range; null where the key is absent or null.</summary>
    public double? OptionalPositive(string key)
    {
        if (Take(key) is not JsonElement value) return null;
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out double number)
            || !float.IsFinite((float)number) || (float)number <= 0)
        {
            throw Wrong(key, "a positive number");
        }

        return number;
    }

    /// <summary>
    /// A positive number within float32's range; <paramref name="absent"/> where the key is absent (null there: it must be
    /// given).
    /// </summary>
    public double Positive(string key, double? absent = null)
    {
        if (!Has(key) && absent is double value)
        {
            Take(key);
            return value;
        }

        return OptionalPositive(key) ?? throw Wrong(key, "a positive number");
    }

    /// <summary>True or false; null is false, as Python takes it; <paramref name="absent"/> where the key is absent.</summary>
    public bool Bool(string key, bool absent)
    {
        if (Take(key) is not JsonElement value) return !Has(key) && absent;
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : throw Wrong(key, "true or false");
    }

    /// <summary>A string; null where the key is absent or null.</summary>
    public string? OptionalString(string key) => Take(key) is not JsonElement value ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Wrong(key, "a string");

    /// <summary>A list of strings; null where the key is absent or null.</summary>
    public string[]? OptionalStrings(string key)
    {
        if (Take(key) is not JsonElement value) return null;
        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.String))
        {
            throw Wrong(key, "a list of strings");
        }

        return [.. value.EnumerateArray().Select(item => item.GetString()!)];
    }

    /// <summary>A nested object; null where the key is absent or null.</summary>
    public ConfigFields? OptionalObject(string key) => Take(key) is not JsonElement value ? null
        : value.ValueKind == JsonValueKind.Object
            ? new ConfigFields(value, File, $"{_prefix}{key}.")
            : throw Wrong(key, "an object");

    /// <summary>Whether the value is null, false, 0 or empty: what a key says that asks for nothing.</summary>
    public bool AsksForNothing(string key) => Take(key) is not JsonElement value || value.ValueKind switch
    {
        JsonValueKind.False => true,
        JsonValueKind.Number => value.TryGetDouble(out double number) && number == 0,
        JsonValueKind.Object => !value.EnumerateObject().Any(),
        JsonValueKind.Array => value.GetArrayLength() == 0,
        _ => false,
    };

    /// <summary>Refuses every key that nothing has read; one that is null sets nothing.</summary>
    /// <exception cref="InputException">There is one.</exception>
    public void RefuseUnread()
    {
        foreach (string key in Unread)
        {
            if (IsNull(key)) continue;
            throw new InputException(
                $"{File}: key '{_prefix}{key}' is not known to Innate, and might change the numbers; remove it if it does not.");
        }
    }
}
