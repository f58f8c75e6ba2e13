using System.Text.Json;
using System.Text.Unicode;
using Innate.Text;

namespace Innate.Rows;

/// <summary>
/// JSON line to <see cref="Row"/>. A field that is null counts as absent (tables exported to JSON fill their gaps with null);
/// a row with two forms of the same thing, or a known field given twice, is ambiguous and refused.
/// </summary>
public static class RowParser
{
    private static readonly string[] PromptFields = ["prompt", "messages", "prompt_ids"];
    private static readonly string[] ResponseFields =
    [
        "response", "responses", "response_ids", "responses_ids", "chosen", "rejected",
    ];
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 512 };

    /// <summary>A row with a prompt and its responses.</summary>
    /// <exception cref="InputException">What is wrong with the row.</exception>
    public static Row Parse(InputLine line) => Guard(() => Of(ParseObject(line), line.Number));

    /// <summary>A row that was parsed as part of something larger.</summary>
    /// <param name="row">The row.</param>
    /// <param name="number">Its place, from 1.</param>
    /// <exception cref="InputException">What is wrong with the row.</exception>
    public static Row Parse(JsonElement row, long number) => Guard(() => row.ValueKind == JsonValueKind.Object
        ? Of(row, number)
        : throw new InputException($"expected a JSON object, found {Describe(row)}"));

    /// <summary>A row of which only the prompt is read.</summary>
    /// <exception cref="InputException">What is wrong with the row.</exception>
    public static Row ParsePrompt(InputLine line) => Guard(() =>
    {
        JsonElement row = ParseObject(line);
        return new Row(line.Number, row, Prompt(row), [], ResponseShape.None);
    });

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

    private static JsonElement ParseValue(InputLine line)
    {
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

    /// <summary>A string field.</summary>
    /// <exception cref="InputException">It is absent or something else.</exception>
    public static string Text(JsonElement row, string field) =>
        Get(row, field) is { } value ? AsText(value, field) : throw new InputException($"the field \"{field}\" is missing");

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
    public static string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => $"the number {Shortened(value.GetRawText())}",
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => "null",
    };

    private static Row Of(JsonElement row, long number)
    {
        RowPrompt prompt = Prompt(row);
        (IReadOnlyList<RowResponse> responses, ResponseShape shape) = Responses(row);
        return new Row(number, row, prompt, responses, shape);
    }

    private static RowPrompt Prompt(JsonElement row)
    {
        string name = TheOnly(row, PromptFields, "prompt");
        JsonElement value = Get(row, name)!.Value;
        return name switch
        {
            "prompt" => new RowPrompt { Text = AsText(value, name) },
            "messages" => new RowPrompt { Messages = Messages(value) },
            _ => new RowPrompt { Ids = Ids(value, name) },
        };
    }

    private static (IReadOnlyList<RowResponse> Responses, ResponseShape Shape) Responses(JsonElement row)
    {
        bool chosen = Get(row, "chosen") is not null;
        bool rejected = Get(row, "rejected") is not null;
        if (chosen != rejected)
        {
            throw new InputException(
                $"\"{(chosen ? "chosen" : "rejected")}\" is given without \"{(chosen ? "rejected" : "chosen")}\"");
        }

        string name = TheOnly(row, chosen ? [.. ResponseFields.Where(f => f != "rejected")] : ResponseFields, "response");
        JsonElement value = Get(row, name)!.Value;
        return name switch
        {
            "response" => ([OfText(value, name)], ResponseShape.One),
            "response_ids" => ([new RowResponse(null, Ids(value, name))], ResponseShape.One),
            "responses" => (Many(value, name, OfText), ResponseShape.Many),
            "responses_ids" => (Many(value, name, (v, place) => new RowResponse(null, Ids(v, place))), ResponseShape.Many),
            _ => ([OfText(value, name), OfText(Get(row, "rejected")!.Value, "rejected")], ResponseShape.Pair),
        };
    }

    private static RowResponse OfText(JsonElement value, string place) => new(AsText(value, place), null);

    private static List<RowResponse> Many(JsonElement array, string name, Func<JsonElement, string, RowResponse> one)
    {
        if (array.ValueKind != JsonValueKind.Array)
        {
            throw new InputException($"\"{name}\" must be an array, found {Describe(array)}");
        }

        List<RowResponse> responses = new(array.GetArrayLength());
        foreach (JsonElement item in array.EnumerateArray()) responses.Add(one(item, $"{name}[{responses.Count}]"));
        return responses.Count > 0 ? responses : throw new InputException($"\"{name}\" is empty; expected at least one response");
    }

    /// <summary>A conversation: an array of objects with role and content.</summary>
    /// <exception cref="InputException">It is something else.</exception>
    public static List<ConversationMessage> Messages(JsonElement array)
    {
        if (array.ValueKind != JsonValueKind.Array)
        {
            throw new InputException($"\"messages\" must be an array, found {Describe(array)}");
        }

        List<ConversationMessage> messages = [];
        foreach (JsonElement item in array.EnumerateArray())
        {
            string place = $"messages[{messages.Count}]";
            if (item.ValueKind != JsonValueKind.Object)
            {
                throw new InputException($"\"{place}\" must be an object, found {Describe(item)}");
            }

            foreach (JsonProperty property in item.EnumerateObject())
            {
                // A dropped field would silently score another conversation than the one given.
                if (property.Name is not ("role" or "content") && property.Value.ValueKind != JsonValueKind.Null)
                {
                    throw new InputException(
                        $"\"{place}\" has the field \"{property.Name}\"; a message takes \"role\" and \"content\"");
                }
            }

            messages.Add(new ConversationMessage(Required(item, "role", place), Required(item, "content", place)));
        }

        return messages.Count > 0 ? messages : throw new InputException("\"messages\" is empty; expected at least one message");
    }

    private static string Required(JsonElement item, string field, string place) => Get(item, field) is { } value
        ? AsText(value, $"{place}.{field}")
        : throw new InputException($"\"{place}\" has no \"{field}\"");

    private static string AsText(JsonElement value, string place) => value.ValueKind == JsonValueKind.String
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

    private static string TheOnly(JsonElement row, string[] names, string what)
    {
        string? found = null;
        foreach (string name in names)
        {
            if (Get(row, name) is null) continue;
            if (found is not null) throw new InputException($"the row has both \"{found}\" and \"{name}\"; expected one of them");
            found = name;
        }

        return found
            ?? throw new InputException(
                $"the row has no {what}; expected one of {string.Join(", ", names.Select(n => $"\"{n}\""))}");
    }

    private static JsonElement? Get(JsonElement row, string field)
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

    // A number may have a million digits.
    private static string Shortened(string text) => text.Length <= 40 ? text : text[..40] + "...";

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
