namespace Innate.Benchmarks;

/// <summary>Correlations of two series; NaN where one of them does not vary, or where there are fewer than two values.</summary>
internal static class Correlation
{
    /// <summary>Pearson's: sum (x - mean x)(y - mean y) / sqrt(sum (x - mean x)^2 sum (y - mean y)^2).</summary>
    public static double Pearson(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        CentredSums sums = new();
        sums.Add(x, y);
        return sums.Correlation;
    }

    /// <summary>Spearman's: Pearson's of the ranks, where equal values share the mean of their ranks.</summary>
    public static double Spearman(IReadOnlyList<double> x, IReadOnlyList<double> y) => Pearson(Ranks(x), Ranks(y));

    private static double[] Ranks(IReadOnlyList<double> values)
    {
        double[] ranks = new double[values.Count];
        for (int i = 0; i < ranks.Length; i++)
        {
            int below = values.Count(v => v < values[i]), equal = values.Count(v => v.Equals(values[i]));
            ranks[i] = below + ((equal + 1) / 2.0);
        }

        return ranks;
    }
}

/// <summary>Sums of products of what is left of two series when each group's means are taken off.</summary>
internal sealed class CentredSums
{
    private double _xx, _yy, _xy;

    /// <summary>Pearson's of all groups' values, each group about its own means.</summary>
    public double Correlation => _xx > 0 && _yy > 0 ? _xy / Math.Sqrt(_xx * _yy) : double.NaN;

    /// <summary>Adds a group.</summary>
    public void Add(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        (double meanX, double meanY) = (Mean(x), Mean(y));
        for (int i = 0; i < x.Count; i++)
        {
            (double dx, double dy) = (x[i] - meanX, y[i] - meanY);
            _xx += dx * dx;
            _yy += dy * dy;
            _xy += dx * dy;
        }
    }

    // Of equal values their own: what rounding would leave between them and their mean is no variation.
    private static double Mean(IReadOnlyList<double> values)
    {
        if (values.All(v => v.Equals(values[0]))) return values.Count == 0 ? 0 : values[0];
        double sum = 0;
        foreach (double value in values) sum += value;
        return sum / values.Count;
    }
}
