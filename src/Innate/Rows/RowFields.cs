using System.Text.Json;

namespace Innate.Rows;

/// <summary>
/// The fields of one row by the names that the readers know, read once. A field that is null counts as absent: tables exported
/// to JSON fill their gaps with it.
/// </summary>
internal sealed class RowFields
{
    private readonly Dictionary<string, JsonElement> _values = new(StringComparer.Ordinal);
    private readonly HashSet<string> _twice = new(StringComparer.Ordinal);
    private readonly RowColumns _columns;

    /// <param name="row">An object.</param>
    /// <param name="columns">The row's own names of fields; null: none of its own.</param>
    /// <exception cref="InvalidOperationException">A name holds half a surrogate pair.</exception>
    public RowFields(JsonElement row, RowColumns? columns = null)
    {
        _columns = columns ?? RowColumns.AsTheyAre;
        foreach (JsonProperty property in row.EnumerateObject())
        {
            string name = property.Name;
            if (!_values.TryAdd(name, property.Value)) _twice.Add(name);
        }
    }

    /// <summary>The names that the row has, in order.</summary>
    public IEnumerable<string> Names => _values.Keys;

    /// <summary>What messages call a field: the row's own name for it.</summary>
    public string NameOf(string field) => _columns.NameOf(field) ?? field;

    /// <summary>A field's value; null where it is absent or null.</summary>
    /// <exception cref="InputException">It is given twice.</exception>
    public JsonElement? Get(string field)
    {
        if (_columns.NameOf(field) is not { } name || !_values.TryGetValue(name, out JsonElement value)) return null;
        if (_twice.Contains(name)) throw new InputException($"the field \"{name}\" is given twice");
        return value.ValueKind == JsonValueKind.Null ? null : value;
    }

    /// <summary>Whether a field is there and not null.</summary>
    public bool Has(string field) => Get(field) is not null;

    /// <summary>A text.</summary>
    /// <exception cref="InputException">It is absent, or something else.</exception>
    public string Text(string field) => RowJson.AsText(Required(field), NameOf(field));

    /// <summary>A text, or a number as it is written.</summary>
    /// <exception cref="InputException">It is absent, or something else.</exception>
    public string Scalar(string field) => Required(field) is { ValueKind: JsonValueKind.Number } number
        ? number.GetRawText()
        : Text(field);

    // A null is what it is: the reader of the value says that it expected another.
    private JsonElement Required(string field) => Get(field) is { } value ? value
        : _values.TryGetValue(NameOf(field), out JsonElement none) ? none
        : throw new InputException($"the field \"{NameOf(field)}\" is missing");
}
