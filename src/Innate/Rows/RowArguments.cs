using System.Text.Json;
using Innate.Text;

namespace Innate.Rows;

/// <summary>What a row gives beside prompt and responses: the template's arguments, and what of a response is rewarded.</summary>
internal static class RowArguments
{
    /// <summary>The template's arguments; null where the row gives none.</summary>
    /// <exception cref="InputException">A field is not what it should be.</exception>
    public static TemplateArguments? Read(RowFields row)
    {
        TemplateArguments arguments = new()
        {
            Template = row.Has("chat_template") ? row.Text("chat_template") : null,
            System = row.Get("system") is { ValueKind: not JsonValueKind.String } other
                ? throw new InputException($"\"{row.NameOf("system")}\" must be a string, found {RowJson.Describe(other)}")
                : row.Has("system") && row.Text("system") is { Length: > 0 } system ? system : null,
            Tools = List(row, "tools"),
            Documents = row.Get("documents") is { ValueKind: JsonValueKind.Array } ? List(row, "documents") : null,
            Variables = Object(row, "chat_template_kwargs"),
        };
        return arguments.IsEmpty ? null : arguments;
    }

    /// <summary>Ranges of characters of a response's text: <c>[[start, end], ...]</c>.</summary>
    /// <exception cref="InputException">They are something else, or lie outside the text.</exception>
    public static IReadOnlyList<TextSpan> Spans(JsonElement value, string? text)
    {
        const string Expected = "\"spans\": expected ranges [start, end] of the response's characters, in order and apart";
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
        {
            throw new InputException($"{Expected}, found {RowJson.Describe(value)}");
        }

        List<TextSpan> spans = [];
        foreach (JsonElement item in value.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Array || item.GetArrayLength() != 2
                || !item[0].TryGetInt32(out int start) || !item[1].TryGetInt32(out int end)
                || start < (spans.Count == 0 ? 0 : spans[^1].End) || end <= start || end > text?.Length)
            {
                throw new InputException($"{Expected}, found {item.GetRawText()} of {text?.Length ?? 0} characters");
            }

            spans.Add(new TextSpan(start, end));
        }

        return spans;
    }

    // Tables keep lists and objects as texts of JSON.
    private static JsonElement? List(RowFields row, string field) => Parsed(row, field) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Array } list => list.GetArrayLength() == 0 ? null : list,
        { } other => throw new InputException($"\"{row.NameOf(field)}\" must be an array, found {RowJson.Describe(other)}"),
    };

    private static JsonElement? Object(RowFields row, string field) => Parsed(row, field) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Object } members => members.EnumerateObject().Any() ? members : null,
        { } other => throw new InputException($"\"{row.NameOf(field)}\" must be an object, found {RowJson.Describe(other)}"),
    };

    private static JsonElement? Parsed(RowFields row, string field)
    {
        if (row.Get(field) is not { ValueKind: JsonValueKind.String } text) return row.Get(field);
        if (string.IsNullOrWhiteSpace(text.GetString())) return null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(text.GetString()!, RowJson.Options);
            return document.RootElement.ValueKind == JsonValueKind.Null ? null : document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            throw new InputException($"\"{row.NameOf(field)}\": expected a value or a text of JSON, found a text that is none",
                e);
        }
    }
}
