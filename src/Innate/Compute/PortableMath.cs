namespace Innate.Compute;

/// <summary>
/// exp, log, sin and cos in float64 from additions, products and fused multiply-adds alone. The runtime's own come from each
/// platform's C library and differ in the last bit; a score should not.
/// </summary>
internal static class PortableMath
{
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;

    // Pi/2 in three parts of 33, 33 and 53 bits: exact products for |n| < 2^20, that is arguments up to 1.6 million.
    private const double HalfPi1 = 1.57079632673412561417e+00;
    private const double HalfPi2 = 6.07710050630396597660e-11;
    private const double HalfPi3 = 2.02226624879595063154e-21;

    /// <summary>e^x, within two units in the last place.</summary>
    public static double Exp(double x)
    {
        if (double.IsNaN(x)) return x;
        if (x > 709.7) return double.PositiveInfinity;
        if (x < -708) return 0;
        double n = Math.Round(x * 1.4426950408889634);
        double r = Math.FusedMultiplyAdd(n, -Ln2Low, Math.FusedMultiplyAdd(n, -Ln2High, x));
        // The Taylor series on |r| <= ln(2)/2: the term of r^14 is below 1e-17.
        double p = 1.0 / 6227020800;
        p = Math.FusedMultiplyAdd(p, r, 1.0 / 479001600);
        p = Math.FusedMultiplyAdd(p, r, 1.0 / 39916800);
        p = Math.FusedMultiplyAdd(p, r, 1.0 / 3628800);
        p = Math.FusedMultiplyAdd(p, r, 1.0 / 362880);
        p = Math.FusedMultiplyAdd(p, r, 1.0 / 40320);
        p = Math.FusedMultiplyAdd(p, r, 1.0 / 5040);
        p = Math.FusedMultiplyAdd(p, r, 1.0 / 720);
        p = Math.FusedMultiplyAdd(p, r, 1.0 / 120);
        p = Math.FusedMultiplyAdd(p, r, 1.0 / 24);
        p = Math.FusedMultiplyAdd(p, r, 1.0 / 6);
        p = Math.FusedMultiplyAdd(p, r, 0.5);
        p = Math.FusedMultiplyAdd(p, r * r, r) + 1;
        return p * BitConverter.Int64BitsToDouble(((long)n + 1023) << 52);
    }

    /// <summary>ln x for positive finite x, within two units in the last place.</summary>
    public static double Log(double x)
    {
        if (!(x > 0) || double.IsInfinity(x)) return x == 0 ? double.NegativeInfinity : x > 0 ? x : double.NaN;
        int shift = 0;
        if (x < 2.2250738585072014e-308)
        {
            x *= 18014398509481984; // 2^54 lifts a subnormal
            shift = -54;
        }

        long bits = BitConverter.DoubleToInt64Bits(x);
        int exponent = (int)(bits >> 52) - 1023;
        double m = BitConverter.Int64BitsToDouble((bits & 0xfffffffffffff) | 0x3ff0000000000000);
        if (m > 1.4142135623730951)
        {
            m *= 0.5;
            exponent++;
        }

        exponent += shift;
        // ln m = 2 atanh(s), s = (m-1)/(m+1), |s| <= 0.1716: the term of s^23 is below 1e-18.
        double f = m - 1;
        double s = f / (2 + f);
        double z = s * s;
        double p = 2.0 / 21;
        for (int odd = 19; odd >= 3; odd -= 2) p = Math.FusedMultiplyAdd(p, z, 2.0 / odd);
        double tail = Math.FusedMultiplyAdd(exponent, Ln2Low, s * z * p);
        return Math.FusedMultiplyAdd(exponent, Ln2High, (2 * s) + tail);
    }

    /// <summary>sin x and cos x for |x| up to a million, within 1e-15.</summary>
    public static (double Sin, double Cos) SinCos(double x)
    {
        double n = Math.Round(x * 0.63661977236758134);
        double r = Math.FusedMultiplyAdd(n, -HalfPi1, x);
        r = Math.FusedMultiplyAdd(n, -HalfPi2, r);
        r = Math.FusedMultiplyAdd(n, -HalfPi3, r);
        double z = r * r;
        double s = -1.0 / 1307674368000;
        s = Math.FusedMultiplyAdd(s, z, 1.0 / 6227020800);
        s = Math.FusedMultiplyAdd(s, z, -1.0 / 39916800);
        s = Math.FusedMultiplyAdd(s, z, 1.0 / 362880);
        s = Math.FusedMultiplyAdd(s, z, -1.0 / 5040);
        s = Math.FusedMultiplyAdd(s, z, 1.0 / 120);
        s = Math.FusedMultiplyAdd(s, z, -1.0 / 6);
        double sin = Math.FusedMultiplyAdd(s * z, r, r);
        double c = 1.0 / 20922789888000;
        c = Math.FusedMultiplyAdd(c, z, -1.0 / 87178291200);
        c = Math.FusedMultiplyAdd(c, z, 1.0 / 479001600);
        c = Math.FusedMultiplyAdd(c, z, -1.0 / 3628800);
        c = Math.FusedMultiplyAdd(c, z, 1.0 / 40320);
        c = Math.FusedMultiplyAdd(c, z, -1.0 / 720);
        c = Math.FusedMultiplyAdd(c, z, 1.0 / 24);
        c = Math.FusedMultiplyAdd(c, z, -0.5);
        double cos = Math.FusedMultiplyAdd(c, z, 1);
        return ((long)n & 3) switch
        {
            0 => (sin, cos),
            1 => (cos, -sin),
            2 => (-sin, -cos),
            _ => (-cos, sin),
        };
    }

    /// <summary>x^y for positive x.</summary>
    public static double Pow(double x, double y) => Exp(y * Log(x));
}
