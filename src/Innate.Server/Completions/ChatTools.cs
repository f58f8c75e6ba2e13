using System.Text.Json;
using Innate.Server.Requests;
using Innate.Text;
using Innate.Text.ToolCalls;

namespace Innate.Server.Completions;

/// <summary>
/// OpenAI's <c>tools</c> and <c>tool_choice</c>. Tools are the template's; whether and what the model calls is up to it: what
/// would have to be forced is refused.
/// </summary>
internal static class ChatTools
{
    private const int MostTools = 128;

    /// <summary>The tools as the template is given them; null: there are none, or they are not to be called.</summary>
    /// <exception cref="InputException">A field is wrong, or asks for what cannot be promised.</exception>
    public static TemplateArguments? Read(ChatRequest request)
    {
        string[] names = request.Tools is { } tools ? Names(tools) : [];
        bool mayCall = MayCall(request.ToolChoice, names);
        if (names.Length == 0) return null;
        if (request.ParallelToolCalls is false)
        {
            throw new InputException(
                "\"parallel_tool_calls\": expected true, found false: how many calls a model writes is up to it");
        }

        return mayCall ? new TemplateArguments { Tools = request.Tools } : null;
    }

    /// <summary>A call's id: Mistral's templates ask for nine letters and digits when it comes back.</summary>
    public static string NewId(ToolCallForm form)
    {
        string id = Guid.NewGuid().ToString("N");
        return form == ToolCallForm.Mistral ? id[..9] : $"call_{id[..24]}";
    }

    /// <summary>One call, the fields of OpenAI's object.</summary>
    /// <param name="w">Is written to.</param>
    /// <param name="call">What the model wrote.</param>
    /// <param name="form">Its form.</param>
    /// <param name="index">Its place, which pieces of a stream tell; null: the reply is whole.</param>
    public static void Write(Utf8JsonWriter w, ToolCall call, ToolCallForm form, int? index = null)
    {
        w.WriteStartObject();
        if (index is { } place) w.WriteNumber("index", place);
        w.WriteString("id", NewId(form));
        w.WriteString("type", "function");
        w.WriteStartObject("function");
        w.WriteString("name", call.Name);
        w.WriteString("arguments", call.Arguments.GetRawText());
        w.WriteEndObject();
        w.WriteEndObject();
    }

    /// <summary>What looked like a call and was none: a choice's field of ours, absent where there is nothing to tell.</summary>
    public static void WriteProblems(Utf8JsonWriter w, IReadOnlyList<string> problems)
    {
        if (problems.Count == 0) return;
        w.WriteStartArray("tool_call_problems");
        foreach (string problem in problems) w.WriteStringValue(problem);
        w.WriteEndArray();
    }

    private static string[] Names(JsonElement tools)
    {
        if (tools.ValueKind != JsonValueKind.Array) throw FieldChecks.Wrong("tools", "an array of tools", tools);
        if (tools.GetArrayLength() > MostTools)
        {
            throw new InputException("tools", $"at most {MostTools} tools", $"{tools.GetArrayLength()}");
        }

        return [.. tools.EnumerateArray().Select((t, i) => Name(t, FieldChecks.Item("tools", i)))];
    }

    private static string Name(JsonElement tool, string place)
    {
        if (tool.ValueKind != JsonValueKind.Object) throw FieldChecks.Wrong(place, "an object", tool);
        JsonElement type = FieldChecks.Required(Get(tool, "type"), $"{place}.type");
        if (FieldChecks.Text(type, $"{place}.type") is var kind and not "function")
        {
            throw new InputException($"\"{place}.type\": expected function, found '{kind}'");
        }

        JsonElement function = FieldChecks.Required(Get(tool, "function"), $"{place}.function");
        if (function.ValueKind != JsonValueKind.Object) throw FieldChecks.Wrong($"{place}.function", "an object", function);
        if (Get(function, "strict") is { ValueKind: JsonValueKind.True })
        {
            throw new InputException($"\"{place}.function.strict\": arguments are not forced into their schema here");
        }

        if (Get(function, "parameters") is { } schema && schema.ValueKind != JsonValueKind.Object)
        {
            throw FieldChecks.Wrong($"{place}.function.parameters", "a JSON Schema, which is an object", schema);
        }

        string name = FieldChecks.Text(
            FieldChecks.Required(Get(function, "name"), $"{place}.function.name"), $"{place}.function.name");
        return name.Length > 0 ? name : throw new InputException($"\"{place}.function.name\" is empty; expected a name");
    }

    private static bool MayCall(JsonElement? choice, string[] names)
    {
        const string Expected = "none or auto: a call cannot be promised here";
        if (choice is not { } given) return true;
        if (given.ValueKind == JsonValueKind.Object)
        {
            string? name = Get(given, "function") is { ValueKind: JsonValueKind.Object } function
                && Get(function, "name") is { ValueKind: JsonValueKind.String } called ? called.GetString() : null;
            throw new InputException(
                name is not null && !names.Contains(name, StringComparer.Ordinal)
                    ? $"\"tool_choice\": expected one of the tools, found '{name}'"
                    : $"\"tool_choice\": expected {Expected}");
        }

        return FieldChecks.Text(given, "tool_choice") switch
        {
            "none" => false,
            "auto" => true,
            var other => throw new InputException($"\"tool_choice\": expected {Expected}, found '{other}'"),
        };
    }

    private static JsonElement? Get(JsonElement of, string name) =>
        of.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
