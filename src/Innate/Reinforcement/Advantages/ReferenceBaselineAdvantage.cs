namespace Innate.Reinforcement.Advantages;

/// <summary>
/// PVPO's advantage (arXiv 2508.21104; confirmed by the paper): the baseline is what a frozen reference policy earns on the same
/// prompt, so it does not move with the group:
/// <code>A_i = R_i - mean of the rewards of M rollouts of the reference</code>
/// Nothing is divided. A group whose rewards are all equal still teaches: all right, all are pushed up where the reference was
/// not. Once the policy beats the reference everywhere all advantages are positive: the reference is to be refreshed, in the
/// paper every 500 steps. M is 5 for search agents, 16 for mathematics; which prompts are left out, and which get help, is
/// <see cref="Schedules.ReferencePrompts"/>'s. PPO's clipped objective with a divergence follows.
/// </summary>
internal static class ReferenceBaselineAdvantage
{
    /// <summary>Steps after which the reference's rollouts are drawn again.</summary>
    public const int RefreshSteps = 500;

    /// <summary>The group's advantages.</summary>
    /// <param name="rewards">One reward a response of the policy's group.</param>
    /// <param name="referenceRewards">The rewards of the reference's rollouts on the same prompt, one or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no rollout of the reference.</exception>
    public static double[] Compute(ReadOnlySpan<double> rewards, ReadOnlySpan<double> referenceRewards)
    {
        double baseline = Baseline(referenceRewards);
        double[] advantages = new double[rewards.Length];
        for (int i = 0; i < advantages.Length; i++) advantages[i] = rewards[i] - baseline;
        return advantages;
    }

    /// <summary>The static value: the mean of the reference's rewards.</summary>
    /// <inheritdoc cref="Compute"/>
    public static double Baseline(ReadOnlySpan<double> referenceRewards)
    {
        ArgumentOutOfRangeException.ThrowIfZero(referenceRewards.Length, nameof(referenceRewards));
        return RewardGroup.Mean(referenceRewards);
    }
}
