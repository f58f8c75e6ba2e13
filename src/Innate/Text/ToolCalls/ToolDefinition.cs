using System.Text.Json;
using System.Text.Json.Nodes;

namespace Innate.Text.ToolCalls;

/// <summary>A tool that a model may call.</summary>
/// <param name="Name">What calls name it.</param>
/// <param name="Description">What it is good for, in words for the model.</param>
/// <param name="Parameters">A JSON Schema of its arguments: an object.</param>
public sealed record ToolDefinition(string Name, string Description, JsonElement Parameters)
{
    /// <summary>A tool whose arguments are texts, all of them needed.</summary>
    /// <param name="name">What calls name it.</param>
    /// <param name="description">What it is good for.</param>
    /// <param name="arguments">Each argument's name and what it means.</param>
    public static ToolDefinition OfTexts(
        string name, string description, params IReadOnlyList<(string Name, string Meaning)> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        JsonObject schema = new()
        {
            ["type"] = "object",
            ["properties"] = new JsonObject(arguments.Select(a => KeyValuePair.Create(
                a.Name, (JsonNode?)new JsonObject { ["type"] = "string", ["description"] = a.Meaning }))),
            ["required"] = new JsonArray([.. arguments.Select(a => (JsonNode?)a.Name)]),
        };
        return new ToolDefinition(name, description, ToolJson.ElementOf(schema));
    }

    /// <summary>Tools as a template's variable <c>tools</c> has them: OpenAI's form, which transformers passes too.</summary>
    internal static JsonElement ForTemplate(IReadOnlyList<ToolDefinition> tools) => ToolJson.ElementOf(new JsonArray(
        [.. tools.Select(t => (JsonNode?)t.ToNode())]));

    /// <summary>This tool alone, in the same form.</summary>
    internal JsonObject ToNode() => new()
    {
        ["type"] = "function",
        ["function"] = new JsonObject
        {
            ["name"] = Name,
            ["description"] = Description,
            ["parameters"] = JsonNode.Parse(Parameters.GetRawText()),
        },
    };
}
