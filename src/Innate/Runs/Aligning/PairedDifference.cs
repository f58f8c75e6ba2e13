using Innate.Benchmarks;

namespace Innate.Runs.Aligning;

/// <summary>The mean of differences that belong to prompts, and where 95 of 100 resampled means lie.</summary>
/// <param name="Count">Prompts.</param>
/// <param name="Before">The mean before.</param>
/// <param name="After">The mean after.</param>
/// <param name="Low">The low end of the difference's interval.</param>
/// <param name="High">Its high end.</param>
internal sealed record PairedDifference(int Count, double Before, double After, double Low, double High)
{
    private const int Resamples = 2000;

    /// <summary>After less before.</summary>
    public double Mean => After - Before;

    /// <summary>Compares two measurements of the same prompts; null where no prompt has both values.</summary>
    /// <param name="before">The prompts before.</param>
    /// <param name="after">The same after, in the same order.</param>
    /// <param name="value">A prompt's value; null: it has none.</param>
    /// <param name="seed">Decides the resampling.</param>
    public static PairedDifference? Of(
        IReadOnlyList<MeasuredPrompt> before, IReadOnlyList<MeasuredPrompt> after, Func<MeasuredPrompt, double?> value,
        ulong seed)
    {
        (double Was, double Is)[] pairs =
        [
            .. before.Zip(after, (b, a) => (Was: value(b), Is: value(a))).Where(p => p.Was is not null && p.Is is not null)
                .Select(p => (p.Was!.Value, p.Is!.Value)),
        ];
        if (pairs.Length == 0) return null;
        double[] drawn = new double[Resamples];
        for (int r = 0; r < Resamples; r++)
        {
            ulong key = RandomBits.Key(seed, (ulong)r);
            double sum = 0;
            for (int i = 0; i < pairs.Length; i++)
            {
                (double was, double isNow) = pairs[(int)(RandomBits.Bits(key, (ulong)i) % (ulong)pairs.Length)];
                sum += isNow - was;
            }

            drawn[r] = sum / pairs.Length;
        }

        MetricInterval interval = Bootstrap.Interval(drawn);
        return new PairedDifference(
            pairs.Length, pairs.Average(p => p.Was), pairs.Average(p => p.Is), interval.Low, interval.High);
    }
}
