using System.Text.Json.Serialization;
using System.Text.Json;

namespace Innate.Server.Completions;

/// <summary>OpenAI's and vLLM's <c>/v1/completions</c>.</summary>
internal sealed record CompletionsRequest : SamplingBody
{
    /// <summary>A text, texts, ids, or arrays of ids.</summary>
    [JsonPropertyName("prompt")]
    public JsonElement? Prompt { get; init; }

    [JsonPropertyName("max_tokens")]
    public int? MaxTokens { get; init; }

    [JsonPropertyName("echo")]
    public bool? Echo { get; init; }

    /// <summary>Alternatives at each token.</summary>
    [JsonPropertyName("logprobs")]
    public int? Logprobs { get; init; }

    /// <summary>The same of the prompt's own tokens.</summary>
    [JsonPropertyName("prompt_logprobs")]
    public int? PromptLogprobs { get; init; }

    [JsonPropertyName("add_special_tokens")]
    public bool? AddSpecialTokens { get; init; }

    [JsonPropertyName("return_tokens_as_token_ids")]
    public bool? ReturnTokensAsTokenIds { get; init; }

    [JsonPropertyName("return_token_ids")]
    public bool? ReturnTokenIds { get; init; }

    [JsonPropertyName("stream")]
    public bool? Stream { get; init; }

    [JsonPropertyName("stream_options")]
    public StreamOptions? StreamOptions { get; init; }

    [JsonPropertyName("suffix")]
    public JsonElement? Suffix { get; init; }
}
