using System.Globalization;
using System.Numerics;

namespace Innate.Scoring.Grading;

/// <summary>A fraction of whole numbers of any size, in lowest terms, its denominator above 0.</summary>
internal readonly record struct ExactNumber(BigInteger Numerator, BigInteger Denominator)
{
    // Beyond these nobody writes an answer; they bound the work on a hostile text.
    private const int MaxDigits = 400;
    private const int MaxExponent = 400;
    private const int MaxBits = 4096;

    public static ExactNumber Zero => new(0, 1);

    public static ExactNumber One => new(1, 1);

    public bool IsZero => Numerator.IsZero;

    public bool IsOne => Numerator.IsOne && Denominator.IsOne;

    public bool IsInteger => Denominator.IsOne;

    public int Sign => Numerator.Sign;

    /// <summary>Whether it is small enough to be reckoned with.</summary>
    public bool IsInBounds => Numerator.GetBitLength() <= MaxBits && Denominator.GetBitLength() <= MaxBits;

    public static ExactNumber Of(BigInteger numerator, BigInteger denominator)
    {
        BigInteger divisor = BigInteger.GreatestCommonDivisor(numerator, denominator);
        return denominator.Sign < 0
            ? new ExactNumber(-numerator / divisor, -denominator / divisor)
            : new ExactNumber(numerator / divisor, denominator / divisor);
    }

    /// <summary>A decimal without a sign: 12, 3.50, .5, 6e-3. Null where the text is none, or too long.</summary>
    public static ExactNumber? Read(ReadOnlySpan<char> text)
    {
        int power = text.IndexOfAny('e', 'E');
        int exponent = 0;
        if (power >= 0)
        {
            if (text.Length - power > 5
                || !int.TryParse(text[(power + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent)
                || Math.Abs(exponent) > MaxExponent)
            {
                return null;
            }

            text = text[..power];
        }

        int point = text.IndexOf('.');
        string digits = point < 0 ? text.ToString() : $"{text[..point]}{text[(point + 1)..]}";
        if (digits.Length is 0 or > MaxDigits || digits.AsSpan().ContainsAnyExceptInRange('0', '9')) return null;
        exponent -= point < 0 ? 0 : text.Length - point - 1;
        BigInteger value = BigInteger.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        return exponent < 0 ? Of(value, BigInteger.Pow(10, -exponent)) : new ExactNumber(value * BigInteger.Pow(10, exponent), 1);
    }

    public static ExactNumber operator +(ExactNumber a, ExactNumber b) =>
        Of((a.Numerator * b.Denominator) + (b.Numerator * a.Denominator), a.Denominator * b.Denominator);

    public static ExactNumber operator *(ExactNumber a, ExactNumber b) =>
        Of(a.Numerator * b.Numerator, a.Denominator * b.Denominator);

    public static ExactNumber operator -(ExactNumber a) => a with { Numerator = -a.Numerator };

    /// <summary>1 over it; it is not 0.</summary>
    public ExactNumber Inverse() => Of(Denominator, Numerator);

    /// <summary>A whole power of it; null where it would be 1/0 or too large.</summary>
    public ExactNumber? Power(BigInteger exponent)
    {
        if (IsZero) return exponent.Sign > 0 ? Zero : null;
        if (BigInteger.Abs(Numerator).IsOne && Denominator.IsOne) return Numerator.Sign > 0 || exponent.IsEven ? One : -One;
        long bits = Math.Max(Numerator.GetBitLength(), Denominator.GetBitLength());
        if (BigInteger.Abs(exponent) * bits > MaxBits) return null;
        int n = (int)BigInteger.Abs(exponent);
        BigInteger up = BigInteger.Pow(Numerator, n), down = BigInteger.Pow(Denominator, n);
        return exponent.Sign < 0 ? Of(down, up) : new ExactNumber(up, down);
    }

    public override string ToString() => Denominator.IsOne ? $"{Numerator}" : $"{Numerator}/{Denominator}";
}
