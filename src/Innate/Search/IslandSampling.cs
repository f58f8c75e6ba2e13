using Innate.Compute;

namespace Innate.Search;

/// <summary>
/// How FunSearch draws programs from an island (Romera-Paredes et al. 2024; from its published code). Programs with the same
/// scores are one cluster.
/// <code>
/// T           = T0 (1 - (n mod period) / period)         n: programs that the island took in
/// P(cluster)  = softmax(score / T)
/// P(program)  = softmax(-(length - shortest) / (longest + 1e-6))      within a cluster
/// </code>
/// </summary>
internal static class IslandSampling
{
    /// <summary>The published temperature and its period.</summary>
    public const double DefaultTemperature = 0.1;

    /// <inheritdoc cref="DefaultTemperature"/>
    public const int DefaultPeriod = 30000;

    /// <summary>T: it falls in a line, then starts anew.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static double Temperature(
        long programs, double initial = DefaultTemperature, int period = DefaultPeriod)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(programs);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(initial);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(period);
        return initial * (1 - ((programs % period) / (double)period));
    }

    /// <summary>The clusters' chances.</summary>
    /// <param name="scores">One a cluster.</param>
    /// <param name="temperature">T, above 0.</param>
    public static double[] Clusters(ReadOnlySpan<double> scores, double temperature)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        double[] scaled = scores.ToArray();
        for (int i = 0; i < scaled.Length; i++) scaled[i] /= temperature;
        return Softmax(scaled);
    }

    /// <summary>The chances of a cluster's programs: shorter ones are likelier.</summary>
    /// <param name="lengths">One a program.</param>
    public static double[] Programs(ReadOnlySpan<double> lengths)
    {
        if (lengths.IsEmpty) return [];
        double shortest = lengths[0], longest = lengths[0];
        foreach (double length in lengths)
        {
            shortest = Math.Min(shortest, length);
            longest = Math.Max(longest, length);
        }

        double[] logits = new double[lengths.Length];
        for (int i = 0; i < logits.Length; i++) logits[i] = -(lengths[i] - shortest) / (longest + 1e-6);
        return Softmax(logits);
    }

    private static double[] Softmax(double[] logits)
    {
        double[] chances = LogitRow.LogProbabilities(logits);
        for (int i = 0; i < chances.Length; i++) chances[i] = PortableMath.Exp(chances[i]);
        return chances;
    }
}
