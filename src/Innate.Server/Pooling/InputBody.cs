using System.Text.Json.Serialization;
using System.Text.Json;
using Innate.Server.Requests;

namespace Innate.Server.Pooling;

/// <summary>What vLLM's <c>/classify</c> and <c>/pooling</c> and SGLang's embeddings have in common: their texts.</summary>
internal abstract record InputBody : RequestBody
{
    /// <summary>The callers' own path: without effect here, unless it is a profile's name, which is refused.</summary>
    [JsonPropertyName("model")]
    public JsonElement? Model { get; init; }

    /// <summary>A text, texts, ids, or arrays of ids.</summary>
    [JsonPropertyName("input")]
    public JsonElement? Input { get; init; }

    /// <summary>A conversation that ends with the response.</summary>
    [JsonPropertyName("messages")]
    public JsonElement? Messages { get; init; }

    [JsonPropertyName("add_special_tokens")]
    public bool? AddSpecialTokens { get; init; }

    [JsonPropertyName("truncate_prompt_tokens")]
    public JsonElement? TruncatePromptTokens { get; init; }

    [JsonPropertyName("add_generation_prompt")]
    public JsonElement? AddGenerationPrompt { get; init; }

    /// <summary>Without effect here.</summary>
    [JsonPropertyName("user")]
    public JsonElement? User { get; init; }

    /// <summary>Without effect here.</summary>
    [JsonPropertyName("priority")]
    public JsonElement? Priority { get; init; }

    /// <summary>Without effect here.</summary>
    [JsonPropertyName("request_id")]
    public JsonElement? RequestId { get; init; }
}
