using Innate.Compute;

namespace Innate.Learning.Objectives;

/// <summary>The logistic function, stable for arguments of any size and the same on every machine.</summary>
internal static class Sigmoid
{
    /// <summary>1 / (1 + e^-x).</summary>
    public static double Of(double x)
    {
        double e = PortableMath.Exp(-Math.Abs(x));
        return (x >= 0 ? 1 : e) / (1 + e);
    }

    /// <summary>ln(1 / (1 + e^-x)) = min(x, 0) - ln(1 + e^-|x|): nothing overflows.</summary>
    public static double Log(double x)
    {
        double e = PortableMath.Exp(-Math.Abs(x)), u = 1 + e;

        // ln(1 + e) where 1 + e has lost digits of e (Kahan).
        return Math.Min(x, 0) - (u == 1 ? e : PortableMath.Log(u) * (e / (u - 1)));
    }

    /// <summary>
    /// The loss of a preference by how far the preferred one leads, h, where a share eps of labels is taken for wrong:
    /// <c>-(1 - eps) ln sigma(h) - eps ln sigma(-h)</c>, and its slope by h.
    /// </summary>
    /// <param name="h">The lead.</param>
    /// <param name="eps">0 to less than one half.</param>
    /// <exception cref="ArgumentOutOfRangeException">eps is out of range.</exception>
    public static (double Loss, double Slope) PreferenceLoss(double h, double eps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(eps);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(eps, 0.5);
        return ((-(1 - eps) * Log(h)) - (eps * Log(-h)), (eps * Of(h)) - ((1 - eps) * Of(-h)));
    }
}
