using System.Text.Json.Serialization;
using System.Text.Json;
using Innate.Server.Requests;

namespace Innate.Server.Completions;

/// <summary>SGLang's <c>/generate</c>.</summary>
internal sealed record GenerateRequest : RequestBody
{
    /// <summary>A text or texts.</summary>
    [JsonPropertyName("text")]
    public JsonElement? Text { get; init; }

    /// <summary>Ids, or arrays of them.</summary>
    [JsonPropertyName("input_ids")]
    public JsonElement? InputIds { get; init; }

    [JsonPropertyName("sampling_params")]
    public GenerateSampling? SamplingParams { get; init; }

    [JsonPropertyName("return_logprob")]
    public bool? ReturnLogprob { get; init; }

    /// <summary>The first token of the prompt with a log-probability in the reply; -1: none.</summary>
    [JsonPropertyName("logprob_start_len")]
    public int? LogprobStartLen { get; init; }

    [JsonPropertyName("top_logprobs_num")]
    public int? TopLogprobsNum { get; init; }

    [JsonPropertyName("return_text_in_logprobs")]
    public bool? ReturnTextInLogprobs { get; init; }

    [JsonPropertyName("stream")]
    public JsonElement? Stream { get; init; }

    [JsonPropertyName("token_ids_logprob")]
    public JsonElement? TokenIdsLogprob { get; init; }

    /// <summary>Without effect here.</summary>
    [JsonPropertyName("rid")]
    public JsonElement? Rid { get; init; }

    /// <summary>Without effect here.</summary>
    [JsonPropertyName("model")]
    public JsonElement? Model { get; init; }

    /// <summary>Without effect here.</summary>
    [JsonPropertyName("log_metrics")]
    public JsonElement? LogMetrics { get; init; }

    /// <summary>Without effect here.</summary>
    [JsonPropertyName("background")]
    public JsonElement? Background { get; init; }

    public override void RefuseUnknown(string place = "")
    {
        base.RefuseUnknown(place);
        SamplingParams?.RefuseUnknown("sampling_params.");
    }
}
