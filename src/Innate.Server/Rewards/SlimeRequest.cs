using System.Text.Json.Serialization;
using System.Text.Json;
using Innate.Server.Requests;

namespace Innate.Server.Rewards;

/// <summary>slime's <c>remote_rm</c>.</summary>
internal sealed record SlimeRequest : RequestBody
{
    /// <summary>Templated text, or messages.</summary>
    [JsonPropertyName("prompt")]
    public JsonElement? Prompt { get; init; }

    [JsonPropertyName("response")]
    public string? Response { get; init; }

    /// <summary>Without effect here.</summary>
    [JsonPropertyName("label")]
    public JsonElement? Label { get; init; }
}
