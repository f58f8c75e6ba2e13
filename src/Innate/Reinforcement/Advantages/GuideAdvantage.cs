namespace Innate.Reinforcement.Advantages;

/// <summary>
/// Guide-GRPO's advantage (arXiv 2506.13923; the idea by secondary sources, abstract and reviews; the exact form is ours): where
/// every plain rollout of a prompt failed, as many are drawn with a hint, and both groups are compared together:
/// <code>A_i = (R_i - mean R) / std R   over the union of the plain and the hinted group</code>
/// std is the unbiased one, nothing is added to it. Where the hinted group fails too there is nothing to compare: the prompt is
/// skipped. The loss is <see cref="Objectives.GuideObjective"/>.
/// </summary>
internal static class GuideAdvantage
{
    /// <summary>Whether a prompt is asked again with a hint: all its plain rollouts failed.</summary>
    /// <param name="plainRewards">One reward a plain rollout; 0 or less is a failure.</param>
    public static bool NeedsHint(ReadOnlySpan<double> plainRewards)
    {
        foreach (double reward in plainRewards)
        {
            if (reward > 0) return false;
        }

        return true;
    }

    /// <summary>The plain rollouts' advantages, then the hinted ones'; null where the prompt is skipped.</summary>
    /// <param name="plainRewards">One reward a plain rollout.</param>
    /// <param name="hintedRewards">One reward a rollout that saw the hint; 0 or less is a failure.</param>
    public static double[]? Compute(ReadOnlySpan<double> plainRewards, ReadOnlySpan<double> hintedRewards) =>
        NeedsHint(hintedRewards) ? null : Union([.. plainRewards, .. hintedRewards]);

    /// <summary>The advantages of both groups in one row; exactly 0 where all rewards are equal.</summary>
    /// <param name="rewards">One reward a rollout of the union, in any order.</param>
    public static double[] Union(ReadOnlySpan<double> rewards) => GroupNormalizedAdvantage.Compute(rewards, epsilon: 0);
}
