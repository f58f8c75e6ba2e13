using System.Globalization;

namespace Innate.Learning.Optimization;

/// <summary>
/// A learning rate by the model's size, for learning from comparisons. Ours: the line, on logarithms, through 3e-4 at the 1.25
/// million parameters of innate-tiny, where it was measured, and 1e-6 at 7 billion, which is common; adapters take ten times as
/// much. One digit: a rate that a person would write.
/// </summary>
internal static class RateBySize
{
    private const double Rate = 3e-4, Parameters = 1.25e6, Exponent = -0.66, LoraFactor = 10;

    /// <summary>The rate.</summary>
    /// <param name="parameters">The model's parameters.</param>
    /// <param name="lora">Whether adapters learn.</param>
    /// <param name="factor">How many times as much.</param>
    /// <param name="most">The most.</param>
    public static double Of(long parameters, bool lora, double factor = 1, double most = double.PositiveInfinity)
    {
        double rate = Math.Min(most, Rate * factor * Math.Pow(Math.Max(parameters, 1) / Parameters, Exponent));
        if (lora) rate *= LoraFactor;
        return double.Parse(rate.ToString("0e0", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }
}
