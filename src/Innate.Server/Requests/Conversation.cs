using System.Buffers;
using System.Text.Json;
using Innate.Rows;
using Innate.Text;

namespace Innate.Server.Requests;

/// <summary>OpenAI's messages: content is a text, or parts that are texts.</summary>
internal static class Conversation
{
    /// <exception cref="InputException">It is no array of messages, or empty.</exception>
    public static List<ConversationMessage> Read(JsonElement messages)
    {
        if (messages.ValueKind != JsonValueKind.Array) throw FieldChecks.Wrong("messages", "an array of messages", messages);
        List<ConversationMessage> result =
            [.. messages.EnumerateArray().Select((m, i) => Message(m, FieldChecks.Item("messages", i)))];
        return result.Count > 0 ? result : throw new InputException("\"messages\" is empty; expected at least one message");
    }

    private static ConversationMessage Message(JsonElement value, string place)
    {
        MessageBody body = RequestJson.Parse<MessageBody>(value, place);
        string role = FieldChecks.Required(body.Role, $"{place}.role");
        if (body.ToolCalls is null) FieldChecks.Required(body.Content, $"{place}.content");
        body.RefuseUnknown($"{place}.");
        if (body.Content is { ValueKind: JsonValueKind.Array } parts)
        {
            int i = 0;
            foreach (JsonElement part in parts.EnumerateArray()) Check(part, FieldChecks.Item($"{place}.content", i++));
        }
        else if (body.Content is { } content)
        {
            FieldChecks.Text(content, $"{place}.content");
        }

        ConversationMessage message = MessageParser.Message(body.Content is null ? WithContent(value) : value, place);
        return role == "developer" ? message with { Role = "system", Fields = null } : message;
    }

    // OpenAI's clients send back null beside calls; templates add the content to other texts.
    private static JsonElement WithContent(JsonElement message)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter w = new(buffer, RowWriter.Options))
        {
            w.WriteStartObject();
            w.WriteString("content", "");
            foreach (JsonProperty property in message.EnumerateObject().Where(p => p.Name != "content")) property.WriteTo(w);
            w.WriteEndObject();
        }

        using JsonDocument document = JsonDocument.Parse(buffer.WrittenMemory);
        return document.RootElement.Clone();
    }

    private static void Check(JsonElement value, string place)
    {
        ContentPart part = RequestJson.Parse<ContentPart>(value, place);
        if (part.Type != "text")
        {
            throw new InputException($"\"{place}.type\": expected text, found '{part.Type}': this model reads text alone");
        }

        part.RefuseUnknown($"{place}.");
        FieldChecks.Required(part.Text, $"{place}.text");
    }
}
