using Innate.Compute;

namespace Innate.Theory;

/// <summary>
/// What the endogenous reward is worth where the expert errs, counted out for a perfect imitation: the theory assumes an optimal
/// expert. The right answer has 1 - e of the expert's answers; the rest is spread evenly over m wrong ones, or all on one.
/// At gamma = 1 the reward orders answers as the imitation's likelihood does.
/// <code>
/// the reward prefers the right answer to a wrong one of the expert's  while e is below m / (m + 1)
/// RL held to the imitation by lambda ends at the power k = 1 + 1 / lambda of it (alpha = 1):
/// right = (1 - e)^k / ((1 - e)^k + m (e / m)^k)
/// </code>
/// Derived here; the sharpening is <see cref="Checks.PowerLawCheck"/>'s.
/// </summary>
internal static class FlawedExpert
{
    /// <summary>
    /// The share of pairs, the right answer and a wrong one of the expert's, that the reward orders rightly: 1, one half in a
    /// tie, or 0.
    /// </summary>
    /// <param name="errorRate">e, 0 to 1.</param>
    /// <param name="wrongAnswers">m, 1 or more: 1 is a systematic error.</param>
    public static double RewardAccuracy(double errorRate, int wrongAnswers)
    {
        Check(errorRate, wrongAnswers);
        double right = 1 - errorRate, wrong = errorRate / wrongAnswers;
        return right > wrong ? 1 : right < wrong ? 0 : 0.5;
    }

    /// <summary>The share of right answers after RL with the reward; k = 1 before it.</summary>
    /// <param name="errorRate">e, 0 to 1.</param>
    /// <param name="wrongAnswers">m, 1 or more.</param>
    /// <param name="power">k = 1 + 1 / lambda, 1 or more.</param>
    public static double Accuracy(double errorRate, int wrongAnswers, double power)
    {
        Check(errorRate, wrongAnswers);
        ArgumentOutOfRangeException.ThrowIfLessThan(power, 1);
        if (errorRate is 0 or 1) return 1 - errorRate;

        // By the logarithm of the odds: powers of 101 leave no digits else.
        double odds = (power * (PortableMath.Log(1 - errorRate) - PortableMath.Log(errorRate / wrongAnswers)))
            - PortableMath.Log(wrongAnswers);
        return odds > 0 ? 1 / (1 + PortableMath.Exp(-odds)) : PortableMath.Exp(odds) / (1 + PortableMath.Exp(odds));
    }

    /// <summary>
    /// The error rate from which on the reward prefers wrong answers: m / (m + 1), one half for a systematic error.
    /// </summary>
    /// <param name="wrongAnswers">m, 1 or more.</param>
    public static double BreaksAt(int wrongAnswers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(wrongAnswers, 1);
        return wrongAnswers / (wrongAnswers + 1.0);
    }

    private static void Check(double errorRate, int wrongAnswers)
    {
        Require.Unit(errorRate, "error rate");
        ArgumentOutOfRangeException.ThrowIfLessThan(wrongAnswers, 1);
    }
}
