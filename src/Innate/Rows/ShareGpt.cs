using System.Text.Json;
using Innate.Text;

namespace Innate.Rows;

/// <summary>ShareGPT's messages: <c>{"from": "human", "value": "..."}</c>.</summary>
internal static class ShareGpt
{
    /// <summary>A conversation; messages in OpenAI's form pass as well, for sets of that name hold both.</summary>
    /// <exception cref="InputException">It is something else, or empty.</exception>
    public static List<ConversationMessage> Messages(JsonElement array, string place)
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
    /// <exception cref="InputException">It is something else.</exception>
    public static ConversationMessage Message(JsonElement item, string place)
    {
        if (item.ValueKind != JsonValueKind.Object || RowJson.Get(item, "from") is not { } from)
        {
            return MessageParser.Message(item, place);
        }

        string role = RowJson.AsText(from, $"{place}.from") switch
        {
            "human" or "user" => "user",
            "gpt" or "assistant" or "chatgpt" or "model" => "assistant",
            "system" => "system",
            "tool" or "observation" => "tool",
            var other => throw new InputException(
                $"\"{place}.from\": expected human, gpt, system or tool, found '{(other.Length > 40 ? other[..40] : other)}'"),
        };
        return RowJson.Get(item, "value") is { } value
            ? new ConversationMessage(role, RowJson.AsText(value, $"{place}.value"))
            : throw RowJson.Missing(item, place, "value");
    }
}
