using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Innate.Text.ToolCalls;

/// <summary>JSON out of the midst of a model's words.</summary>
internal static class ToolJson
{
    private static readonly JsonReaderOptions OneOfMany = new() { AllowMultipleValues = true };
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 512 };

    /// <summary>A node as an element of its own.</summary>
    public static JsonElement ElementOf(JsonNode node)
    {
        using JsonDocument document = JsonDocument.Parse(node.ToJsonString(), Deep);
        return document.RootElement.Clone();
    }

    /// <summary>Reads one value from a place on, and no further.</summary>
    /// <param name="text">All that was written.</param>
    /// <param name="at">Where the value, or white space before it, begins.</param>
    /// <param name="limit">Where it has to end at the latest.</param>
    /// <param name="end">One past the value's last character.</param>
    /// <param name="fault">What there is instead; null: there is one.</param>
    public static JsonElement? Read(string text, int at, int limit, out int end, out string? fault)
    {
        end = at;
        byte[] bytes = Encoding.UTF8.GetBytes(text[at..limit]);
        try
        {
            Utf8JsonReader reader = new(bytes, OneOfMany);
            if (!JsonDocument.TryParseValue(ref reader, out JsonDocument? document))
            {
                fault = "nothing";
                return null;
            }

            using (document)
            {
                int length = (int)reader.BytesConsumed;
                RequireCharacters(bytes.AsSpan(0, length));
                end = at + Encoding.UTF8.GetCharCount(bytes, 0, length);
                fault = null;
                return document.RootElement.Clone();
            }
        }
        catch (JsonException e)
        {
            fault = string.Create(
                CultureInfo.InvariantCulture, $"no JSON from line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1} on");
            return null;
        }
        catch (InvalidOperationException)
        {
            fault = "half of a surrogate pair, which is no character";
            return null;
        }
    }

    /// <summary>
    /// A call: an object with a name and arguments, which are an object or the text of one (as OpenAI's own replies have it).
    /// </summary>
    /// <param name="value">What was read.</param>
    /// <param name="fields">The names that arguments may have in this form.</param>
    /// <returns>Null: it is no call.</returns>
    public static ToolCall? Call(JsonElement value, params ReadOnlySpan<string> fields)
    {
        if (value.ValueKind != JsonValueKind.Object) return null;
        JsonElement of = value.TryGetProperty("function", out JsonElement inner) && inner.ValueKind == JsonValueKind.Object
            ? inner
            : value;
        if (!of.TryGetProperty("name", out JsonElement name) || name.ValueKind != JsonValueKind.String) return null;
        if (name.GetString() is not { Length: > 0 } called) return null;
        foreach (string field in fields)
        {
            if (of.TryGetProperty(field, out JsonElement arguments) && Object(arguments) is { } given)
            {
                return new ToolCall(called, given);
            }
        }

        return null;
    }

    /// <summary>A call as Hermes' form has it between its tags.</summary>
    public static string Text(ToolCall call) => new JsonObject
    {
        ["name"] = call.Name, ["arguments"] = JsonNode.Parse(call.Arguments.GetRawText(), null, Deep),
    }.ToJsonString();

    private static JsonElement? Object(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Object) return value;
        if (value.ValueKind != JsonValueKind.String) return null;
        string text = value.GetString()!;
        return Read(text, 0, text.Length, out int end, out _) is { ValueKind: JsonValueKind.Object } read
            && string.IsNullOrWhiteSpace(text[end..])
                ? read
                : null;
    }

    // Half of a surrogate pair surfaces when a text is read, wherever that is: better here.
    private static void RequireCharacters(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = new(json);
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
            {
                _ = reader.GetString();
            }
        }
    }
}
