using System.Text.Json.Serialization;
using System.Text.Json;
using Innate.Server.Requests;

namespace Innate.Server.Pooling;

/// <summary>SGLang's and OpenAI's <c>/v1/embeddings</c>.</summary>
internal sealed record EmbeddingsRequest : InputBody
{
    /// <summary>float or base64.</summary>
    [JsonPropertyName("encoding_format")]
    public string? EncodingFormat { get; init; }

    [JsonPropertyName("dimensions")]
    public JsonElement? Dimensions { get; init; }

    /// <summary>SGLang's name of request_id. Without effect here.</summary>
    [JsonPropertyName("rid")]
    public JsonElement? Rid { get; init; }
}
