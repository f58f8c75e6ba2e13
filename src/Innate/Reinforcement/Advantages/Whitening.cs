namespace Innate.Reinforcement.Advantages;

/// <summary>What the distance to the mean is divided by; papers and code part here.</summary>
internal enum WhiteningScale
{
    /// <summary>std + epsilon, the unbiased std (n - 1).</summary>
    DeviationPlusEpsilon,

    /// <summary>sqrt(var + epsilon), the unbiased variance: verl's, and so PAG's (arXiv 2506.10406).</summary>
    EpsilonUnderRoot,

    /// <summary>sqrt(max(var, epsilon)), the population's variance (n): ProRLv2's.</summary>
    VarianceFloor,
}

/// <summary>
/// Brings a whole batch's token advantages to mean 0 and standard deviation 1, over all tokens together:
/// <code>A' = (A - mean) / (std + epsilon)</code>
/// std is the unbiased one (n - 1); epsilon is added to it; <see cref="WhiteningScale"/> names the other forms. A long response
/// weighs as much as it has tokens. It is global on purpose: whitening micro-batch by micro-batch would give other numbers for
/// other cuts.
/// </summary>
internal static class Whitening
{
    /// <summary>Epsilon of all three forms.</summary>
    public const double DefaultEpsilon = 1e-8;

    /// <summary>The whitened numbers, in the shape in which they came; all 0 where they are equal or there is one.</summary>
    /// <param name="values">One array a response, one number a token; the whole batch.</param>
    /// <param name="epsilon">More than 0.</param>
    /// <param name="form">What is divided by.</param>
    /// <exception cref="ArgumentOutOfRangeException">Epsilon is not above 0, or there is no such form.</exception>
    public static double[][] Compute(
        IReadOnlyList<double[]> values, double epsilon = DefaultEpsilon,
        WhiteningScale form = WhiteningScale.DeviationPlusEpsilon)
    {
        (double mean, double scale) = Moments(values, epsilon, form);
        return [.. values.Select(row => row.Select(v => (v - mean) / scale).ToArray())];
    }

    /// <summary>The mean over all tokens, and what the distance to it is divided by.</summary>
    /// <inheritdoc cref="Compute"/>
    public static (double Mean, double Scale) Moments(
        IReadOnlyList<double[]> values, double epsilon, WhiteningScale form)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(epsilon);
        double[] all = [.. values.SelectMany(v => v)];
        double mean = RewardGroup.Mean(all), deviation = RewardGroup.StandardDeviation(all, mean);
        double scale = form switch
        {
            WhiteningScale.DeviationPlusEpsilon => deviation + epsilon,
            WhiteningScale.EpsilonUnderRoot => Math.Sqrt((deviation * deviation) + epsilon),
            WhiteningScale.VarianceFloor => Math.Sqrt(Math.Max(PopulationVariance(all), epsilon)),
            _ => throw new ArgumentOutOfRangeException(nameof(form)),
        };
        return (mean, scale);
    }

    /// <summary>The mean square of the distance to the mean (n); 0 of nothing.</summary>
    /// <param name="values">One number a token.</param>
    public static double PopulationVariance(ReadOnlySpan<double> values)
    {
        double mean = RewardGroup.Mean(values), squares = 0;
        foreach (double value in values) squares += (value - mean) * (value - mean);
        return values.Length == 0 ? 0 : squares / values.Length;
    }
}
