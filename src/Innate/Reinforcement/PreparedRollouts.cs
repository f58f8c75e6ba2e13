using Innate.Reinforcement.Advantages;
using Innate.Reinforcement.Rollouts;

namespace Innate.Reinforcement;

/// <summary>
/// A batch of rollouts with all that was computed when it was sampled. All optimizer steps that learn from the batch learn from
/// these numbers, however far the policy and the value head have moved since.
/// </summary>
/// <param name="Batch">The rollouts and their rewards.</param>
/// <param name="Advantages">Advantages, and returns where there is a value head.</param>
/// <param name="Values">
/// The value head's numbers when the batch was sampled, one a token; null where the recipe has no value head.
/// </param>
internal sealed record PreparedRollouts(RolloutBatch Batch, BatchAdvantages Advantages, TokenLevelBatch? Values)
{
    /// <summary>No rollouts: the state of a run that has sampled none yet.</summary>
    public static PreparedRollouts None { get; } = new(
        new RolloutBatch(0, [], []) { SampledPrompts = 0, SkippedPrompts = 0, SamplingRounds = 0 },
        new BatchAdvantages([], [], new TokenLevelBatch([]), null), null);

    /// <summary>Whether nothing was sampled yet.</summary>
    public bool IsEmpty => Batch.Groups.Count == 0;
}
