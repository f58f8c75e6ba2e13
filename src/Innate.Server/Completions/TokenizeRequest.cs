using System.Text.Json.Serialization;
using System.Text.Json;
using Innate.Server.Requests;

namespace Innate.Server.Completions;

/// <summary>vLLM's <c>/tokenize</c>: a prompt, or messages.</summary>
internal sealed record TokenizeRequest : RequestBody
{
    [JsonPropertyName("prompt")]
    public string? Prompt { get; init; }

    [JsonPropertyName("messages")]
    public JsonElement? Messages { get; init; }

    [JsonPropertyName("add_special_tokens")]
    public bool? AddSpecialTokens { get; init; }

    /// <summary>Beside messages alone.</summary>
    [JsonPropertyName("add_generation_prompt")]
    public bool? AddGenerationPrompt { get; init; }

    [JsonPropertyName("return_token_strs")]
    public bool? ReturnTokenStrs { get; init; }

    /// <summary>Without effect here.</summary>
    [JsonPropertyName("model")]
    public JsonElement? Model { get; init; }
}
