namespace Innate.Reinforcement.Advantages;

/// <summary>What CPGD multiplies a prompt's centred rewards by.</summary>
internal enum CpgdWeight
{
    /// <summary>1.</summary>
    Naive,

    /// <summary>1 / (std + 1e-9), the unbiased std of the group.</summary>
    Deviation,

    /// <summary>min(prompts / live prompts, cap) where the prompt's rewards differ, 1 where they do not.</summary>
    ClipFilterLike,
}

/// <summary>
/// The advantage of clipped policy gradient optimization with policy drift (CPGD, arXiv 2505.12504): the group's mean is taken
/// off and the rest weighed by the prompt x, in one of three ways. Confirmed by code (MM-EUREKA's experience maker):
/// <code>
/// A_i = w(x) (R_i - mean R)
/// naive             w = 1
/// deviation         w = 1 / (std R + 1e-9)
/// clip-filter-like  w = min(B / live, cap) for a live prompt, 1 for a dead one; 1 everywhere where all are dead
/// </code>
/// B counts the batch's prompts, live those whose rewards are not all equal: dead prompts teach nothing, and the live ones make
/// up for them as if the dead had been filtered out. The authors' script divides by the std where the estimator is group_norm.
/// </summary>
internal static class CpgdAdvantage
{
    /// <summary>What is added to the standard deviation.</summary>
    public const double Epsilon = 1e-9;

    /// <summary>The most that a live prompt counts for.</summary>
    public const double DefaultCap = 3;

    /// <summary>A: one array a prompt, one number a response.</summary>
    /// <param name="groups">The rewards of each prompt's responses: the whole batch.</param>
    /// <param name="weight">Which w.</param>
    /// <param name="cap">The clip-filter-like weight's, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such weight, or the cap is not above 0.</exception>
    public static double[][] Compute(IReadOnlyList<double[]> groups, CpgdWeight weight, double cap = DefaultCap)
    {
        switch (weight)
        {
            case CpgdWeight.Naive:
                return [.. groups.Select(g => DrGrpoAdvantage.Compute(g))];
            case CpgdWeight.Deviation:
                return [.. groups.Select(g => GroupNormalizedAdvantage.Compute(g, Epsilon))];
            case CpgdWeight.ClipFilterLike:
                double[] weights = ClipFilterWeights(groups, cap);
                return [.. groups.Select((g, i) => DrGrpoAdvantage.Compute(g).Select(a => weights[i] * a).ToArray())];
            default:
                throw new ArgumentOutOfRangeException(nameof(weight));
        }
    }

    /// <summary>The clip-filter-like w, one a prompt.</summary>
    /// <inheritdoc cref="Compute"/>
    public static double[] ClipFilterWeights(IReadOnlyList<double[]> groups, double cap = DefaultCap)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(cap);
        bool[] live = [.. groups.Select(g => !RewardGroup.AllEqual(g))];
        int count = live.Count(l => l);
        return [.. live.Select(l => l ? Math.Min((double)groups.Count / count, cap) : 1)];
    }
}
