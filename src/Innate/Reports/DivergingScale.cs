namespace Innate.Reports;

/// <summary>
/// A diverging scale for the values of text pieces: 0 at the median of all that are shown, 1 and -1 at the distance that nine
/// in ten stay within.
/// </summary>
/// <param name="Centre">The neutral value.</param>
/// <param name="Range">The distance from it at which the colour is full; above 0.</param>
public sealed record DivergingScale(double Centre, double Range)
{
    // Within this part of the range a piece is as good as neutral.
    private const double Neutral = 0.12;

    /// <summary>The scale of some values; those that are no numbers do not count.</summary>
    public static DivergingScale Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Where(double.IsFinite).Order()];
        if (sorted.Length == 0) return new DivergingScale(0, 1);
        double centre = (sorted[(sorted.Length - 1) / 2] / 2) + (sorted[sorted.Length / 2] / 2);
        double[] distances = [.. sorted.Select(x => Math.Abs(x - centre)).Order()];

        // Not the maximum: one outlier would leave all others pale.
        double range = distances[(int)Math.Floor(0.9 * (distances.Length - 1))];
        if (range == 0) range = distances[^1];
        return new DivergingScale(centre, range > 0 ? range : 1);
    }

    /// <summary>
    /// The scale of log-probabilities: a token that the model was sure of is neutral, and what it found unlikely is below it.
    /// Full where all but three in a hundred stay within, and at two nats at least: a text without surprises stays pale.
    /// </summary>
    public static DivergingScale OfLogProbabilities(IEnumerable<double> values)
    {
        const double least = 2;
        double[] distances = [.. values.Where(double.IsFinite).Select(Math.Abs).Order()];
        if (distances.Length == 0) return new DivergingScale(0, least);
        return new DivergingScale(0, Math.Max(least, distances[(int)Math.Floor(0.97 * (distances.Length - 1))]));
    }

    /// <summary>How strongly a value is coloured, -1..1: above 0 for more than the centre, 0 for neutral.</summary>
    public double Strength(double value)
    {
        if (!double.IsFinite(value)) return 0;
        double t = Math.Clamp((value - Centre) / Range, -1, 1);
        return Math.Abs(t) < Neutral ? 0 : t;
    }
}
