using System.Text.Json;
using System.Text.Json.Serialization;
using Innate.Server.Requests;

namespace Innate.Server.Operations;

/// <summary>SGLang's <c>/update_weights_from_disk</c>. All but the folder changes nothing here.</summary>
internal sealed record UpdateWeightsRequest : RequestBody
{
    [JsonPropertyName("model_path")]
    public string? ModelPath { get; init; }

    [JsonPropertyName("load_format")]
    public JsonElement? LoadFormat { get; init; }

    [JsonPropertyName("abort_all_requests")]
    public JsonElement? AbortAllRequests { get; init; }

    [JsonPropertyName("weight_version")]
    public JsonElement? WeightVersion { get; init; }

    [JsonPropertyName("is_async")]
    public JsonElement? IsAsync { get; init; }

    [JsonPropertyName("torch_empty_cache")]
    public JsonElement? TorchEmptyCache { get; init; }

    [JsonPropertyName("keep_pause")]
    public JsonElement? KeepPause { get; init; }

    [JsonPropertyName("recapture_cuda_graph")]
    public JsonElement? RecaptureCudaGraph { get; init; }

    [JsonPropertyName("token_step")]
    public JsonElement? TokenStep { get; init; }

    [JsonPropertyName("flush_cache")]
    public JsonElement? FlushCache { get; init; }
}
