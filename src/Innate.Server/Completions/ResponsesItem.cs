using System.Text.Json;
using System.Text.Json.Serialization;
using Innate.Server.Requests;

namespace Innate.Server.Completions;

/// <summary>An item of <c>/v1/responses</c>' input: a message.</summary>
internal sealed record ResponsesItem : RequestBody
{
    [JsonPropertyName("type")]
    public string? Type { get; init; }

    [JsonPropertyName("role")]
    public string? Role { get; init; }

    /// <summary>A text, or parts that are texts.</summary>
    [JsonPropertyName("content")]
    public JsonElement? Content { get; init; }

    /// <summary>Of a reply that is sent back. Without effect here.</summary>
    [JsonPropertyName("id")]
    public JsonElement? Id { get; init; }

    /// <summary>Of a reply that is sent back. Without effect here.</summary>
    [JsonPropertyName("status")]
    public JsonElement? Status { get; init; }
}

/// <summary>A part of its content.</summary>
internal sealed record ResponsesPart : RequestBody
{
    [JsonPropertyName("type")]
    public string? Type { get; init; }

    [JsonPropertyName("text")]
    public string? Text { get; init; }

    // What replies have beside their text, and clients send back, where it says nothing.
    /// <inheritdoc/>
    protected override bool IsHarmless(string name, JsonElement value) =>
        name is "annotations" or "logprobs" && value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0;
}
