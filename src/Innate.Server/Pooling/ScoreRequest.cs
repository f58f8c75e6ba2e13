using System.Text.Json.Serialization;
using System.Text.Json;
using Innate.Server.Requests;

namespace Innate.Server.Pooling;

/// <summary>vLLM's <c>/score</c>: one pair of prompts and responses, under one of their four names.</summary>
internal sealed record ScoreRequest : RequestBody
{
    [JsonPropertyName("queries")]
    [JsonConverter(typeof(TextsConverter))]
    public string[]? Queries { get; init; }

    [JsonPropertyName("documents")]
    [JsonConverter(typeof(TextsConverter))]
    public string[]? Documents { get; init; }

    [JsonPropertyName("items")]
    [JsonConverter(typeof(TextsConverter))]
    public string[]? Items { get; init; }

    [JsonPropertyName("text_1")]
    [JsonConverter(typeof(TextsConverter))]
    public string[]? Text1 { get; init; }

    [JsonPropertyName("text_2")]
    [JsonConverter(typeof(TextsConverter))]
    public string[]? Text2 { get; init; }

    [JsonPropertyName("data_1")]
    [JsonConverter(typeof(TextsConverter))]
    public string[]? Data1 { get; init; }

    [JsonPropertyName("data_2")]
    [JsonConverter(typeof(TextsConverter))]
    public string[]? Data2 { get; init; }

    /// <summary>Numbers in (0, 1) instead of rewards.</summary>
    [JsonPropertyName("use_activation")]
    public bool? UseActivation { get; init; }

    /// <summary>Beside use_activation alone.</summary>
    [JsonPropertyName("activation")]
    public bool? Activation { get; init; }

    /// <summary>Beside use_activation alone.</summary>
    [JsonPropertyName("softmax")]
    public bool? Softmax { get; init; }

    /// <summary>A profile's name: its reward; or the model's.</summary>
    [JsonPropertyName("model")]
    public JsonElement? Model { get; init; }

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
