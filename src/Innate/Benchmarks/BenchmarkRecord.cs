using System.Globalization;
using System.Text.Json;
using Innate.Text;

namespace Innate.Benchmarks;

/// <summary>One object of a benchmark's file; a field that is not what it should be is named by file, item and field.</summary>
/// <param name="File">The file.</param>
/// <param name="Number">Its place in the file, from 1; 0 where the object is the whole file.</param>
/// <param name="Fields">The object.</param>
internal sealed record BenchmarkRecord(string File, int Number, JsonElement Fields)
{
    /// <summary>What stands before a field's name where this is an object within the item: <c>responses[1].</c></summary>
    public string Within { get; init; } = "";

    /// <summary>"chat.json, item 3".</summary>
    public string Place => Number == 0 ? File : string.Create(CultureInfo.InvariantCulture, $"{File}, item {Number}");

    /// <exception cref="InputException">The field is missing or no text.</exception>
    public string Text(string field) => AsText(Required(field, "a text"), field);

    /// <summary>A text, or a number as it is written: benchmarks number their items either way.</summary>
    /// <exception cref="InputException">The field is missing, or neither.</exception>
    public string Id(string field)
    {
        JsonElement value = Required(field, "a text or a number");
        return value.ValueKind == JsonValueKind.Number ? value.GetRawText() : AsText(value, field);
    }

    /// <summary>Null where the field is absent or null.</summary>
    /// <exception cref="InputException">The field is no text.</exception>
    public string? OptionalText(string field) => Optional(field) is { } value ? AsText(value, field) : null;

    /// <exception cref="InputException">The field is missing or no array of texts.</exception>
    public IReadOnlyList<string> Texts(string field, int? count = null)
    {
        string expected = count is { } n ? $"an array of {n} texts" : "an array of texts";
        JsonElement array = Required(field, expected);
        if (array.ValueKind != JsonValueKind.Array) throw Fault(field, expected, JsonLines.Describe(array));
        string[] texts = [.. array.EnumerateArray().Select((t, i) => AsText(t, $"{field}[{i}]"))];
        return texts.Length > 0 && (count is null || count == texts.Length)
            ? texts
            : throw Fault(field, expected, $"one of {texts.Length}");
    }

    /// <exception cref="InputException">The field is missing, no whole number, or outside the range.</exception>
    public int Whole(string field, int low, int high)
    {
        string expected = $"a whole number from {low} to {high}";
        JsonElement value = Required(field, expected);
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number >= low && number <= high
            ? number
            : throw Fault(field, expected, JsonLines.Describe(value));
    }

    /// <exception cref="InputException">The field is missing, or neither true nor false.</exception>
    public bool Flag(string field)
    {
        JsonElement value = Required(field, "true or false");
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : throw Fault(field, "true or false", JsonLines.Describe(value));
    }

    /// <summary>A prompt: a text, which is one user message, or an array of messages.</summary>
    /// <exception cref="InputException">The field is missing or neither.</exception>
    public IReadOnlyList<ConversationMessage> Prompt(string field)
    {
        const string expected = "a text or an array of messages {\"role\", \"content\"}";
        JsonElement value = Required(field, expected);
        if (value.ValueKind == JsonValueKind.String) return [new ConversationMessage("user", AsText(value, field))];
        if (value.ValueKind != JsonValueKind.Array) throw Fault(field, expected, JsonLines.Describe(value));
        List<ConversationMessage> messages = [];
        foreach (JsonElement message in value.EnumerateArray())
        {
            string name = $"{field}[{messages.Count}]";
            if (message.ValueKind != JsonValueKind.Object)
            {
                throw Fault(name, "a message {\"role\", \"content\"}", JsonLines.Describe(message));
            }

            messages.Add(new ConversationMessage(Part("role"), Part("content")));

            string Part(string part) => (this with { Fields = message }).Optional(part) is { } text
                ? AsText(text, $"{name}.{part}")
                : throw Fault($"{name}.{part}", "a text", "none");
        }

        return messages.Count > 0 ? messages : throw Fault(field, expected, "an empty array");
    }

    /// <summary>An object within this one; its faults are named by the same item.</summary>
    /// <exception cref="InputException">The field is missing or no object.</exception>
    public BenchmarkRecord Object(string field)
    {
        JsonElement value = Required(field, "an object");
        return value.ValueKind == JsonValueKind.Object ? this with { Fields = value }
            : throw Fault(field, "an object", JsonLines.Describe(value));
    }

    /// <summary>An array of objects within this one, each naming its faults by its place.</summary>
    /// <param name="field">Its name.</param>
    /// <param name="count">How many there must be; null: at least one.</param>
    /// <exception cref="InputException">The field is missing or no array of so many objects.</exception>
    public IReadOnlyList<BenchmarkRecord> Objects(string field, int? count = null)
    {
        string expected = count is null ? "an array of objects" : $"an array of {count} objects";
        JsonElement array = Required(field, expected);
        if (array.ValueKind != JsonValueKind.Array) throw Fault(field, expected, JsonLines.Describe(array));
        int found = array.GetArrayLength();
        if (count is null ? found == 0 : found != count) throw Fault(field, expected, $"one of {found}");
        return
        [
            .. array.EnumerateArray().Select((value, i) => value.ValueKind == JsonValueKind.Object
                ? this with { Fields = value, Within = $"{Within}{field}[{i}]." }
                : throw Fault($"{field}[{i}]", "an object", JsonLines.Describe(value))),
        ];
    }

    /// <summary>Null where the field is absent or null.</summary>
    /// <exception cref="InputException">A field's name is no text.</exception>
    public JsonElement? Optional(string field)
    {
        try
        {
            return Fields.TryGetProperty(field, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;
        }
        catch (InvalidOperationException e)
        {
            throw NameFault(e);
        }
    }

    /// <summary>The sentence for a field that is not what it should be.</summary>
    public InputException Fault(string field, string expected, string found) =>
        new($"{Place}: the field \"{Within}{field}\": expected {expected}, found {found}.");

    /// <summary>The fields that there are, the first dozen.</summary>
    public string FieldsFound()
    {
        try
        {
            string[] names = [.. Fields.EnumerateObject().Select(p => p.Name).Take(12)];
            return names.Length == 0 ? "the item is empty" : $"the item has {string.Join(", ", names)}";
        }
        catch (InvalidOperationException e)
        {
            throw NameFault(e);
        }
    }

    private JsonElement Required(string field, string expected)
    {
        if (Optional(field) is { } value) return value;
        throw new InputException($"{Place}: the field \"{Within}{field}\" is missing: expected {expected}; {FieldsFound()}.");
    }

    // JSON can escape half of a surrogate pair, which no text holds.
    private InputException NameFault(InvalidOperationException e) =>
        new($"{Place}: expected fields with names, found a name with half of a surrogate pair.", e);

    private string AsText(JsonElement value, string field)
    {
        if (value.ValueKind != JsonValueKind.String) throw Fault(field, "a text", JsonLines.Describe(value));
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw new InputException(
                $"{Place}: the field \"{Within}{field}\": expected a text, found half of a surrogate pair.", e);
        }
    }
}
