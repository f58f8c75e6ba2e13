namespace Innate.Server.Metrics;

/// <summary>The last thousand values.</summary>
internal sealed class RecentValues
{
    private readonly Lock _lock = new();
    private readonly double[] _values = new double[1024];
    private long _count;

    public double Mean
    {
        get
        {
            double[] values = Snapshot();
            return values.Length == 0 ? 0 : values.Average();
        }
    }

    public void Add(double value)
    {
        lock (_lock) _values[_count++ % _values.Length] = value;
    }

    /// <summary>Each quantile's value; 0 while there is none.</summary>
    public double[] Quantiles(ReadOnlySpan<double> quantiles)
    {
        double[] values = Snapshot();
        Array.Sort(values);
        var result = new double[quantiles.Length];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = values.Length == 0 ? 0 : values[(int)Math.Min(values.Length - 1, quantiles[i] * values.Length)];
        }

        return result;
    }

    private double[] Snapshot()
    {
        lock (_lock) return _values[..(int)Math.Min(_count, _values.Length)];
    }
}
