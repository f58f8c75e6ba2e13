using System.Text.Json.Serialization;
using System.Text.Json;

namespace Innate.Server.Completions;

/// <summary>The <c>sampling_params</c> of SGLang's <c>/generate</c>.</summary>
internal sealed record GenerateSampling : SamplingBody
{
    [JsonPropertyName("max_new_tokens")]
    public int? MaxNewTokens { get; init; }

    /// <summary>Without effect here.</summary>
    [JsonPropertyName("no_stop_trim")]
    public JsonElement? NoStopTrim { get; init; }
}
