using Innate.Benchmarks;

namespace Innate.Runs.Profiles;

/// <summary>How alike two orders of the same responses are: by prompt, then the mean over prompts. Pure.</summary>
internal static class RankAgreement
{
    /// <summary>Kendall's tau-b; NaN where no prompt has two responses of different rewards.</summary>
    public static double Kendall(IReadOnlyList<double[]> a, IReadOnlyList<double[]> b) => Mean(a, b, Kendall);

    /// <summary>Spearman's; NaN likewise.</summary>
    public static double Spearman(IReadOnlyList<double[]> a, IReadOnlyList<double[]> b) => Mean(a, b, Correlation.Spearman);

    /// <summary>
    /// Kendall's tau-b of one prompt: pairs in the same order less pairs in the other, over the root of the pairs without a
    /// tie in either.
    /// </summary>
    public static double Kendall(double[] a, double[] b)
    {
        long difference = 0, ofA = 0, ofB = 0;
        for (int i = 0; i < a.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                (int x, int y) = (Math.Sign(a[i].CompareTo(a[j])), Math.Sign(b[i].CompareTo(b[j])));
                difference += x * y;
                ofA += x * x;
                ofB += y * y;
            }
        }

        return ofA > 0 && ofB > 0 ? difference / Math.Sqrt((double)ofA * ofB) : double.NaN;
    }

    private static double Mean(IReadOnlyList<double[]> a, IReadOnlyList<double[]> b, Func<double[], double[], double> of)
    {
        double[] each = [.. a.Zip(b, of).Where(double.IsFinite)];
        return each.Length > 0 ? each.Average() : double.NaN;
    }
}
