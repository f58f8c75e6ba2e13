using Innate.Generation;
using Innate.Traces;

namespace Innate.Reinforcement.Rollouts;

/// <summary>One sampled response.</summary>
/// <param name="Response">Tokens, and the sampling policy's trace of them.</param>
/// <param name="Text">Decoded, without special tokens.</param>
public sealed record Rollout(GeneratedResponse Response, string Text)
{
    /// <summary>The policy's own trace, as it was when it sampled.</summary>
    public TokenTrace Policy => Response.Trace!;

    /// <summary>The frozen model's trace of the same tokens; null where no part of the recipe needs it.</summary>
    public TokenTrace? Frozen { get; init; }

    /// <summary>Tokens.</summary>
    public int Length => Response.TokenIds.Length;
}

/// <summary>The responses to one prompt.</summary>
/// <param name="Prompt">The prompt.</param>
/// <param name="Rollouts">In the order of their indices.</param>
public sealed record RolloutGroup(PolicyPrompt Prompt, IReadOnlyList<Rollout> Rollouts)
{
    /// <summary>
    /// Decides what is random about its rewards: of the run's seed, the batch's number and round, and the prompt's place alone.
    /// </summary>
    internal ulong Key { get; init; }

    /// <summary>The policy's greedy answer, ReMax's baseline; null where the recipe does not need it.</summary>
    public Rollout? Greedy { get; init; }
}
