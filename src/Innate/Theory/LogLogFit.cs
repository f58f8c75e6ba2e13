using Innate.Compute;

namespace Innate.Theory;

/// <summary>The power of a growth: y ~ c x^slope, fitted by least squares through (log x, log y).</summary>
internal static class LogLogFit
{
    /// <summary>The slope through points.</summary>
    /// <param name="x">Abscissae, above 0.</param>
    /// <param name="y">Ordinates, above 0; one that is not makes the slope NaN.</param>
    /// <exception cref="ArgumentException">The lengths differ, or there are fewer than two points.</exception>
    public static double Slope(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        if (x.Count != y.Count || x.Count < 2)
        {
            throw new ArgumentException($"points: expected two or more in both lists, found {x.Count} and {y.Count}.", nameof(y));
        }

        double[] u = [.. x.Select(PortableMath.Log)], v = [.. y.Select(t => t > 0 ? PortableMath.Log(t) : double.NaN)];
        double meanU = u.Average(), meanV = v.Average(), across = 0, along = 0;
        for (int i = 0; i < u.Length; i++)
        {
            across += (u[i] - meanU) * (v[i] - meanV);
            along += (u[i] - meanU) * (u[i] - meanU);
        }

        return across / along;
    }

    /// <summary>
    /// The slope of means over seeds, with the 95% percentile interval of a bootstrap over seeds (Efron 1979): whole seeds are
    /// drawn again, each with all its points.
    /// </summary>
    /// <param name="x">Abscissae.</param>
    /// <param name="runs">A list of ordinates each seed.</param>
    /// <param name="resamples">How many times the seeds are drawn again.</param>
    /// <param name="key">Decides which.</param>
    public static (double Slope, Interval Interval) OverSeeds(
        IReadOnlyList<double> x, IReadOnlyList<double[]> runs, int resamples, ulong key)
    {
        double[] slopes = new double[resamples];
        for (int i = 0; i < resamples; i++)
        {
            ulong draw = RandomBits.Key(key, (ulong)i);
            slopes[i] = Slope(x, Means([.. runs.Select((_, j) => runs[(int)(UniformNumbers.At(draw, j) * runs.Count)])]));
        }

        Array.Sort(slopes);
        Interval interval = new(slopes[(int)(0.025 * resamples)], slopes[(int)(0.975 * resamples)]);
        return (Slope(x, Means(runs)), interval);

        double[] Means(IReadOnlyList<double[]> drawn) => [.. x.Select((_, i) => drawn.Average(run => run[i]))];
    }
}
