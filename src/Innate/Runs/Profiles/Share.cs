using Innate.Audits.Statistics;
using Innate.Benchmarks;

namespace Innate.Runs.Profiles;

/// <summary>A share with its 95 % interval: Wilson's, by the prompts, for pairs of one prompt are not independent.</summary>
/// <param name="Value">From 0 to 1; NaN where there is nothing to count.</param>
/// <param name="Low">The interval's lower end.</param>
/// <param name="High">The interval's upper end.</param>
public readonly record struct Share(double Value, double Low, double High)
{
    /// <summary>The share of some outcomes.</summary>
    /// <param name="outcomes">1 for a pair that the chosen response wins, 0 for one that it loses, 0.5 for a tie.</param>
    /// <param name="prompts">How many prompts they are of.</param>
    internal static Share Of(IReadOnlyCollection<double> outcomes, int prompts) =>
        At(prompts == 0 ? double.NaN : outcomes.Average(), prompts);

    /// <summary>A share that was counted over some independent tries.</summary>
    /// <param name="p">The share.</param>
    /// <param name="tries">How many.</param>
    internal static Share At(double p, int tries)
    {
        MetricInterval interval = WilsonInterval.Of(p, tries);
        return new Share(tries == 0 ? double.NaN : p, interval.Low, interval.High);
    }
}
