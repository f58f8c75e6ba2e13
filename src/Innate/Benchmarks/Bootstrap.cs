namespace Innate.Benchmarks;

/// <summary>Two numbers between which 95 of 100 resampled metrics lie.</summary>
/// <param name="Low">The 2.5th percentile.</param>
/// <param name="High">The 97.5th percentile.</param>
public readonly record struct MetricInterval(double Low, double High);

/// <summary>
/// Percentile bootstrap (Efron, 1979): items are drawn again with replacement, within their part, because a benchmark's parts
/// have the sizes that its makers gave them; items of one cluster are drawn together.
/// </summary>
public static class Bootstrap
{
    /// <summary>The intervals of a benchmark's metrics.</summary>
    /// <param name="benchmark">Measures.</param>
    /// <param name="outcomes">The outcomes to resample.</param>
    /// <param name="resamples">How many times; at least 1.</param>
    /// <param name="seed">Decides the draws.</param>
    /// <returns>By the metric's name.</returns>
    public static IReadOnlyDictionary<string, MetricInterval> Intervals(
        IBenchmark benchmark, IReadOnlyList<ItemOutcome> outcomes, int resamples, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, 1);
        Dictionary<string, double[]> drawn = new(StringComparer.Ordinal);
        int r = 0;
        foreach (IReadOnlyList<ItemOutcome> sample in Samples(outcomes, o => o.Item, resamples, seed))
        {
            foreach (Metric metric in benchmark.Measure(sample))
            {
                if (!drawn.TryGetValue(metric.Name, out double[]? values)) drawn[metric.Name] = values = NotANumber(resamples);
                values[r] = metric.Value;
            }

            r++;
        }

        return drawn.ToDictionary(
            d => d.Key, d => Interval(d.Value), StringComparer.Ordinal);
    }

    /// <summary>
    /// What belongs to items, drawn again: within parts, clusters together. What an item has of two scorers is drawn together, so
    /// that their difference is paired.
    /// </summary>
    /// <param name="values">One or more an item.</param>
    /// <param name="itemOf">A value's item.</param>
    /// <param name="resamples">How many times.</param>
    /// <param name="seed">Decides the draws.</param>
    /// <returns>Each time the same list with other values.</returns>
    internal static IEnumerable<IReadOnlyList<T>> Samples<T>(
        IReadOnlyList<T> values, Func<T, BenchmarkItem> itemOf, int resamples, ulong seed)
    {
        T[][][] parts =
        [
            .. values.GroupBy(v => itemOf(v).Part, StringComparer.Ordinal)
                .Select(part => part.GroupBy(v => itemOf(v).Cluster, StringComparer.Ordinal).Select(c => c.ToArray()).ToArray()),
        ];
        List<T> sample = new(values.Count);
        for (int r = 0; r < resamples; r++)
        {
            sample.Clear();
            ulong key = RandomBits.Key(seed, (ulong)r);
            ulong draw = 0;
            foreach (T[][] clusters in parts)
            {
                for (int i = 0; i < clusters.Length; i++)
                {
                    sample.AddRange(clusters[(int)(RandomBits.Bits(key, draw++) % (ulong)clusters.Length)]);
                }
            }

            yield return sample;
        }
    }

    /// <summary>Between which values 95 of 100 resampled ones lie; NaNs are passed over.</summary>
    internal static MetricInterval Interval(double[] resampled)
    {
        double[] sorted = [.. resampled.Where(v => !double.IsNaN(v)).Order()];
        if (sorted.Length == 0) return new MetricInterval(double.NaN, double.NaN);
        return new MetricInterval(Percentile(sorted, 0.025), Percentile(sorted, 0.975));
    }

    private static double[] NotANumber(int count)
    {
        double[] values = new double[count];
        Array.Fill(values, double.NaN);
        return values;
    }

    // Between the two nearest of the sorted values, as numpy's default does.
    private static double Percentile(double[] sorted, double share)
    {
        double at = share * (sorted.Length - 1);
        int below = (int)at;
        return below + 1 < sorted.Length
            ? sorted[below] + ((at - below) * (sorted[below + 1] - sorted[below]))
            : sorted[below];
    }
}
