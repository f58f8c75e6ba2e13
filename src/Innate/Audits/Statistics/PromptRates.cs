using Innate.Benchmarks;

namespace Innate.Audits.Statistics;

/// <summary>
/// Rates over prompts that are answered several times: sums over all answers, with intervals by drawing whole prompts again,
/// because answers to one prompt are not independent.
/// </summary>
internal static class PromptRates
{
    /// <summary>A rate: one sum over another.</summary>
    /// <param name="prompts">One a prompt: what is counted, and of how much.</param>
    /// <param name="resamples">How many times prompts are drawn.</param>
    /// <param name="seed">Decides the draws.</param>
    public static AuditedRate Ratio(IReadOnlyList<(double Count, double Of)> prompts, int resamples, ulong seed) =>
        Of([.. prompts.Select(p => new[] { p.Count, p.Of })], s => s[0] / s[1], resamples, seed);

    /// <summary>What is computed of sums over prompts.</summary>
    /// <param name="prompts">One a prompt: its summands, the same number each.</param>
    /// <param name="measure">From the sums to the figure; NaN: there is none.</param>
    /// <param name="resamples">How many times prompts are drawn.</param>
    /// <param name="seed">Decides the draws.</param>
    public static AuditedRate Of(
        IReadOnlyList<double[]> prompts, Func<double[], double> measure, int resamples, ulong seed)
    {
        // A prompt without summands says nothing, but would thin the draws.
        double[][] own = [.. prompts.Where(p => p.Any(x => x != 0))];
        if (own.Length == 0) return AuditedRate.None;
        double[] sums = new double[own[0].Length];
        foreach (double[] prompt in own) Add(sums, prompt);
        double value = measure(sums);
        if (double.IsNaN(value)) return AuditedRate.None;
        double[] drawn = new double[resamples];
        for (int r = 0; r < resamples; r++)
        {
            ulong key = RandomBits.Key(seed, (ulong)r);
            Array.Clear(sums);
            for (int i = 0; i < own.Length; i++) Add(sums, own[RandomBits.Bits(key, (ulong)i) % (ulong)own.Length]);
            drawn[r] = measure(sums);
        }

        MetricInterval interval = Bootstrap.Interval(drawn);

        // Where no prompt differs from another, drawing them again says nothing: their number does.
        return new AuditedRate(
            value, interval.Low == interval.High && value is 0 or 1 ? WilsonInterval.Of(value, own.Length) : interval);
    }

    private static void Add(double[] sums, double[] summands)
    {
        for (int i = 0; i < sums.Length; i++) sums[i] += summands[i];
    }
}
