using Innate.Reinforcement;
using Innate.Reinforcement.Advantages;

namespace Innate.Theory.Laws;

/// <summary>
/// A reward that is a coin (spurious rewards, arXiv 2506.10947; confirmed by the authors' code, the laws derived): 1 with some
/// rate, else 0, whatever the response is.
/// <code>
/// P(no signal) = rate^G + (1 - rate)^G       all G rewards of a group are equal
/// Var R        = rate (1 - rate)
/// E A_i        = 0
/// </code>
/// Every claim that a reward improves something is to be read beside a run with this one.
/// </summary>
internal static class RandomReward
{
    /// <summary>The largest group whose outcomes are all gone through.</summary>
    public const int MaxEnumerated = 20;

    /// <summary>The probability that a group teaches nothing.</summary>
    /// <param name="rate">The probability of a 1, from 0 to 1.</param>
    /// <param name="groupSize">G, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static double ProbabilityOfNoSignal(double rate, int groupSize)
    {
        Require.Unit(rate);
        ArgumentOutOfRangeException.ThrowIfLessThan(groupSize, 1);
        return groupSize == 1 ? 1 : Power(rate, groupSize) + Power(1 - rate, groupSize);
    }

    /// <summary>The variance of one reward.</summary>
    /// <param name="rate">The probability of a 1, from 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is out of range.</exception>
    public static double Variance(double rate)
    {
        Require.Unit(rate);
        return rate * (1 - rate);
    }

    /// <summary>
    /// The expected advantage of each response, by going through all 2^G outcomes; 0 but for rounding, for <see
    /// cref="GroupNormalizedAdvantage"/> as for any that treats responses alike and adds up to 0.
    /// </summary>
    /// <param name="rate">The probability of a 1, from 0 to 1.</param>
    /// <param name="groupSize">G, 1 to <see cref="MaxEnumerated"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static double[] ExpectedAdvantages(double rate, int groupSize)
    {
        Require.Unit(rate);
        ArgumentOutOfRangeException.ThrowIfLessThan(groupSize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(groupSize, MaxEnumerated);
        double[] expected = new double[groupSize], rewards = new double[groupSize];
        for (int outcome = 0; outcome < 1 << groupSize; outcome++)
        {
            double probability = 1;
            for (int i = 0; i < groupSize; i++)
            {
                rewards[i] = (outcome >> i) & 1;
                probability *= rewards[i] == 1 ? rate : 1 - rate;
            }

            double[] advantages = GroupNormalizedAdvantage.Compute(rewards);
            for (int i = 0; i < groupSize; i++) expected[i] += probability * advantages[i];
        }

        return expected;
    }

    // By products: the same on every machine, and of 0 and 1 exact.
    private static double Power(double x, int n)
    {
        double power = 1;
        for (int i = 0; i < n; i++) power *= x;
        return power;
    }
}
