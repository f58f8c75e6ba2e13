namespace Innate.Compute;

/// <summary>The standard normal distribution in float64, the same on every machine.</summary>
internal static class NormalDistribution
{
    private const double InverseSqrtTwoPi = 0.39894228040143267794;

    // Beyond it the series loses its last digits to cancellation, and the fraction is quick.
    private const double SeriesLimit = 4;

    /// <summary>
    /// Phi(x): the chance of a value up to x, within 1e-15.
    /// <code>
    /// |x| up to 4: 1/2 + phi(x) (x + x^3/3 + x^5/(3 5) + x^7/(3 5 7) + ...)
    /// beyond:      1 - Phi(x) = phi(x) / (x + 1/(x + 2/(x + 3/(x + ...))))
    /// </code>
    /// </summary>
    /// <param name="x">Any number.</param>
    public static double Cumulative(double x)
    {
        if (double.IsNaN(x)) return x;
        double magnitude = Math.Abs(x), density = InverseSqrtTwoPi * PortableMath.Exp(-0.5 * x * x);
        if (magnitude <= SeriesLimit)
        {
            double sum = x, term = x;
            for (int odd = 3; Math.Abs(term) > 1e-18; odd += 2)
            {
                term *= x * x / odd;
                sum += term;
            }

            return 0.5 + (density * sum);
        }

        // From the innermost term outwards: at |x| above 4, sixty of them leave nothing that a double could hold.
        double tail = magnitude;
        for (int k = 60; k >= 1; k--) tail = magnitude + (k / tail);
        double beyond = density / tail;
        return x > 0 ? 1 - beyond : beyond;
    }
}
