using System.Text.Json;
using Innate.Server.Requests;
using Innate.Text;

namespace Innate.Server.Completions;

/// <summary>The conversation of a <c>/v1/responses</c> request: its instructions, and its input.</summary>
internal static class ResponsesInput
{
    /// <summary>Reads a text, which is the user's, or items.</summary>
    /// <exception cref="InputException">It is something else, or an item is no message of text.</exception>
    public static List<ConversationMessage> Read(JsonElement input, string? instructions)
    {
        List<ConversationMessage> messages = instructions is null ? [] : [new ConversationMessage("system", instructions)];
        if (input.ValueKind == JsonValueKind.String)
        {
            messages.Add(new ConversationMessage("user", input.GetString()!));
            return messages;
        }

        if (input.ValueKind != JsonValueKind.Array) throw FieldChecks.Wrong("input", "a text or an array of items", input);
        messages.AddRange(input.EnumerateArray().Select((item, i) => Message(item, FieldChecks.Item("input", i))));
        return input.GetArrayLength() > 0
            ? messages
            : throw new InputException("\"input\" is empty; expected at least one item");
    }

    private static ConversationMessage Message(JsonElement value, string place)
    {
        ResponsesItem item = RequestJson.Parse<ResponsesItem>(value, place);
        if (item.Type is not (null or "message"))
        {
            throw new InputException($"\"{place}.type\": expected message, found '{item.Type}': plain text alone is taken here");
        }

        item.RefuseUnknown($"{place}.");
        string role = FieldChecks.Required(item.Role, $"{place}.role");
        if (role is not ("user" or "assistant" or "system" or "developer"))
        {
            throw new InputException($"{place}.role", "user, assistant, system or developer", $"'{role}'");
        }

        JsonElement content = FieldChecks.Required(item.Content, $"{place}.content");
        return new ConversationMessage(role == "developer" ? "system" : role, Text(content, $"{place}.content"));
    }

    private static string Text(JsonElement content, string place)
    {
        if (content.ValueKind == JsonValueKind.String) return content.GetString()!;
        if (content.ValueKind != JsonValueKind.Array) throw FieldChecks.Wrong(place, "a text or an array of parts", content);
        return string.Concat(content.EnumerateArray().Select((part, i) => Part(part, FieldChecks.Item(place, i))));
    }

    private static string Part(JsonElement value, string place)
    {
        ResponsesPart part = RequestJson.Parse<ResponsesPart>(value, place);
        if (part.Type is not ("input_text" or "output_text"))
        {
            throw new InputException(
                $"\"{place}.type\": expected input_text or output_text, found '{part.Type}': this model reads text alone");
        }

        part.RefuseUnknown($"{place}.");
        return FieldChecks.Required(part.Text, $"{place}.text");
    }
}
