using Innate.Reinforcement.Rollouts;

namespace Innate.Reinforcement.Methods;

/// <summary>Where a method stands when a batch of rollouts has been sampled, and is not rewarded yet.</summary>
internal sealed class RolloutScene
{
    /// <summary>The recipe.</summary>
    public required RlRecipe Recipe { get; init; }

    /// <summary>Whom it can ask.</summary>
    public required RolloutModels Models { get; init; }

    /// <summary>The prompts of the data.</summary>
    public required IReadOnlyList<PolicyPrompt> Prompts { get; init; }

    /// <summary>The batch's number, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>What it remembers.</summary>
    public required RunMemory Memory { get; init; }

    /// <summary>Rewards groups as the recipe says; what a method adds to a batch is rewarded once more with the rest.</summary>
    public required Func<IReadOnlyList<RolloutGroup>, GroupScores> Score { get; init; }

    /// <summary>Stops between tokens.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>What decides draws of a further kind in this batch.</summary>
    /// <param name="salt">The kind's own.</param>
    public ulong Key(ulong salt) => RandomBits.Mix(RandomBits.Mix(Models.Sampling.Seed, salt), (ulong)Number);
}
