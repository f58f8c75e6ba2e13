using System.Text.Json.Serialization;
using System.Text.Json;
using Innate.Server.Requests;

namespace Innate.Server.Completions;

/// <summary>vLLM's <c>/detokenize</c>.</summary>
internal sealed record DetokenizeRequest : RequestBody
{
    /// <summary>An array of ids.</summary>
    [JsonPropertyName("tokens")]
    public JsonElement? Tokens { get; init; }

    /// <summary>Without effect here.</summary>
    [JsonPropertyName("model")]
    public JsonElement? Model { get; init; }
}
