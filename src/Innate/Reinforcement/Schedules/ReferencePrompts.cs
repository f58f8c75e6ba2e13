using Innate.Reinforcement.Advantages;

namespace Innate.Reinforcement.Schedules;

/// <summary>What is done with a prompt, by how its reference fares.</summary>
internal enum PromptUse
{
    /// <summary>It is learned from.</summary>
    Keep,

    /// <summary>It is left out: the reference always solves it.</summary>
    Drop,

    /// <summary>The reference never solves it: one rollout of its group is replaced by a larger model's trajectory.</summary>
    Help,
}

/// <summary>
/// PVPO's choice of prompts (arXiv 2508.21104; confirmed by the paper), made from the same rollouts of the frozen reference as
/// <see cref="ReferenceBaselineAdvantage"/>'s baseline:
/// <code>
/// all solved   Drop
/// none solved  Help: the ratio of the larger model's trajectory is pi(t) / that model's pi(t), its own old log-probabilities
/// else         Keep
/// </code>
/// </summary>
internal static class ReferencePrompts
{
    /// <summary>The use of one prompt.</summary>
    /// <param name="referenceRewards">The rewards of the reference's rollouts on it, one or more.</param>
    /// <param name="solved">The reward from which a rollout counts as solved.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no rollout of the reference.</exception>
    public static PromptUse Of(ReadOnlySpan<double> referenceRewards, double solved = 1)
    {
        ArgumentOutOfRangeException.ThrowIfZero(referenceRewards.Length, nameof(referenceRewards));
        int count = 0;
        foreach (double reward in referenceRewards)
        {
            if (reward >= solved) count++;
        }

        return count == referenceRewards.Length ? PromptUse.Drop : count == 0 ? PromptUse.Help : PromptUse.Keep;
    }
}
