using Innate.Scoring.Expressions;

namespace Innate.Reinforcement.Advantages;

/// <summary>
/// Group relative policy optimization's advantage (GRPO, Shao et al. 2024, arXiv 2402.03300): how many standard deviations of
/// its group a response's reward lies above the group's mean, the same for all its tokens:
/// <code>A_i = (R_i - mean R) / (std R + epsilon)</code>
/// std is the unbiased one (n - 1), as in the implementations that people compare with; epsilon is added to it.
/// </summary>
public static class GroupNormalizedAdvantage
{
    /// <summary>What is added to the standard deviation.</summary>
    public const double DefaultEpsilon = GroupNormal.Epsilon;

    /// <summary>The group's advantages; exactly 0 where the rewards are all equal, a group of one included.</summary>
    /// <param name="rewards">One reward a response of the group.</param>
    /// <param name="epsilon">0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">Epsilon is below 0.</exception>
    public static double[] Compute(ReadOnlySpan<double> rewards, double epsilon = DefaultEpsilon)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epsilon);
        return GroupNormal.Of(rewards, epsilon);
    }
}
