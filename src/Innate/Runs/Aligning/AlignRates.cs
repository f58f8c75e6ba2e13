using System.Globalization;

namespace Innate.Runs.Aligning;

/// <summary>
/// The default learning rate by the model's size. Ours: the line, on logarithms, through 3e-4 at the 1.25 million parameters of
/// innate-tiny, where it was measured, and 1e-6 at 7 billion, which is common. Adapters take ten times as much, supervised
/// fine-tuning twenty.
/// </summary>
internal static class AlignRates
{
    private const double Rate = 3e-4, Parameters = 1.25e6, Exponent = -0.66;
    private const double LoraFactor = 10, SupervisedFactor = 20, MostSupervised = 1e-3;

    public static double Of(AlignSettings settings, long parameters)
    {
        if (settings.LearningRate is { } given) return given;
        double rate = Rate * Math.Pow(Math.Max(parameters, 1) / Parameters, Exponent);
        if (settings.Method == AlignMethod.BestOfN) rate = Math.Min(MostSupervised, rate * SupervisedFactor);
        if (settings.LoraRank > 0) rate *= LoraFactor;

        // One digit: a rate that a person would write.
        return double.Parse(rate.ToString("0e0", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }
}
