using System.Text.Json.Serialization;
using System.Text.Json;
using Innate.Server.Requests;

namespace Innate.Server.Rewards;

/// <summary>OpenRLHF's <c>/get_reward</c>.</summary>
internal sealed record OpenRlhfRequest : RequestBody
{
    /// <summary>Prompts with their responses, templated.</summary>
    [JsonPropertyName("query")]
    [JsonConverter(typeof(TextsConverter))]
    public string[]? Query { get; init; }

    /// <summary>The prompts alone; null: each query is split.</summary>
    [JsonPropertyName("prompts")]
    [JsonConverter(typeof(TextsConverter))]
    public string[]? Prompts { get; init; }

    /// <summary>Without effect here.</summary>
    [JsonPropertyName("labels")]
    public JsonElement? Labels { get; init; }
}
