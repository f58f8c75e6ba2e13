using System.Text.Json;
using Innate.Text;

namespace Innate.Rows;

/// <summary>
/// JSON to a conversation. Everything that a message holds reaches the chat template: a dropped field would silently score
/// another conversation than the one given.
/// </summary>
public static class MessageParser
{
    private static readonly string[] EmptyAsAbsent = ["annotations", "tool_calls"];

    /// <summary>A conversation: an array of objects with a role and a content, or calls of tools.</summary>
    /// <param name="array">The array.</param>
    /// <param name="place">What messages call it.</param>
    /// <exception cref="InputException">It is something else, or empty.</exception>
    public static List<ConversationMessage> Parse(JsonElement array, string place = "messages")
    {
        if (array.ValueKind != JsonValueKind.Array)
        {
            throw new InputException($"\"{place}\" must be an array, found {RowJson.Describe(array)}");
        }

        List<ConversationMessage> messages = [];
        foreach (JsonElement item in array.EnumerateArray()) messages.Add(Message(item, $"{place}[{messages.Count}]"));
        return messages.Count > 0 ? messages : throw new InputException($"\"{place}\" is empty; expected at least one message");
    }

    /// <summary>One message.</summary>
    /// <param name="item">An object.</param>
    /// <param name="place">What messages call it.</param>
    /// <exception cref="InputException">It is something else.</exception>
    public static ConversationMessage Message(JsonElement item, string place)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            throw new InputException($"\"{place}\" must be an object, found {RowJson.Describe(item)}");
        }

        string role = RowJson.Get(item, "role") is { } who
            ? RowJson.AsText(who, $"{place}.role")
            : throw RowJson.Missing(item, place, "role");
        string? content = RowJson.Get(item, "content") is { } said ? Content(said, $"{place}.content") : null;
        JsonProperty[] more = [.. item.EnumerateObject().Where(IsGiven)];
        foreach (JsonProperty property in more) RequireCalls(property, $"{place}.{property.Name}");
        if (content is null && !more.Any(p => p.Name is "tool_calls" or "function_call"))
        {
            throw RowJson.Missing(item, place, "content");
        }

        ConversationMessage message = new(role, content ?? "");
        return more.Length == 0 ? message : message with { Fields = Whole(role, content, more) };
    }

    // Clients send back what a reply had: empty lists that say nothing.
    private static bool IsGiven(JsonProperty property) =>
        property.Name is not ("role" or "content") && property.Value.ValueKind != JsonValueKind.Null
        && !(EmptyAsAbsent.Contains(property.Name) && property.Value.ValueKind == JsonValueKind.Array
            && property.Value.GetArrayLength() == 0);

    /// <summary>A content: a text, or parts that are texts, which are joined.</summary>
    private static string Content(JsonElement value, string place) => value.ValueKind == JsonValueKind.Array
        ? string.Concat(value.EnumerateArray().Select((part, i) => Part(part, $"{place}[{i}]")))
        : RowJson.AsText(value, place);

    private static string Part(JsonElement part, string place)
    {
        if (part.ValueKind == JsonValueKind.String) return part.GetString()!;
        if (part.ValueKind != JsonValueKind.Object)
        {
            throw new InputException($"\"{place}\" must be an object, found {RowJson.Describe(part)}");
        }

        if (RowJson.Get(part, "type") is { } type && RowJson.AsText(type, $"{place}.type") is var kind and not "text")
        {
            throw new InputException($"\"{place}.type\": expected text, found '{kind}': this model reads text alone");
        }

        return RowJson.Get(part, "text") is { } text
            ? RowJson.AsText(text, $"{place}.text")
            : throw RowJson.Missing(part, place, "text");
    }

    private static JsonElement Whole(string role, string? content, JsonProperty[] more)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream, RowWriter.Options))
        {
            writer.WriteStartObject();
            writer.WriteString("role", role);
            if (content is not null) writer.WriteString("content", content);
            foreach (JsonProperty property in more)
            {
                writer.WritePropertyName(property.Name);
                if (property.Name == "tool_calls" && property.Value.ValueKind == JsonValueKind.Array)
                {
                    Calls(writer, property.Value);
                }
                else property.Value.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        using JsonDocument document = JsonDocument.Parse(stream.ToArray(), RowJson.Options);
        return document.RootElement.Clone();
    }

    // A template that meets another shape fails in its own words, or writes another conversation than the one given.
    private static void RequireCalls(JsonProperty property, string place)
    {
        if (property.Name == "function_call") RequireFunction(property.Value, place);
        if (property.Name != "tool_calls") return;
        if (property.Value.ValueKind != JsonValueKind.Array) throw Wrong(place, "an array of calls", property.Value);
        int i = 0;
        foreach (JsonElement call in property.Value.EnumerateArray())
        {
            string at = $"{place}[{i++}]";
            if (call.ValueKind != JsonValueKind.Object) throw Wrong(at, "an object", call);
            foreach (string name in (ReadOnlySpan<string>)["id", "type"])
            {
                if (RowJson.Get(call, name) is { } value) RowJson.AsText(value, $"{at}.{name}");
            }

            // Some data have the function's fields without the object around them.
            if (RowJson.Get(call, "function") is { } function) RequireFunction(function, $"{at}.function");
            else RequireFunction(call, at);
        }
    }

    private static void RequireFunction(JsonElement function, string place)
    {
        if (function.ValueKind != JsonValueKind.Object) throw Wrong(place, "an object", function);
        if (RowJson.Get(function, "name") is not { } name) throw RowJson.Missing(function, place, "name");
        RowJson.AsText(name, $"{place}.name");
        if (RowJson.Get(function, "arguments") is { ValueKind: not (JsonValueKind.Object or JsonValueKind.String) } other)
        {
            throw Wrong($"{place}.arguments", "an object or a string that holds one", other);
        }
    }

    private static InputException Wrong(string place, string expected, JsonElement found) =>
        new($"\"{place}\" must be {expected}, found {RowJson.Describe(found)}");

    // Templates write the arguments as JSON: OpenAI's string that holds JSON would be escaped a second time.
    private static void Calls(Utf8JsonWriter writer, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (JsonElement item in value.EnumerateArray()) Calls(writer, item);
                writer.WriteEndArray();
                break;
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (JsonProperty property in value.EnumerateObject())
                {
                    writer.WritePropertyName(property.Name);
                    if (property.Name == "function") Calls(writer, property.Value);
                    else if (property.Name == "arguments" && Arguments(property.Value) is { } arguments)
                    {
                        arguments.WriteTo(writer);
                    }
                    else property.Value.WriteTo(writer);
                }

                writer.WriteEndObject();
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }

    private static JsonElement? Arguments(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String) return null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(value.GetString()!, RowJson.Options);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
