using System.Text.Json;
using System.Text.Unicode;

namespace Innate.Rows;

/// <summary>Bytes to JSON, and JSON to the values of fields, with one wording of what is wrong.</summary>
public static class RowJson
{
    internal static readonly JsonDocumentOptions Options = new() { MaxDepth = 512 };

    /// <summary>Any JSON object.</summary>
    /// <exception cref="InputException">The line is no JSON object in UTF-8.</exception>
    public static JsonElement ParseObject(InputLine line)
    {
        JsonElement root = ParseValue(line);
        return root.ValueKind == JsonValueKind.Object
            ? root
            : throw new InputException($"expected a JSON object, found {Describe(root)}");
    }

    /// <summary>A line that is a JSON string, or an object with one in a field.</summary>
    /// <exception cref="InputException">The line is neither.</exception>
    public static string ParseTextOr(InputLine line, string field)
    {
        JsonElement root = ParseValue(line);
        return root.ValueKind switch
        {
            JsonValueKind.String => root.GetString()!,
            JsonValueKind.Object => Text(root, field),
            _ => throw new InputException($"expected a JSON string or an object with \"{field}\", found {Describe(root)}"),
        };
    }

    /// <summary>A string field.</summary>
    /// <exception cref="InputException">It is absent or something else.</exception>
    public static string Text(JsonElement row, string field) => Get(row, field) is { } value ? AsText(value, field)
        : throw (IsNull(row, field) ? Null(field, "a string") : new InputException($"the field \"{field}\" is missing"));

    /// <summary>A field that is there once and not null; null where it is not.</summary>
    /// <exception cref="InputException">It is given twice.</exception>
    internal static JsonElement? Get(JsonElement row, string field)
    {
        JsonElement? found = null;
        foreach (JsonProperty property in row.EnumerateObject())
        {
            if (!property.NameEquals(field)) continue;
            if (found is not null) throw new InputException($"the field \"{field}\" is given twice");
            found = property.Value;
        }

        return found is { ValueKind: JsonValueKind.Null } ? null : found;
    }

    /// <summary>What is told of an object's field that is not there, or is null.</summary>
    /// <param name="item">The object.</param>
    /// <param name="place">What messages call it.</param>
    /// <param name="field">The field.</param>
    internal static InputException Missing(JsonElement item, string place, string field) => IsNull(item, field)
        ? Null($"{place}.{field}", "a string")
        : new InputException($"\"{place}\" has no \"{field}\"");

    /// <summary>What is told of a null.</summary>
    internal static InputException Null(string place, string expected) => new($"\"{place}\" must be {expected}, found null");

    private static bool IsNull(JsonElement item, string field) =>
        item.TryGetProperty(field, out JsonElement value) && value.ValueKind == JsonValueKind.Null;

    /// <summary>A value that must be a string.</summary>
    /// <exception cref="InputException">It is something else.</exception>
    internal static string AsText(JsonElement value, string place) => value.ValueKind == JsonValueKind.String
        ? value.GetString()!
        : throw new InputException($"\"{place}\" must be a string, found {Describe(value)}");

    /// <summary>An array of token ids.</summary>
    /// <exception cref="InputException">It is something else, or empty.</exception>
    public static int[] Ids(JsonElement array, string place)
    {
        if (array.ValueKind != JsonValueKind.Array)
        {
            throw new InputException($"\"{place}\" must be an array of token ids, found {Describe(array)}");
        }

        int[] ids = new int[array.GetArrayLength()];
        int i = 0;
        foreach (JsonElement item in array.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt32(out int id) || id < 0)
            {
                throw new InputException($"\"{place}[{i}]\" must be a token id, found {Describe(item)}");
            }

            ids[i++] = id;
        }

        return ids.Length > 0 ? ids : throw new InputException($"\"{place}\" is empty; expected at least one token id");
    }

    /// <summary>
    /// Half a surrogate pair in a string surfaces when the string is read: make it an input error like any other.
    /// </summary>
    public static T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException e)
        {
            throw new InputException("a string holds half a surrogate pair (\\ud800..\\udfff), which is no Unicode text", e);
        }
    }

    /// <summary>What a message calls a value.</summary>
    public static string Describe(JsonElement value) => JsonLines.Describe(value);

    private static JsonElement ParseValue(InputLine line)
    {
        if (line.Fault is { } fault) throw new InputException(fault);
        if (line.IsBlank) throw new InputException("the line is blank; expected a JSON object");
        if (!Utf8.IsValid(line.Bytes.Span)) throw new InputException($"the line is not UTF-8 (byte {BadByte(line.Bytes.Span)})");
        try
        {
            using JsonDocument document = JsonDocument.Parse(line.Bytes, Options);
            return document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            string where = e.BytePositionInLine is { } at ? $" (byte {at + 1})" : "";
            throw new InputException($"the line is not JSON{where}", e);
        }
    }

    private static int BadByte(ReadOnlySpan<byte> bytes)
    {
        int at = 0;
        while (System.Text.Rune.DecodeFromUtf8(bytes[at..], out _, out int consumed) == System.Buffers.OperationStatus.Done)
        {
            at += consumed;
        }

        return at + 1;
    }
}
