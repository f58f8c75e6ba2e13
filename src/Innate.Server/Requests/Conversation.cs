using System.Globalization;
using System.Text.Json;
using Innate.Text;

namespace Innate.Server.Requests;

/// <summary>OpenAI's messages: content is a text, or parts that are texts.</summary>
internal static class Conversation
{
    /// <exception cref="InputException">It is no array of messages, or empty.</exception>
    public static List<ConversationMessage> Read(JsonElement messages)
    {
        if (messages.ValueKind != JsonValueKind.Array) throw FieldChecks.Wrong("messages", "an array of messages", messages);
        List<ConversationMessage> result = [.. messages.EnumerateArray().Select((m, i) => Message(m, Place("messages", i)))];
        return result.Count > 0 ? result : throw new InputException("\"messages\" is empty; expected at least one message");
    }

    private static ConversationMessage Message(JsonElement value, string place)
    {
        MessageBody message = RequestJson.Parse<MessageBody>(value, place);
        string role = FieldChecks.Required(message.Role, $"{place}.role");
        JsonElement content = FieldChecks.Required(message.Content, $"{place}.content");
        message.RefuseUnknown($"{place}.");
        string text = content.ValueKind == JsonValueKind.Array
            ? string.Concat(content.EnumerateArray().Select((part, i) => Part(part, Place($"{place}.content", i))))
            : FieldChecks.Text(content, $"{place}.content");
        return new ConversationMessage(role == "developer" ? "system" : role, text);
    }

    private static string Part(JsonElement value, string place)
    {
        ContentPart part = RequestJson.Parse<ContentPart>(value, place);
        if (part.Type != "text")
        {
            throw new InputException($"\"{place}.type\": expected text, found '{part.Type}': this model reads text alone");
        }

        part.RefuseUnknown($"{place}.");
        return FieldChecks.Required(part.Text, $"{place}.text");
    }

    private static string Place(string array, int index) => string.Create(CultureInfo.InvariantCulture, $"{array}[{index}]");
}
