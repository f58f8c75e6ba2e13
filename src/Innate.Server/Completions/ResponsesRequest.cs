using System.Text.Json;
using System.Text.Json.Serialization;
using Innate.Server.Requests;

namespace Innate.Server.Completions;

/// <summary>OpenAI's <c>/v1/responses</c>, as far as plain text goes.</summary>
internal sealed record ResponsesRequest : SamplingBody
{
    /// <summary>A text, or items that are messages.</summary>
    [JsonPropertyName("input")]
    public JsonElement? Input { get; init; }

    /// <summary>A system prompt.</summary>
    [JsonPropertyName("instructions")]
    public string? Instructions { get; init; }

    [JsonPropertyName("max_output_tokens")]
    public int? MaxOutputTokens { get; init; }

    [JsonPropertyName("stream")]
    public bool? Stream { get; init; }

    [JsonPropertyName("stream_options")]
    public JsonElement? StreamOptions { get; init; }

    [JsonPropertyName("previous_response_id")]
    public JsonElement? PreviousResponseId { get; init; }

    [JsonPropertyName("conversation")]
    public JsonElement? Conversation { get; init; }

    [JsonPropertyName("background")]
    public JsonElement? Background { get; init; }

    [JsonPropertyName("tools")]
    public JsonElement? Tools { get; init; }

    [JsonPropertyName("tool_choice")]
    public JsonElement? ToolChoice { get; init; }

    [JsonPropertyName("max_tool_calls")]
    public JsonElement? MaxToolCalls { get; init; }

    /// <summary>Without effect here, for there are no tools.</summary>
    [JsonPropertyName("parallel_tool_calls")]
    public JsonElement? ParallelToolCalls { get; init; }

    [JsonPropertyName("text")]
    public JsonElement? Text { get; init; }

    [JsonPropertyName("reasoning")]
    public JsonElement? Reasoning { get; init; }

    [JsonPropertyName("include")]
    public JsonElement? Include { get; init; }

    [JsonPropertyName("top_logprobs")]
    public JsonElement? TopLogprobs { get; init; }

    [JsonPropertyName("truncation")]
    public JsonElement? Truncation { get; init; }

    [JsonPropertyName("prompt")]
    public JsonElement? Prompt { get; init; }

    /// <summary>Without effect here.</summary>
    [JsonPropertyName("prompt_cache_key")]
    public JsonElement? PromptCacheKey { get; init; }

    /// <summary>Without effect here.</summary>
    [JsonPropertyName("safety_identifier")]
    public JsonElement? SafetyIdentifier { get; init; }
}
