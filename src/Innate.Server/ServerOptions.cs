using Innate.Compute;
using Innate.Engines;

namespace Innate.Server;

/// <summary>What is served, where, to whom, and how much of it at once.</summary>
public sealed record ServerOptions
{
    /// <summary>The model's folder.</summary>
    public required string Folder { get; init; }

    /// <summary>What the model is called in replies; null: its folder's name.</summary>
    public string? Name { get; init; }

    /// <summary>A folder of low-rank adapters on the model; null: none.</summary>
    public string? Adapter { get; init; }

    /// <summary>The implicit reward's reference model; null: that reward is refused.</summary>
    public string? Reference { get; init; }

    /// <summary>A folder of profiles, each of which is offered as a model; null: none.</summary>
    public string? Profiles { get; init; }

    /// <summary>Where to listen, separated by semicolons; port 0 takes a free one.</summary>
    public string Urls { get; init; } = "http://127.0.0.1:8080";

    /// <summary>Keys of which a request must bear one; none: requests need no key.</summary>
    public IReadOnlyList<string> ApiKeys { get; init; } = [];

    /// <summary>
    /// Whether <c>/metrics</c> is mapped and OpenTelemetry's exporters are set up; false: the app that mounts the server reads
    /// the meter <c>Innate.Server</c> with its own.
    /// </summary>
    public bool Metrics { get; init; } = true;

    /// <summary>No chat template: text is encoded as it is.</summary>
    public bool Raw { get; init; }

    /// <summary>Threads to compute with; null: one a core.</summary>
    public int? Threads { get; init; }

    /// <summary>What products of activations and weights are formed in.</summary>
    public ComputeMode Compute { get; init; }

    /// <summary>
    /// With <see cref="ComputeMode.Int8"/>: what matrices that are not quantised are rounded to, Q8_0 or Q4_1; null: Q8_0, and a
    /// file's own blocks stay as they are.
    /// </summary>
    public ElementType? Quantize { get; init; }

    /// <summary>llama.cpp in this process runs the model, a GGUF file; null: this library does.</summary>
    public LlamaCppSettings? LlamaCpp { get; init; }

    /// <summary>Sequences that may wait; what comes above is answered with 429.</summary>
    public int QueueCapacity { get; init; } = 4096;

    /// <summary>Responses that are sampled at the same time.</summary>
    public int GenerationSlots { get; init; } = 64;

    /// <summary>Bytes of keys and values that are kept of prompts, for later ones that begin alike; 0: none.</summary>
    public long PrefixCacheBytes { get; init; } = 256L << 20;

    /// <summary>The largest body, in bytes.</summary>
    public long MaxBodyBytes { get; init; } = 32 << 20;

    /// <summary>The most rows, prompts or responses of one request.</summary>
    public int MaxItems { get; init; } = 4096;

    /// <summary>The most alternatives that log-probabilities may be asked for at each token.</summary>
    public int MaxLogProbabilities { get; init; } = 20;

    /// <summary>How long a request may take; a shorter one may be asked for.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long the accepted requests may take once the server is told to stop.</summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromSeconds(60);
}
