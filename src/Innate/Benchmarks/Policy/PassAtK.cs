namespace Innate.Benchmarks.Policy;

/// <summary>
/// The chance that at least one of k samples is right, from n samples of which c are (Chen et al., arXiv 2107.03374).
/// </summary>
internal static class PassAtK
{
    /// <summary>
    /// The unbiased estimate 1 - C(n-c, k) / C(n, k), as a product without large numbers; 1 where fewer than k are wrong.
    /// </summary>
    /// <param name="samples">n, at least k.</param>
    /// <param name="right">c, from 0 to n.</param>
    /// <param name="k">At least 1.</param>
    public static double Estimate(int samples, int right, int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, k);
        ArgumentOutOfRangeException.ThrowIfNegative(right);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(right, samples);
        if (samples - right < k) return 1;
        double none = 1;
        for (int i = samples - right + 1; i <= samples; i++) none *= 1 - ((double)k / i);
        return 1 - none;
    }
}
