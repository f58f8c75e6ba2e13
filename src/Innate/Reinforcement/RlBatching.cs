namespace Innate.Reinforcement;

/// <summary>How large a batch of reinforcement learning is.</summary>
internal sealed record RlBatching
{
    /// <summary>Prompts of a batch of rollouts.</summary>
    public required int Prompts { get; init; }

    /// <summary>Prompts, with all their responses, computed together.</summary>
    public required int MicroBatch { get; init; }

    /// <summary>Parts of an update's groups whose gradients are computed by themselves and then added.</summary>
    public int Shares { get; init; } = 1;

    /// <summary>The longest response, in tokens.</summary>
    public required int MaxResponseTokens { get; init; }

    /// <summary>Decides the order of prompts, and dropout; the sampler has its own.</summary>
    public ulong Seed { get; init; }

    /// <summary>Whether dropout is at work.</summary>
    public bool HasDropout { get; init; }

    /// <summary>The data file's name, for messages.</summary>
    public string Source { get; init; } = "the data";
}
