namespace Innate.Audits.Statistics;

/// <summary>A contrast's differences, prompt by prompt.</summary>
/// <param name="Means">The mean difference of each cluster; NaN: it has no pair.</param>
/// <param name="Pairs">Pairs of each cluster.</param>
/// <param name="Preferred">Of them those whose second text has the higher reward.</param>
/// <param name="Ties">Those whose texts have the same reward.</param>
internal sealed record ContrastTable(double[] Means, int[] Pairs, int[] Preferred, int[] Ties);

/// <summary>What a scorer said, prompt by prompt: what all figures of an audit are made of.</summary>
internal sealed class PromptTable
{
    private readonly int[] _count;
    private readonly double[] _sum;
    private readonly double[] _squares;

    private PromptTable(int clusters, int contrasts)
    {
        (_count, _sum, _squares) = (new int[clusters], new double[clusters], new double[clusters]);
        Contrasts =
        [
            .. Enumerable.Range(0, contrasts).Select(_ => new ContrastTable(
                new double[clusters], new int[clusters], new int[clusters], new int[clusters])),
        ];
    }

    /// <summary>One a contrast.</summary>
    public IReadOnlyList<ContrastTable> Contrasts { get; }

    /// <summary>The clusters that hold responses of the user's.</summary>
    public int[] Own => [.. Enumerable.Range(0, _count.Length).Where(c => _count[c] > 0)];

    /// <summary>The standard deviation of the rewards of the user's responses.</summary>
    public double Deviation => DeviationOf(Own);

    /// <summary>The table of a scorer.</summary>
    /// <param name="items">The items.</param>
    /// <param name="scores">What the scorer said of each, in order.</param>
    /// <param name="contrasts">How many contrasts there are.</param>
    public static PromptTable Of(IReadOnlyList<AuditItem> items, IReadOnlyList<ItemScores> scores, int contrasts)
    {
        Dictionary<string, int> places = new(StringComparer.Ordinal);
        foreach (AuditItem item in items) places.TryAdd(item.Cluster, places.Count);
        PromptTable table = new(places.Count, contrasts);

        // About the mean of all, so that squares of small numbers are added and not of large ones.
        double[] all = [.. scores.SelectMany(s => s.Originals).OfType<double>()];
        double centre = all.Length == 0 ? 0 : all.Average();
        for (int i = 0; i < items.Count; i++)
        {
            int cluster = places[items[i].Cluster];
            foreach (double reward in scores[i].Originals.OfType<double>())
            {
                table._count[cluster]++;
                table._sum[cluster] += reward - centre;
                table._squares[cluster] += (reward - centre) * (reward - centre);
            }

            for (int p = 0; p < items[i].Pairs.Count; p++)
            {
                if (scores[i].Differences[p] is not { } difference) continue;
                ContrastTable own = table.Contrasts[items[i].Pairs[p].Contrast];
                own.Means[cluster] += difference;
                own.Pairs[cluster]++;
                if (difference > 0) own.Preferred[cluster]++;
                if (difference == 0) own.Ties[cluster]++;
            }
        }

        foreach (ContrastTable contrast in table.Contrasts)
        {
            for (int c = 0; c < places.Count; c++)
            {
                contrast.Means[c] = contrast.Pairs[c] == 0 ? double.NaN : contrast.Means[c] / contrast.Pairs[c];
            }
        }

        return table;
    }

    /// <summary>The standard deviation over the responses of some clusters, each as often as it is named.</summary>
    public double DeviationOf(ReadOnlySpan<int> clusters)
    {
        double n = 0, sum = 0, squares = 0;
        foreach (int c in clusters)
        {
            n += _count[c];
            sum += _sum[c];
            squares += _squares[c];
        }

        return n < 2 ? double.NaN : Math.Sqrt(Math.Max(0, squares - (sum * sum / n)) / (n - 1));
    }
}
