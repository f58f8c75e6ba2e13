using System.Text.Json.Serialization;

namespace Innate.Server.Requests;

/// <summary>A part of a message's content.</summary>
internal sealed record ContentPart : RequestBody
{
    [JsonPropertyName("type")]
    public string? Type { get; init; }

    [JsonPropertyName("text")]
    public string? Text { get; init; }
}
