using System.Text.Json;
using Innate.Jinja;

namespace Innate.Text;

/// <summary>
/// What Hugging Face's transformers does to a conversation before a template sees it. Every way from messages to text goes
/// through here, so that the same conversation is the same prompt wherever it comes from.
/// </summary>
internal static class ConversationPreparation
{
    public const string Content = "content", Messages = "messages", Tools = "tools", Documents = "documents";
    public const string AddGenerationPrompt = "add_generation_prompt", ContinueFinalMessage = "continue_final_message";
    public const string ChatTemplateName = "chat_template";

    // Written after the last message's text, and cut off again with what the template wrote behind it.
    private const string ContinuationMark = "INNATECONTINUES ";

    // The names under which a message may hold what the assistant thought, the first that is there being the one that counts.
    private const string Reasoning = "reasoning_content", Thinking = "thinking", PlainReasoning = "reasoning";

    private static readonly string[] Supplied =
    [
        Messages, "conversation", "conversations", Tools, Documents, AddGenerationPrompt, ContinueFinalMessage, ChatTemplateName,
        "self",
    ];

    /// <summary>Refuses a variable that would stand in the place of what the conversation supplies.</summary>
    /// <param name="name">The variable's name.</param>
    /// <exception cref="InputException">It is one of those.</exception>
    public static void RequireVariable(string name)
    {
        if (!Supplied.Contains(name)) return;
        throw new InputException(
            "Template", $"a variable of the template's own (the conversation itself supplies {string.Join(", ", Supplied)})",
            $"'{name}'");
    }

    /// <summary>Refuses a conversation without messages.</summary>
    public static void RequireMessages(int count)
    {
        if (count == 0) throw new InputException("A conversation to render needs at least one message and has none.");
    }

    /// <summary>
    /// One message: members without a value are left out, and what the assistant thought stands under both of its usual names.
    /// </summary>
    /// <param name="members">The message's members, in order.</param>
    public static OrderedDictionary<string, object?> Message(IEnumerable<KeyValuePair<string, object?>> members)
    {
        var given = new OrderedDictionary<string, object?>(StringComparer.Ordinal);
        foreach ((string name, object? value) in members) given[name] = value;
        foreach ((string name, object? value) in given.ToArray())
        {
            if (value is null) given.Remove(name);
        }

        object? thought = given.GetValueOrDefault(Reasoning) ?? given.GetValueOrDefault(Thinking)
            ?? given.GetValueOrDefault(PlainReasoning);
        if (thought is null) return given;
        // The order of members shows where a template prints a message: transformers puts the thinking first.
        var message = new OrderedDictionary<string, object?>(StringComparer.Ordinal) { [Thinking] = thought };
        foreach ((string name, object? value) in given) message[name] = value;
        message[Reasoning] = thought;
        return message;
    }

    /// <summary>The messages of a request, each an object.</summary>
    /// <param name="messages">A list of JSON.</param>
    /// <exception cref="InputException">There is none, or one is no object.</exception>
    public static OrderedDictionary<string, object?>[] ReadMessages(JsonElement messages)
    {
        RequireMessages(messages.GetArrayLength());
        RequireObjects(messages, Messages);
        return [.. messages.EnumerateArray().Select(message => Message(TemplateValues.Members(message)))];
    }

    /// <summary>Refuses a list in which something is no object, such as a tool that is only named.</summary>
    /// <param name="list">Null, or what should be a list.</param>
    /// <param name="field">What the list is called.</param>
    public static void RequireObjects(JsonElement list, string field)
    {
        if (list.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined) return;
        if (list.ValueKind != JsonValueKind.Array)
        {
            throw new InputException($"The field '{field}' must be a list of objects and is {ChatTemplate.Kind(list)}.");
        }

        int i = 0;
        foreach (JsonElement item in list.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object)
            {
                throw new InputException(
                    $"The field '{field}' must be a list of objects and holds {ChatTemplate.Kind(item)} at position {i}.");
            }

            i++;
        }
    }

    /// <summary>Marks the end of the last message's text, where the model goes on.</summary>
    /// <param name="message">The last message.</param>
    /// <param name="content">Its content as JSON; of several parts the last one with a text is gone on with.</param>
    /// <returns>The text that is gone on with.</returns>
    public static string MarkEnd(OrderedDictionary<string, object?> message, JsonElement content)
    {
        if (message.GetValueOrDefault(Content) is string text)
        {
            message[Content] = text + ContinuationMark;
            return text;
        }

        if (content.ValueKind == JsonValueKind.Array)
        {
            object?[] parts = [.. content.EnumerateArray().Select(TemplateValues.FromJson)];
            for (int i = parts.Length - 1; i >= 0; i--)
            {
                if (content[i].ValueKind != JsonValueKind.Object
                    || !content[i].TryGetProperty("text", out JsonElement last) || last.ValueKind != JsonValueKind.String)
                {
                    continue;
                }

                text = last.GetString()!;
                var part = new OrderedDictionary<string, object?>(StringComparer.Ordinal);
                foreach ((string name, object? value) in TemplateValues.Members(content[i])) part[name] = value;
                part["text"] = text + ContinuationMark;
                parts[i] = part;
                message[Content] = parts;
                return text;
            }
        }

        throw new InputException($"'{ContinueFinalMessage}' needs a text in the last message, which has none.");
    }

    /// <summary>Cuts a rendering where <see cref="MarkEnd"/> put the mark.</summary>
    /// <param name="rendered">The whole conversation.</param>
    /// <param name="text">The last message's text.</param>
    public static string CutAtMark(string rendered, string text)
    {
        int mark = rendered.LastIndexOf(ContinuationMark.TrimEnd(), StringComparison.Ordinal);
        if (mark < 0 || !rendered.Contains(text.Trim(), StringComparison.Ordinal))
        {
            throw new InputException(
                $"'{ContinueFinalMessage}' needs a template that writes the last message's text, and this one leaves it out.");
        }

        // The mark ends with a space: where the template took that away, it took those of the text too.
        bool keepsSpace = string.CompareOrdinal(rendered, mark, ContinuationMark, 0, ContinuationMark.Length) == 0;
        return keepsSpace ? rendered[..mark] : rendered[..mark].TrimEnd();
    }

    /// <summary>Whether a field is on, as Python would have it.</summary>
    public static bool IsOn(JsonElement request, string field) =>
        request.TryGetProperty(field, out JsonElement value) && value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.Number => value.GetDouble() != 0,
            JsonValueKind.String => value.GetString() is { Length: > 0 },
            JsonValueKind.Array => value.GetArrayLength() > 0,
            JsonValueKind.Object => value.EnumerateObject().Any(),
            _ => false,
        };
}
