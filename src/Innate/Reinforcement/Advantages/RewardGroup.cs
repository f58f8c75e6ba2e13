using Innate.Scoring.Expressions;

namespace Innate.Reinforcement.Advantages;

/// <summary>The rewards of one group: the responses sampled for one prompt.</summary>
public static class RewardGroup
{
    /// <summary>
    /// Whether all rewards are the same number: every estimator with a group baseline then gives the group 0, and it teaches
    /// nothing. A loop should count such groups and say so. True for a group of one.
    /// </summary>
    /// <param name="rewards">One reward a response.</param>
    public static bool AllEqual(ReadOnlySpan<double> rewards) => GroupNormal.AllEqual(rewards);

    internal static double Mean(ReadOnlySpan<double> rewards) => GroupNormal.Mean(rewards);

    /// <summary>The unbiased standard deviation (n - 1); 0 for fewer than two.</summary>
    internal static double StandardDeviation(ReadOnlySpan<double> rewards, double mean) =>
        GroupNormal.StandardDeviation(rewards, mean);
}
