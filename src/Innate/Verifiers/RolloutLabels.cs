using Innate.Rewards;

namespace Innate.Verifiers;

/// <summary>A step's labels.</summary>
/// <param name="Hard">1 where any completion reached the answer, else 0.</param>
/// <param name="Soft">The share of completions that did.</param>
internal readonly record struct RolloutLabel(int Hard, double Soft);

/// <summary>
/// Math-Shepherd's labels (arXiv 2312.08935, secondary): from the solution up to and with a step, a model completes it N times.
/// <code>
/// hard = 1 where any of the N completions ends in the known answer, else 0
/// soft = share of the N that do
/// </code>
/// The shipped model learned the hard ones, of N = 8. They say "can be completed from here", not "is right": where each
/// completion repairs a wrong step with chance q, the hard label of a wrong step is wrong with chance 1 - (1 - q)^N, which grows
/// with N, while the soft label has mean q and a deviation that shrinks (derived).
/// </summary>
internal static class RolloutLabels
{
    /// <summary>Both labels of one step.</summary>
    /// <param name="hits">One a completion: whether it ended in the known answer. At least one.</param>
    /// <exception cref="ArgumentOutOfRangeException">No completion.</exception>
    public static RolloutLabel Of(ReadOnlySpan<bool> hits)
    {
        ArgumentOutOfRangeException.ThrowIfZero(hits.Length, nameof(hits));
        int reached = hits.Count(true);
        return new RolloutLabel(reached > 0 ? 1 : 0, (double)reached / hits.Length);
    }

    /// <summary>The chance that a wrong step's hard label is 1.</summary>
    /// <param name="repair">q: the chance that one completion repairs the step, 0 to 1.</param>
    /// <param name="completions">N, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">q outside [0, 1], N below 1.</exception>
    public static double FalsePositive(double repair, int completions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(completions, 1);
        return StepAggregate.AtLeastOnce(repair, completions);
    }

    /// <summary>The standard deviation of the soft label: sqrt(q (1 - q) / N).</summary>
    /// <inheritdoc cref="FalsePositive"/>
    public static double SoftDeviation(double repair, int completions)
    {
        Require.Unit(repair);
        ArgumentOutOfRangeException.ThrowIfLessThan(completions, 1);
        return Math.Sqrt(repair * (1 - repair) / completions);
    }
}
