using Innate.Compute;

namespace Innate.Rewards;

/// <summary>What the scores of a solution's steps are as one score, under each rule of the papers.</summary>
/// <param name="Min">The worst step's: Math-Shepherd (secondary), an option of search-and-learn (confirmed by code).</param>
/// <param name="Last">
/// The last step's: an option of search-and-learn; ThinkPRM's score of a prefix is one by construction.
/// </param>
/// <param name="Product">The chance that all steps are right, were they independent: it pays for being short.</param>
/// <param name="Mean">SPARE's ranking (confirmed by code): one bad step costs 1 / n, no more.</param>
/// <param name="LogSum">ln of the product, in nats: it does not underflow where the product does.</param>
/// <param name="GeometricMean">exp of the mean logarithm: the product without its length.</param>
/// <param name="MeanLogOdds">The mean of ln r - ln(1 - r): infinite where a step's score is 0 or 1, NaN where both occur.</param>
/// <param name="Max">The best step's.</param>
/// <param name="MaxDelta">
/// Minus the greatest fall from one step to the next, -1 to 0: where a solution goes wrong its steps' scores fall, however high
/// they began (the form is ours).
/// </param>
internal sealed record StepAggregateResult(
    double Min, double Last, double Product, double Mean, double LogSum, double GeometricMean, double MeanLogOdds, double Max,
    double MaxDelta)
{
    /// <summary>The score of one rule.</summary>
    public double Of(StepRule rule) => rule switch
    {
        StepRule.Last => Last,
        StepRule.Product => Product,
        StepRule.Mean => Mean,
        StepRule.Max => Max,
        StepRule.GeometricMean => GeometricMean,
        StepRule.MaxDelta => MaxDelta,
        _ => Min,
    };
}

/// <summary>The rules by which step scores become one score (<see cref="StepAggregateResult"/>).</summary>
public enum StepRule
{
    /// <summary>The worst step's.</summary>
    Min,

    /// <summary>The last step's.</summary>
    Last,

    /// <summary>The product.</summary>
    Product,

    /// <summary>The mean.</summary>
    Mean,

    /// <summary>The best step's.</summary>
    Max,

    /// <summary>The product without its length.</summary>
    GeometricMean,

    /// <summary>Minus the greatest fall from one step to the next.</summary>
    MaxDelta,
}

/// <summary>
/// From step scores to a solution's score: min, last, product or mean of r_1 .. r_n, each a probability. Min falls with the
/// number of steps even where all are right; the mean hides one that is wrong.
/// </summary>
internal static class StepAggregate
{
    /// <summary>All rules at once.</summary>
    /// <param name="scores">r: one a step, each 0 to 1; at least one.</param>
    /// <exception cref="ArgumentOutOfRangeException">No step, or a score outside [0, 1].</exception>
    public static StepAggregateResult Of(ReadOnlySpan<double> scores)
    {
        ArgumentOutOfRangeException.ThrowIfZero(scores.Length, nameof(scores));
        double min = 1, max = 0, sum = 0, logs = 0, odds = 0, fall = 0, last = scores[0];
        foreach (double r in scores)
        {
            Require.Unit(r, nameof(scores));
            double log = PortableMath.Log(r);
            min = Math.Min(min, r);
            max = Math.Max(max, r);
            sum += r;
            fall = Math.Min(fall, r - last);
            last = r;
            logs += log;
            odds += log - PortableMath.Log(1 - r);
        }

        int n = scores.Length;
        return new StepAggregateResult(
            min, scores[^1], PortableMath.Exp(logs), sum / n, logs, PortableMath.Exp(logs / n), odds / n, max, fall);
    }

    /// <summary>
    /// The chance that something of this chance happens at least once in n independent tries: 1 - (1 - q)^n. A detector that
    /// wrongly flags a right step with chance q flags a right solution of n steps, under min, with this one; and it is how often
    /// one of n rollouts repairs a wrong step (<c>RolloutLabels</c>). Derived.
    /// </summary>
    /// <param name="chance">q, 0 to 1.</param>
    /// <param name="tries">n, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">q outside [0, 1], n below 0.</exception>
    public static double AtLeastOnce(double chance, int tries)
    {
        Require.Unit(chance);
        ArgumentOutOfRangeException.ThrowIfNegative(tries);
        return tries == 0 ? 0 : 1 - PortableMath.Pow(1 - chance, tries);
    }
}
