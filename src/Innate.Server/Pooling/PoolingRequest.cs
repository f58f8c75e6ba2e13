using System.Text.Json.Serialization;

namespace Innate.Server.Pooling;

/// <summary>vLLM's <c>/pooling</c>.</summary>
internal sealed record PoolingRequest : PoolingBody
{
    /// <summary>classify, score or token_classify.</summary>
    [JsonPropertyName("task")]
    public string? Task { get; init; }

    /// <summary>float or base64.</summary>
    [JsonPropertyName("encoding_format")]
    public string? EncodingFormat { get; init; }
}
