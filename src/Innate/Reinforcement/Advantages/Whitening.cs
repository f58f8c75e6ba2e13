namespace Innate.Reinforcement.Advantages;

/// <summary>
/// Brings a whole batch's token advantages to mean 0 and standard deviation 1, over all tokens together:
/// <code>A' = (A - mean) / (std + epsilon)</code>
/// std is the unbiased one (n - 1); epsilon is added to it. A long response weighs as much as it has tokens. It is global on
/// purpose: whitening micro-batch by micro-batch would give other numbers for other cuts.
/// </summary>
internal static class Whitening
{
    /// <summary>What is added to the standard deviation.</summary>
    public const double DefaultEpsilon = 1e-8;

    /// <summary>The whitened numbers, in the shape in which they came; all 0 where they are equal or there is one.</summary>
    /// <param name="values">One array a response, one number a token; the whole batch.</param>
    /// <param name="epsilon">More than 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">Epsilon is not above 0.</exception>
    public static double[][] Compute(IReadOnlyList<double[]> values, double epsilon = DefaultEpsilon)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(epsilon);
        double[] all = [.. values.SelectMany(v => v)];
        double mean = RewardGroup.Mean(all), scale = RewardGroup.StandardDeviation(all, mean) + epsilon;
        return [.. values.Select(row => row.Select(v => (v - mean) / scale).ToArray())];
    }
}
