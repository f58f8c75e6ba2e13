using System.Text.Json;
using System.Text.Json.Serialization;

namespace Innate.Server.Requests;

/// <summary>The fields that a message of a conversation may have; the row's reader makes the message of them.</summary>
internal sealed record MessageBody : RequestBody
{
    [JsonPropertyName("role")]
    public string? Role { get; init; }

    /// <summary>A text, or parts that are texts; may be absent beside calls of tools.</summary>
    [JsonPropertyName("content")]
    public JsonElement? Content { get; init; }

    [JsonPropertyName("name")]
    public string? Name { get; init; }

    [JsonPropertyName("tool_calls")]
    public JsonElement? ToolCalls { get; init; }

    [JsonPropertyName("tool_call_id")]
    public string? ToolCallId { get; init; }

    [JsonPropertyName("reasoning_content")]
    public string? ReasoningContent { get; init; }

    [JsonPropertyName("reasoning")]
    public string? Reasoning { get; init; }

    [JsonPropertyName("thinking")]
    public string? Thinking { get; init; }

    // What replies have beside, and clients send back, where it says nothing.
    /// <inheritdoc/>
    protected override bool IsHarmless(string name, JsonElement value) =>
        name == "annotations" && value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0;
}
