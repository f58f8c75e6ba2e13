namespace Innate.Reinforcement.Rollouts;

/// <summary>What was sampled together and rewarded; one or several optimizer steps learn from it.</summary>
/// <param name="Number">Counted from 1.</param>
/// <param name="Groups">The groups that have a reward.</param>
/// <param name="Rewards">One entry a group.</param>
internal sealed record RolloutBatch(int Number, IReadOnlyList<RolloutGroup> Groups, IReadOnlyList<GroupRewards> Rewards)
{
    /// <summary>
    /// The places of the groups that are learned from, one perhaps several times; null: all, once. The others were compared and
    /// measured.
    /// </summary>
    public int[]? Chosen { get; init; }

    /// <summary>Prompts that were sampled for.</summary>
    public required int SampledPrompts { get; init; }

    /// <summary>Of these, prompts whose group got no reward.</summary>
    public required int SkippedPrompts { get; init; }

    /// <summary>How often prompts were sampled for.</summary>
    public required int SamplingRounds { get; init; }
}
