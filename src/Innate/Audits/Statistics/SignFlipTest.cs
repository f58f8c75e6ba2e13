namespace Innate.Audits.Statistics;

/// <summary>
/// The paired sign-flip permutation test (Fisher, 1935): where an edit is worth nothing, each prompt's mean difference is as
/// likely to have the other sign, so the mean is compared with the means under flipped signs. Exact up to 14 prompts; beyond,
/// 10,000 draws, with the observed one counted among them.
/// </summary>
internal static class SignFlipTest
{
    private const int MostExact = 14, Draws = 10_000;

    // What is equal but for rounding is as extreme.
    private const double Slack = 1 - 1e-12;

    /// <summary>The two-sided p-value that the mean is 0; NaN of no differences.</summary>
    /// <param name="differences">One a prompt.</param>
    /// <param name="seed">Decides the draws.</param>
    public static double P(IReadOnlyList<double> differences, ulong seed)
    {
        if (differences.Count == 0) return double.NaN;
        double[] values = [.. differences];
        double observed = Math.Abs(Sum(values, _ => 0)) * Slack;
        int n = values.Length;
        if (n <= MostExact)
        {
            int extreme = 0;
            for (ulong signs = 0; signs < 1UL << n; signs++)
            {
                ulong own = signs;
                if (Math.Abs(Sum(values, _ => own)) >= observed) extreme++;
            }

            return extreme / (double)(1 << n);
        }

        int drawn = 0;
        for (int d = 0; d < Draws; d++)
        {
            ulong key = RandomBits.Key(seed, (ulong)d);
            if (Math.Abs(Sum(values, block => RandomBits.Bits(key, (ulong)block))) >= observed) drawn++;
        }

        return (1 + drawn) / (double)(1 + Draws);
    }

    // A bit a value says whether its sign is flipped.
    private static double Sum(double[] values, Func<int, ulong> signs)
    {
        double sum = 0;
        ulong bits = 0;
        for (int i = 0; i < values.Length; i++)
        {
            if (i % 64 == 0) bits = signs(i / 64);
            sum += (bits & 1) == 0 ? values[i] : -values[i];
            bits >>= 1;
        }

        return sum;
    }
}
