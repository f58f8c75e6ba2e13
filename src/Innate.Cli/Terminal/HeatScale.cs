using Innate.Reports;

namespace Innate.Cli.Terminal;

/// <summary>
/// A diverging scale for tokens: neutral at the centre, as a rule the median of all that are shown, blue above, red below, full
/// colour at <see cref="Range"/> from it. Blue against red stays apart for colour-blind eyes.
/// </summary>
internal sealed record HeatScale(double Centre, double Range)
{
    // Within this part of the range a token is as good as neutral and keeps the terminal's own colours.
    private const double Neutral = 0.12;

    private static readonly Rgb PaleLow = new(253, 219, 199);
    private static readonly Rgb Low = new(178, 24, 43);
    private static readonly Rgb PaleHigh = new(209, 229, 240);
    private static readonly Rgb High = new(33, 102, 172);

    /// <summary>The scale of some values: the median, and the distance from it that nine in ten stay within.</summary>
    public static HeatScale Of(IEnumerable<double> values) => Of(DivergingScale.Of(values));

    /// <summary>The scale of log-probabilities: 0, where the model was sure, and what it found unlikely below it.</summary>
    public static HeatScale OfLogProbabilities(IEnumerable<double> values) => Of(DivergingScale.OfLogProbabilities(values));

    private static HeatScale Of(DivergingScale scale) => new(scale.Centre, scale.Range);

    /// <summary>Where a value lies, -1..1.</summary>
    public double Position(double value) => double.IsFinite(value) ? Math.Clamp((value - Centre) / Range, -1, 1) : 0;

    /// <summary>A value's background; null for neutral.</summary>
    public Rgb? ColourOf(double value)
    {
        double t = Position(value);
        double strength = Math.Abs(t);
        if (strength < Neutral) return null;
        double mix = (strength - Neutral) / (1 - Neutral);
        return t > 0 ? Rgb.Mix(PaleHigh, High, mix) : Rgb.Mix(PaleLow, Low, mix);
    }
}
