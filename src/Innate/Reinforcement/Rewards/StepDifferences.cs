namespace Innate.Reinforcement.Rewards;

/// <summary>
/// Step scores as potentials (ours): a step is paid what it changed.
/// <code>
/// r_1 = s_1,  r_i = s_i - s_{i-1}
/// </code>
/// The rewards add up to the last score, however many steps there are, so nothing is earned by adding steps; with the scores
/// themselves as rewards, every further step pays.
/// </summary>
internal static class StepDifferences
{
    /// <summary>One reward a step.</summary>
    /// <param name="scores">s: one a step.</param>
    public static double[] Compute(ReadOnlySpan<double> scores)
    {
        double[] rewards = scores.ToArray();
        for (int i = rewards.Length - 1; i > 0; i--) rewards[i] -= rewards[i - 1];
        return rewards;
    }
}
