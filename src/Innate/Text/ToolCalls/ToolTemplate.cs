using System.Text.Json;
using System.Text.Json.Nodes;

namespace Innate.Text.ToolCalls;

/// <summary>
/// What a chat template does with tools, found out by probes: it takes them where a tool's name appears in what it writes, and
/// the form of calls is the one whose marks appear in its instructions or in an assistant's call that it writes.
/// </summary>
public static class ToolTemplate
{
    // Nine letters and digits, which Mistral's templates ask of a call's id.
    private const string Probe = "innate_probe", Id = "innate000";

    // Calls that are no JSON at all (Qwen3-Coder): their tag is Hermes' too.
    private const string NoJson = "<function=";

    /// <summary>Prompts with tools.</summary>
    /// <param name="tools">At least one.</param>
    public static TemplateArguments Arguments(IReadOnlyList<ToolDefinition> tools) =>
        new() { Tools = ToolDefinition.ForTemplate(tools) };

    /// <summary>The form in which the model writes calls.</summary>
    /// <param name="format">Its format.</param>
    /// <exception cref="InputException">
    /// It is raw, its template takes no tools, or wants calls in a form that is not known.
    /// </exception>
    public static ToolCallForm FormOf(ChatFormat format)
    {
        if (format.IsRaw)
        {
            throw new InputException(
                "tools: expected a chat template that takes them, found raw encoding, which bypasses it");
        }

        ConversationMessage asked = new("user", "INNATEPROBE");
        TemplateArguments tools = Arguments([ToolDefinition.OfTexts(Probe, "A probe.", ("text", "A text."))]);
        string prompt = format.RenderPrompt([asked], tools);
        if (!prompt.Contains(Probe, StringComparison.Ordinal))
        {
            throw new InputException(
                "tools: expected a chat template that takes them, found one that writes nothing of a tool that it is given");
        }

        string written = prompt + Written(format, asked, tools);
        if (written.Contains(NoJson, StringComparison.Ordinal)) throw Unknown();
        if (written.Contains(ToolCallParser.HermesOpen, StringComparison.Ordinal)) return ToolCallForm.Hermes;
        if (written.Contains(ToolCallParser.MistralCalls, StringComparison.Ordinal)
            || written.Contains("[AVAILABLE_TOOLS]", StringComparison.Ordinal))
        {
            return ToolCallForm.Mistral;
        }

        bool isLlama = written.Contains(ToolCallParser.LlamaTag, StringComparison.Ordinal)
            || (written.Contains("\"name\":", StringComparison.Ordinal)
                && written.Replace("\"parameters\": {\"type\"", "", StringComparison.Ordinal)
                    .Contains("\"parameters\":", StringComparison.Ordinal));
        return isLlama ? ToolCallForm.Llama : throw Unknown();
    }

    /// <summary>A message of calls, as templates are given it.</summary>
    /// <param name="content">The text beside them.</param>
    /// <param name="calls">Each with its id.</param>
    public static ConversationMessage Message(string content, IEnumerable<(string Id, ToolCall Call)> calls) =>
        new("assistant", content)
        {
            Fields = ToolJson.ElementOf(new JsonObject
            {
                ["role"] = "assistant",
                ["content"] = content,
                ["tool_calls"] = new JsonArray([.. calls.Select(c => (JsonNode?)new JsonObject
                {
                    ["id"] = c.Id,
                    ["type"] = "function",
                    ["function"] = new JsonObject
                    {
                        ["name"] = c.Call.Name, ["arguments"] = JsonNode.Parse(c.Call.Arguments.GetRawText()),
                    },
                })]),
            }),
        };

    /// <summary>What a tool answered, as a message.</summary>
    /// <param name="content">Its words.</param>
    public static ConversationMessage Answer(string content) => new("tool", content)
    {
        Fields = ToolJson.ElementOf(new JsonObject { ["role"] = "tool", ["content"] = content, ["tool_call_id"] = Id }),
    };

    // A template may refuse the probe for reasons of its own; its instructions then have to tell.
    private static string Written(ChatFormat format, ConversationMessage asked, TemplateArguments tools)
    {
        using JsonDocument arguments = JsonDocument.Parse("""{"text": "a"}""");
        try
        {
            return format.RenderPrompt(
                [asked, Message("", [(Id, new ToolCall(Probe, arguments.RootElement))]), Answer("b")], tools);
        }
        catch (InputException)
        {
            return "";
        }
    }

    private static InputException Unknown() => new(
        "tools: expected a chat template whose calls have the form of Hermes and Qwen, of Llama 3 or of Mistral, found another "
        + "one");
}
