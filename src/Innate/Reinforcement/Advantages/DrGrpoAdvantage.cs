namespace Innate.Reinforcement.Advantages;

/// <summary>
/// GRPO done right (Dr. GRPO, Liu et al. 2025, arXiv 2503.20783): the group's mean is taken off and nothing is divided, because
/// dividing by the standard deviation weighs questions that are nearly always or nearly never solved above the others:
/// <code>A_i = R_i - mean R</code>
/// </summary>
internal static class DrGrpoAdvantage
{
    /// <summary>The group's advantages; exactly 0 where the rewards are all equal, a group of one included.</summary>
    /// <param name="rewards">One reward a response of the group.</param>
    public static double[] Compute(ReadOnlySpan<double> rewards)
    {
        double mean = RewardGroup.Mean(rewards);
        double[] advantages = new double[rewards.Length];
        for (int i = 0; i < advantages.Length; i++) advantages[i] = rewards[i] - mean;
        return advantages;
    }
}
