using System.Text.Json;
using Innate.Text;

namespace Innate.Learning.Data;

/// <summary>
/// The fields of one row, read with their types checked. A field that is null counts as absent: tables exported to JSON fill
/// their gaps with it. Errors name the field; their place is the caller's to add.
/// </summary>
internal sealed class RowFields(JsonElement row)
{
    /// <summary>Whether a field is there and not null.</summary>
    public bool Has(string field) => Find(row, field) is not null;

    /// <summary>A text.</summary>
    public string Text(string field) => AsText(Get(field), field);

    /// <summary>A text, or a number as it is written.</summary>
    public string Scalar(string field) => Get(field) is { ValueKind: JsonValueKind.Number } number
        ? number.GetRawText()
        : Text(field);

    /// <summary>Whether a field is a list of messages rather than a text.</summary>
    public bool IsMessages(string field) => Get(field).ValueKind switch
    {
        JsonValueKind.Array => true,
        JsonValueKind.String => false,
        _ => throw new InputException(
            $"\"{field}\": expected a text or a list of messages, found {JsonLines.Describe(Get(field))}"),
    };

    /// <summary>A list of messages, at least one.</summary>
    public List<ConversationMessage> Messages(string field)
    {
        JsonElement array = Get(field);
        if (array.ValueKind != JsonValueKind.Array)
        {
            throw new InputException($"\"{field}\": expected a list of messages, found {JsonLines.Describe(array)}");
        }

        List<ConversationMessage> messages = [];
        foreach (JsonElement item in array.EnumerateArray()) messages.Add(Message(item, $"{field}[{messages.Count}]"));
        return messages.Count > 0
            ? messages
            : throw new InputException($"\"{field}\": expected at least one message, found none");
    }

    /// <summary>A text or a list of messages as a conversation to be answered: a text is one user message.</summary>
    public List<ConversationMessage> Conversation(string field) =>
        IsMessages(field) ? Messages(field) : [new ConversationMessage("user", Text(field))];

    private static ConversationMessage Message(JsonElement item, string place)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            throw new InputException(
                $"\"{place}\": expected an object with \"role\" and \"content\", found {JsonLines.Describe(item)}");
        }

        foreach (JsonProperty property in item.EnumerateObject())
        {
            // A dropped field would silently teach another conversation than the one given.
            if (property.Name is not ("role" or "content") && property.Value.ValueKind != JsonValueKind.Null)
            {
                throw new InputException($"\"{place}\": expected \"role\" and \"content\" only, found \"{property.Name}\"");
            }
        }

        return new ConversationMessage(Part("role"), Part("content"));

        string Part(string name) => Find(item, name) is { } value
            ? AsText(value, $"{place}.{name}")
            : throw new InputException($"\"{place}.{name}\": expected a text, found nothing");
    }

    private static string AsText(JsonElement value, string place) => value.ValueKind == JsonValueKind.String
        ? value.GetString()!
        : throw new InputException($"\"{place}\": expected a text, found {JsonLines.Describe(value)}");

    private JsonElement Get(string field) =>
        Find(row, field) ?? throw new InputException($"\"{field}\": expected a value, found nothing");

    private static JsonElement? Find(JsonElement owner, string field)
    {
        JsonElement? found = null;
        foreach (JsonProperty property in owner.EnumerateObject())
        {
            if (!property.NameEquals(field)) continue;
            if (found is not null) throw new InputException($"\"{field}\": expected once, found twice");
            found = property.Value;
        }

        return found is { ValueKind: JsonValueKind.Null } ? null : found;
    }
}
