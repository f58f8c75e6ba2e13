using System.Text.Json.Serialization;
using System.Text.Json;
using Innate.Server.Requests;

namespace Innate.Server.Pooling;

/// <summary>vLLM's <c>/rerank</c>.</summary>
internal sealed record RerankRequest : RequestBody
{
    [JsonPropertyName("query")]
    public string? Query { get; init; }

    [JsonPropertyName("documents")]
    [JsonConverter(typeof(TextsConverter))]
    public string[]? Documents { get; init; }

    /// <summary>How many of the best; 0: all.</summary>
    [JsonPropertyName("top_n")]
    public int? TopN { get; init; }

    /// <summary>A profile's name: its reward; or the model's.</summary>
    [JsonPropertyName("model")]
    public JsonElement? Model { get; init; }

    /// <summary>Without effect here.</summary>
    [JsonPropertyName("user")]
    public JsonElement? User { get; init; }

    /// <summary>Without effect here.</summary>
    [JsonPropertyName("return_documents")]
    public JsonElement? ReturnDocuments { get; init; }
}
