using System.Text.Json.Serialization;
using System.Text.Json;
using Innate.Server.Requests;

namespace Innate.Server.Rewards;

/// <summary>LLaMA-Factory's <c>reward_model_type=api</c>.</summary>
internal sealed record LlamaFactoryRequest : RequestBody
{
    /// <summary>Without effect here.</summary>
    [JsonPropertyName("model")]
    public JsonElement? Model { get; init; }

    /// <summary>Templated texts.</summary>
    [JsonPropertyName("messages")]
    [JsonConverter(typeof(TextsConverter))]
    public string[]? Messages { get; init; }
}
