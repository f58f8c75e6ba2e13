using Innate.Benchmarks;

namespace Innate.Audits.Statistics;

/// <summary>Wilson's 95 % interval of a share (1927): of 0 out of n it says how large the share may still be.</summary>
internal static class WilsonInterval
{
    private const double Z = 1.959963984540054;

    /// <summary>The interval of a share.</summary>
    /// <param name="share">From 0 to 1.</param>
    /// <param name="tries">Independent tries; of none both ends are NaN.</param>
    public static MetricInterval Of(double share, int tries)
    {
        if (tries == 0) return new MetricInterval(double.NaN, double.NaN);
        double n = tries, wide = 1 + (Z * Z / n);
        double centre = (share + (Z * Z / (2 * n))) / wide;
        double half = Z * Math.Sqrt((share * (1 - share) / n) + (Z * Z / (4 * n * n))) / wide;
        return new MetricInterval(Math.Max(0, centre - half), Math.Min(1, centre + half));
    }
}
