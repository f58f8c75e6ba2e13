using System.Text.Json.Serialization;
using System.Text.Json;
using Innate.Server.Requests;

namespace Innate.Server.Completions;

/// <summary>The sampling parameters that OpenAI's, vLLM's and SGLang's clients send, under their names.</summary>
internal abstract record SamplingBody : RequestBody
{
    /// <inheritdoc/>
    protected override bool IsHarmless(string name, JsonElement value) => HarmlessOptions.Contains(name, value);

    /// <summary>Responses to each prompt.</summary>
    [JsonPropertyName("n")]
    public int? N { get; init; }

    [JsonPropertyName("best_of")]
    public int? BestOf { get; init; }

    /// <summary>Texts that end a response.</summary>
    [JsonPropertyName("stop")]
    [JsonConverter(typeof(TextsConverter))]
    public string[]? Stop { get; init; }

    [JsonPropertyName("stop_token_ids")]
    public JsonElement? StopTokenIds { get; init; }

    [JsonPropertyName("ignore_eos")]
    public bool? IgnoreEos { get; init; }

    [JsonPropertyName("include_stop_str_in_output")]
    public bool? IncludeStopStrInOutput { get; init; }

    [JsonPropertyName("temperature")]
    public double? Temperature { get; init; }

    [JsonPropertyName("top_p")]
    public double? TopP { get; init; }

    [JsonPropertyName("top_k")]
    public int? TopK { get; init; }

    [JsonPropertyName("min_p")]
    public double? MinP { get; init; }

    [JsonPropertyName("repetition_penalty")]
    public double? RepetitionPenalty { get; init; }

    [JsonPropertyName("frequency_penalty")]
    public double? FrequencyPenalty { get; init; }

    [JsonPropertyName("presence_penalty")]
    public double? PresencePenalty { get; init; }

    /// <summary>A whole number of at most 64 bits.</summary>
    [JsonPropertyName("seed")]
    public JsonElement? Seed { get; init; }

    /// <summary>SGLang's name of the seed.</summary>
    [JsonPropertyName("sampling_seed")]
    public JsonElement? SamplingSeed { get; init; }

    [JsonPropertyName("logit_bias")]
    public JsonElement? LogitBias { get; init; }

    [JsonPropertyName("min_tokens")]
    public JsonElement? MinTokens { get; init; }

    [JsonPropertyName("use_beam_search")]
    public JsonElement? UseBeamSearch { get; init; }

    [JsonPropertyName("skip_special_tokens")]
    public JsonElement? SkipSpecialTokens { get; init; }

    /// <summary>The name of what is served; SGLang's own dialect does not ask for it.</summary>
    [JsonPropertyName("model")]
    public JsonElement? Model { get; init; }

    /// <summary>Without effect here.</summary>
    [JsonPropertyName("user")]
    public JsonElement? User { get; init; }

    /// <summary>Without effect here.</summary>
    [JsonPropertyName("metadata")]
    public JsonElement? Metadata { get; init; }

    /// <summary>Without effect here.</summary>
    [JsonPropertyName("store")]
    public JsonElement? Store { get; init; }

    /// <summary>Without effect here.</summary>
    [JsonPropertyName("service_tier")]
    public JsonElement? ServiceTier { get; init; }

    /// <summary>Without effect here.</summary>
    [JsonPropertyName("spaces_between_special_tokens")]
    public JsonElement? SpacesBetweenSpecialTokens { get; init; }

    /// <summary>Without effect here.</summary>
    [JsonPropertyName("priority")]
    public JsonElement? Priority { get; init; }

    /// <summary>Without effect here.</summary>
    [JsonPropertyName("request_id")]
    public JsonElement? RequestId { get; init; }
}
