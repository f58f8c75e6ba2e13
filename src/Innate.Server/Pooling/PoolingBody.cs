using System.Text.Json.Serialization;
using System.Text.Json;
using Innate.Server.Requests;

namespace Innate.Server.Pooling;

/// <summary>What vLLM's <c>/classify</c> and <c>/pooling</c> have in common.</summary>
internal abstract record PoolingBody : RequestBody
{
    /// <summary>Without effect here.</summary>
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

    /// <summary>Numbers in (0, 1) instead of rewards.</summary>
    [JsonPropertyName("use_activation")]
    public bool? UseActivation { get; init; }

    /// <summary>Another name of use_activation.</summary>
    [JsonPropertyName("activation")]
    public bool? Activation { get; init; }

    /// <summary>An older name of use_activation.</summary>
    [JsonPropertyName("softmax")]
    public bool? Softmax { get; init; }

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

    /// <summary>Whether probabilities are asked for rather than the reward itself.</summary>
    [JsonIgnore]
    public bool Activates => (UseActivation ?? true) && (Activation ?? true) && (Softmax ?? true);
}
