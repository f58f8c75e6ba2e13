using System.Text.Json.Serialization;
using System.Text.Json;

namespace Innate.Server.Requests;

/// <summary>One message of a conversation.</summary>
internal sealed record MessageBody : RequestBody
{
    [JsonPropertyName("role")]
    public string? Role { get; init; }

    /// <summary>A text, or parts that are texts.</summary>
    [JsonPropertyName("content")]
    public JsonElement? Content { get; init; }
}
