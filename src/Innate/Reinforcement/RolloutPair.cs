using Innate.Learning.Objectives;
using Innate.Reinforcement.Advantages;
using Innate.Reinforcement.Rollouts;

namespace Innate.Reinforcement;

/// <summary>
/// A group's best response against its worst, learned from by direct preference optimization: semi-online DPO (arXiv 2506.21495),
/// whose pairs are fresh as often as rollouts are.
/// </summary>
internal static class RolloutPair
{
    // What is drawn for the two ends shall not move together.
    private const ulong ChosenSalt = 0xc405, RejectedSalt = 0x4e1e;

    /// <summary>
    /// The places of the best and of the worst response, one drawn among equals (the paper draws one of the right and one of the
    /// wrong answers); empty where all are equal: there is nothing to prefer.
    /// </summary>
    /// <param name="rewards">One a response.</param>
    /// <param name="key">Decides the draws.</param>
    public static int[] Of(double[] rewards, ulong key)
    {
        if (RewardGroup.AllEqual(rewards)) return [];
        return [Draw(rewards.Max(), ChosenSalt), Draw(rewards.Min(), RejectedSalt)];

        int Draw(double reward, ulong salt)
        {
            int[] equal = [.. Enumerable.Range(0, rewards.Length).Where(i => rewards[i] == reward)];
            return equal[(int)(RandomBits.Bits(RandomBits.Mix(key, salt), 0) % (ulong)equal.Length)];
        }
    }

    /// <summary>A pair's part of the batch's loss; beta is the recipe's weight of the divergence.</summary>
    /// <param name="recipe">Beta.</param>
    /// <param name="group">The group, with the frozen model's traces.</param>
    /// <param name="pair">The places of the best and of the worst response.</param>
    /// <param name="logProbs">log pi of the tokens of the two as the policy is now, the best one's first.</param>
    /// <param name="pairs">Pairs that the step learns from.</param>
    public static PairResult Learn(
        RlRecipe recipe, RolloutGroup group, int[] pair, ReadOnlySpan<double> logProbs, int pairs)
    {
        Rollout chosen = group.Rollouts[pair[0]], rejected = group.Rollouts[pair[1]];
        return DpoObjective.Compute(
            logProbs[..chosen.Length], logProbs.Slice(chosen.Length, rejected.Length),
            chosen.Frozen!.LogProbability.Sum(), rejected.Frozen!.LogProbability.Sum(), pairs,
            new DpoOptions { Beta = recipe.Kl });
    }
}
