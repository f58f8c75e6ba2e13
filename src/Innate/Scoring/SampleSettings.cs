using Innate.Generation;
using Innate.Sessions;

namespace Innate.Scoring;

/// <summary>How responses are sampled before they are compared.</summary>
public sealed record SampleSettings
{
    /// <summary>The model that they are sampled from; null: the one that scores.</summary>
    public ModelSource? PolicyModel { get; init; }

    /// <summary>Responses to each prompt.</summary>
    public int Count { get; init; } = 8;

    /// <summary>All of the sampling, in the place of what follows; the ids that end a response are the model's own.</summary>
    public SamplingOptions? Sampling { get; init; }

    /// <summary>Texts that end a response, which keeps them.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>The temperature of the sampling.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>The likeliest tokens that reach this probability together are kept; 1: all.</summary>
    public double TopP { get; init; } = 1;

    /// <summary>The most tokens of a response, its end token included.</summary>
    public int MaxTokens { get; init; } = 256;

    /// <summary>Decides all that is sampled.</summary>
    public ulong Seed { get; init; }

    /// <summary>All of the sampling.</summary>
    internal SamplingOptions Options => Sampling ?? new SamplingOptions
    {
        MaxTokens = MaxTokens, Temperature = Temperature, TopP = TopP, Seed = Seed,
    };
}
