namespace Innate.Environments.RiskyChoice;

/// <summary>What may come, and how likely each is.</summary>
/// <param name="Outcomes">Amounts and chances, which add up to 1.</param>
internal sealed record Lottery(IReadOnlyList<(double Amount, double Chance)> Outcomes)
{
    /// <summary>The mean amount.</summary>
    public double ExpectedValue => Outcomes.Sum(o => o.Amount * o.Chance);
}

/// <summary>A choice between two lotteries.</summary>
/// <param name="A">The first.</param>
/// <param name="B">The second.</param>
internal sealed record RiskyProblem(Lottery A, Lottery B)
{
    /// <summary>
    /// Problem 3 of Kahneman and Tversky (1979), in thousands: 4 with a chance of 0.8, or 3 for sure; most people take the
    /// second, whose mean is lower.
    /// </summary>
    public static RiskyProblem Certainty { get; } =
        new(new Lottery([(4, 0.8), (0, 1 - 0.8)]), new Lottery([(3, 1)]));
}
