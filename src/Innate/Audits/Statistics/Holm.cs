namespace Innate.Audits.Statistics;

/// <summary>
/// Holm's correction (1979): of m tests the i-th smallest p is worth (m - i + 1) p, and no less than those before it. The chance
/// that any true null is rejected stays below the level, however the tests hang together.
/// </summary>
internal static class Holm
{
    /// <summary>The corrected p-values, in the same order; NaN stays, and counts as no test.</summary>
    public static double[] Correct(IReadOnlyList<double> p)
    {
        double[] corrected = [.. p];
        int[] order = [.. Enumerable.Range(0, p.Count).Where(i => !double.IsNaN(p[i])).OrderBy(i => p[i])];
        double least = 0;
        for (int rank = 0; rank < order.Length; rank++)
        {
            least = Math.Max(least, Math.Min(1, (order.Length - rank) * p[order[rank]]));
            corrected[order[rank]] = least;
        }

        return corrected;
    }
}
