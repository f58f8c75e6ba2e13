using System.Text.Json.Serialization;
using System.Text.Json;
using Innate.Server.Requests;

namespace Innate.Server.Pooling;

/// <summary>What vLLM's <c>/classify</c> and <c>/pooling</c> have in common.</summary>
internal abstract record PoolingBody : InputBody
{
    /// <summary>Numbers in (0, 1) instead of rewards.</summary>
    [JsonPropertyName("use_activation")]
    public bool? UseActivation { get; init; }

    /// <summary>Another name of use_activation.</summary>
    [JsonPropertyName("activation")]
    public bool? Activation { get; init; }

    /// <summary>An older name of use_activation.</summary>
    [JsonPropertyName("softmax")]
    public bool? Softmax { get; init; }

    /// <summary>Whether probabilities are asked for rather than the reward itself.</summary>
    [JsonIgnore]
    public bool Activates => (UseActivation ?? true) && (Activation ?? true) && (Softmax ?? true);
}
