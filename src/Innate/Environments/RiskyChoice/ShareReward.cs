namespace Innate.Environments.RiskyChoice;

/// <summary>
/// Rewards for a stated share of people who choose something. The square is proper: nothing pays more, in the mean, than to say
/// what one believes. The absolute difference is not: against single choices it pays to say 0 or 1.
/// </summary>
internal static class ShareReward
{
    /// <summary>-(stated - observed)^2: Brier's score (1950), less is worse.</summary>
    public static double Squared(double stated, double observed) => -(stated - observed) * (stated - observed);

    /// <summary>1 - |stated - observed|.</summary>
    public static double Absolute(double stated, double observed) => 1 - Math.Abs(stated - observed);

    /// <summary>The mean of 1 - (stated - choice)^2 over single choices, 1 with the chance <paramref name="truth"/>.</summary>
    public static double ExpectedSquared(double stated, double truth) =>
        (truth * (1 + Squared(stated, 1))) + ((1 - truth) * (1 + Squared(stated, 0)));

    /// <summary>The mean of 1 - |stated - choice| over single choices.</summary>
    public static double ExpectedAbsolute(double stated, double truth) =>
        (truth * Absolute(stated, 1)) + ((1 - truth) * Absolute(stated, 0));
}
