using System.Numerics;

namespace Innate.Scoring.Grading;

/// <summary>Fractional powers of positive rational numbers, as products of powers of primes: \sqrt{8} is 2 #2^(1/2).</summary>
internal static class Radical
{
    private const int LargestPrime = 1000;

    /// <summary>A number's power; null where the budget is spent.</summary>
    /// <param name="number">Above 0.</param>
    /// <param name="exponent">Any fraction.</param>
    /// <param name="budget">Bounds the search for primes.</param>
    public static Polynomial? Of(ExactNumber number, ExactNumber exponent, WorkBudget budget)
    {
        List<Factor> factors = [];
        if (!Add(factors, number.Numerator, exponent, budget)
            || !Add(factors, number.Denominator, -exponent, budget)) return null;
        return Monomial.Of(factors) is var (monomial, outside) ? Polynomial.Of(monomial, outside) : null;
    }

    // What is left after the small primes counts as one more: it may be a product of large ones, of which no root is known
    // to be rational but one that is seen here, a square or a cube.
    private static bool Add(List<Factor> factors, BigInteger number, ExactNumber exponent, WorkBudget budget)
    {
        for (int p = 2; p <= LargestPrime && !number.IsOne && (BigInteger)p * p <= number; p++)
        {
            if (!budget.Spend(1)) return false;
            int times = 0;
            while ((number % p).IsZero)
            {
                if (!budget.Spend(1)) return false;
                number /= p;
                times++;
            }

            if (times > 0) factors.Add(new Factor($"#{p}", exponent * new ExactNumber(times, 1)));
        }

        if (number.IsOne) return true;
        (BigInteger root, int power) = WholeRoot(number);
        factors.Add(new Factor($"#{root}", exponent * new ExactNumber(power, 1)));
        return number.GetBitLength() <= 1024 && budget.Spend((int)number.GetBitLength());
    }

    private static (BigInteger Root, int Power) WholeRoot(BigInteger number)
    {
        if (number.GetBitLength() > 1024) return (number, 1);
        foreach (int power in (ReadOnlySpan<int>)[2, 3])
        {
            BigInteger low = 1, high = BigInteger.One << (int)((number.GetBitLength() / power) + 1);
            while (low < high)
            {
                BigInteger middle = (low + high + 1) >> 1;
                if (BigInteger.Pow(middle, power) <= number) low = middle;
                else high = middle - 1;
            }

            if (BigInteger.Pow(low, power) == number) return (low, power);
        }

        return (number, 1);
    }
}
