namespace Innate.Reinforcement.Advantages;

/// <summary>
/// REINFORCE leave-one-out (RLOO, Ahmadian et al. 2024, arXiv 2402.14740): each response is compared with the mean of the
/// others, a baseline that does not depend on it, so the gradient stays unbiased:
/// <code>A_i = R_i - mean of the other rewards = (R_i - mean R) n / (n - 1)</code>
/// </summary>
internal static class LeaveOneOutAdvantage
{
    /// <summary>The group's advantages; exactly 0 where the rewards are all equal or there is one alone.</summary>
    /// <param name="rewards">One reward a response of the group.</param>
    public static double[] Compute(ReadOnlySpan<double> rewards)
    {
        double[] advantages = DrGrpoAdvantage.Compute(rewards);
        if (advantages.Length < 2) return advantages;
        double factor = advantages.Length / (advantages.Length - 1.0);
        for (int i = 0; i < advantages.Length; i++) advantages[i] *= factor;
        return advantages;
    }
}
