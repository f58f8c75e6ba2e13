using System.Text.Json.Serialization;
using Innate.Server.Requests;
using System.Text.Json;

namespace Innate.Server.Completions;

/// <summary>OpenAI's <c>/v1/chat/completions</c>.</summary>
internal sealed record ChatRequest : SamplingBody
{
    [JsonPropertyName("messages")]
    public JsonElement? Messages { get; init; }

    [JsonPropertyName("max_tokens")]
    public int? MaxTokens { get; init; }

    /// <summary>The newer name of max_tokens, and before it.</summary>
    [JsonPropertyName("max_completion_tokens")]
    public int? MaxCompletionTokens { get; init; }

    [JsonPropertyName("logprobs")]
    public bool? Logprobs { get; init; }

    [JsonPropertyName("top_logprobs")]
    public int? TopLogprobs { get; init; }

    /// <summary>The template's variables.</summary>
    [JsonPropertyName("chat_template_kwargs")]
    [JsonConverter(typeof(VariablesConverter))]
    public Dictionary<string, string>? ChatTemplateKwargs { get; init; }

    [JsonPropertyName("stream")]
    public bool? Stream { get; init; }

    [JsonPropertyName("stream_options")]
    public StreamOptions? StreamOptions { get; init; }

    [JsonPropertyName("tools")]
    public JsonElement? Tools { get; init; }

    [JsonPropertyName("tool_choice")]
    public JsonElement? ToolChoice { get; init; }

    [JsonPropertyName("parallel_tool_calls")]
    public bool? ParallelToolCalls { get; init; }

    [JsonPropertyName("response_format")]
    public JsonElement? ResponseFormat { get; init; }
}
