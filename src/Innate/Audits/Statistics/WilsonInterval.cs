using Innate.Benchmarks;

namespace Innate.Audits.Statistics;

/// <summary>
/// Wilson's 95 % interval of a share (1927): unlike a bootstrap's it has a width where the share is 0 or 1.
/// <code>
/// (p + z²/2n ± z sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n), z = 1.96
/// </code>
/// </summary>
internal static class WilsonInterval
{
    private const double Z = 1.959963984540054;

    /// <summary>The interval; NaN to NaN where nothing was tried.</summary>
    /// <param name="p">The share, 0 to 1.</param>
    /// <param name="tries">Of how many independent tries.</param>
    public static MetricInterval Of(double p, int tries)
    {
        if (tries == 0) return new MetricInterval(double.NaN, double.NaN);
        double n = tries, wide = 1 + (Z * Z / n);
        double centre = (p + (Z * Z / (2 * n))) / wide;
        double half = Z * Math.Sqrt((p * (1 - p) / n) + (Z * Z / (4 * n * n))) / wide;
        return new MetricInterval(Math.Max(0, centre - half), Math.Min(1, centre + half));
    }
}
