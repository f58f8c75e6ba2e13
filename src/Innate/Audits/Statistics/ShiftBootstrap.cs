using Innate.Benchmarks;

namespace Innate.Audits.Statistics;

/// <summary>
/// Prompts drawn again with replacement: what an edit is worth and the standard deviation that it is told in, from the same draw.
/// Two scorers of the same pairs are drawn together, so that their difference is paired.
/// </summary>
/// <param name="resamples">How many times.</param>
/// <param name="seed">Decides the draws.</param>
internal sealed class ShiftBootstrap(int resamples, ulong seed)
{
    /// <summary>A contrast's shift in standard deviations: the mean over prompts of their mean differences.</summary>
    public static double Shift(PromptTable table, int contrast)
    {
        double[] means = [.. table.Contrasts[contrast].Means.Where(m => !double.IsNaN(m))];
        return means.Length == 0 ? double.NaN : means.Average() / Positive(table.Deviation);
    }

    /// <summary>The resampled shifts of each contrast, and its resampled shares of preferred pairs.</summary>
    /// <param name="table">The scorer's.</param>
    public (double[][] Shifts, double[][] Shares) Draw(PromptTable table)
    {
        int[] own = table.Own;
        int count = table.Contrasts.Count;
        double[][] shifts = [.. Enumerable.Range(0, count).Select(_ => new double[resamples])];
        double[][] shares = [.. Enumerable.Range(0, count).Select(_ => new double[resamples])];
        int[] drawn = new int[own.Length];

        // What is compared beside the user's prompts keeps its number of prompts.
        int[][] others =
        [
            .. table.Contrasts.Select(t => Enumerable.Range(0, t.Means.Length).Except(own).Where(c => t.Pairs[c] > 0).ToArray()),
        ];
        for (int r = 0; r < resamples; r++)
        {
            ulong key = RandomBits.Key(seed, (ulong)r);
            Fill(drawn, own, key);
            double deviation = Positive(table.DeviationOf(drawn));
            for (int c = 0; c < count; c++)
            {
                int[] beside = new int[others[c].Length];
                Fill(beside, others[c], RandomBits.Key(key, (ulong)c));
                (shifts[c][r], shares[c][r]) = Of(table.Contrasts[c], drawn, beside, deviation);
            }
        }

        return (shifts, shares);
    }

    /// <summary>The two-sided bootstrap p-value that a number is 0, the observed one counted among the draws.</summary>
    public static double P(IReadOnlyList<double> drawn)
    {
        double[] known = [.. drawn.Where(d => !double.IsNaN(d))];
        if (known.Length == 0) return double.NaN;
        int least = Math.Min(known.Count(d => d <= 0), known.Count(d => d >= 0));
        return Math.Min(1, 2.0 * (1 + least) / (1 + known.Length));
    }

    /// <summary>Between which values 95 of 100 lie.</summary>
    public static MetricInterval Interval(double[] drawn) => Bootstrap.Interval(drawn);

    // Of equal rewards no difference can be told in their standard deviations.
    private static double Positive(double deviation) => deviation > 0 ? deviation : double.NaN;

    private static void Fill(int[] drawn, int[] from, ulong key)
    {
        for (int i = 0; i < drawn.Length; i++) drawn[i] = from[(int)(RandomBits.Bits(key, (ulong)i) % (ulong)from.Length)];
    }

    private static (double Shift, double Share) Of(ContrastTable table, int[] own, int[] beside, double deviation)
    {
        double sum = 0;
        int prompts = 0, pairs = 0, preferred = 0;
        foreach (int[] clusters in (ReadOnlySpan<int[]>)[own, beside])
        {
            foreach (int c in clusters)
            {
                if (table.Pairs[c] == 0) continue;
                sum += table.Means[c];
                prompts++;
                pairs += table.Pairs[c];
                preferred += table.Preferred[c];
            }
        }

        return prompts == 0 ? (double.NaN, double.NaN) : (sum / prompts / deviation, preferred / (double)pairs);
    }
}
