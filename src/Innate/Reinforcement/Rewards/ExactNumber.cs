using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace Innate.Reinforcement.Rewards;

/// <summary>
/// A fraction of whole numbers of any size, in lowest terms, read from the ways in which people write numbers: 1,000.5, .5, 3/4,
/// 1 1/2, \frac{3}{4}, \frac34, 1\frac12, 6e-3, 2.5 \times 10^{3}, 2^{10}.
/// </summary>
internal readonly partial record struct ExactNumber(BigInteger Numerator, BigInteger Denominator)
{
    // Beyond these nobody writes an answer; they bound the work on a hostile text.
    private const int MaxLength = 200;
    private const int MaxExponent = 300;

    public static ExactNumber Of(BigInteger numerator, BigInteger denominator)
    {
        BigInteger divisor = BigInteger.GreatestCommonDivisor(numerator, denominator);
        return denominator.Sign < 0
            ? new ExactNumber(-numerator / divisor, -denominator / divisor)
            : new ExactNumber(numerator / divisor, denominator / divisor);
    }

    /// <summary>Null where the text is no number, or divides by 0.</summary>
    public static ExactNumber? Read(string text)
    {
        text = text.Trim();
        if (text.Length is 0 or > MaxLength) return null;
        if (text[0] is '+' or '-')
        {
            ExactNumber? unsigned = Unsigned(text[1..].TrimStart());
            return text[0] == '-' && unsigned is ExactNumber n ? n with { Numerator = -n.Numerator } : unsigned;
        }

        return Unsigned(text);
    }

    public ExactNumber Times(ExactNumber other) => Of(Numerator * other.Numerator, Denominator * other.Denominator);

    public override string ToString() => Denominator.IsOne ? $"{Numerator}" : $"{Numerator}/{Denominator}";

    private static ExactNumber? Unsigned(string text)
    {
        if (Decimal(text) is ExactNumber plain) return plain;
        if (Fraction().Match(text) is { Success: true } f)
        {
            string whole = f.Groups["whole"].Value;
            ExactNumber? part = Divide(Read(Operand(f, "a")), Read(Operand(f, "b")));
            if (whole.Length == 0 || part is not ExactNumber p) return part;

            // 1\frac12 is one and a half; 1\frac{-1}{2} is nothing that people write.
            if (p.Numerator.Sign < 0) return null;
            BigInteger ones = BigInteger.Parse(whole, CultureInfo.InvariantCulture);
            return Of((ones * p.Denominator) + p.Numerator, p.Denominator);
        }

        if (Power().Match(text) is not { Success: true } power) return null;
        int exponent = int.Parse(power.Groups["e"].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        ExactNumber? @base = Decimal(power.Groups["base"].Value);
        if (Math.Abs(exponent) > MaxExponent || @base is not ExactNumber b || (b.Numerator.IsZero && exponent <= 0)) return null;
        BigInteger up = BigInteger.Pow(b.Numerator, Math.Abs(exponent)), down = BigInteger.Pow(b.Denominator, Math.Abs(exponent));
        ExactNumber raised = exponent < 0 ? Of(down, up) : Of(up, down);
        return power.Groups["factor"].Length == 0 ? raised : Decimal(power.Groups["factor"].Value)?.Times(raised);
    }

    private static ExactNumber? Decimal(string text)
    {
        if (Digits().Match(text) is not { Success: true } m) return null;
        string whole = m.Groups["whole"].Value.Replace(",", "", StringComparison.Ordinal), rest = m.Groups["rest"].Value;
        if (whole.Length + rest.Length == 0) return null;
        BigInteger numerator = BigInteger.Parse(whole + rest, CultureInfo.InvariantCulture);
        ExactNumber value = Of(numerator, BigInteger.Pow(10, rest.Length));
        if (m.Groups["e"].Length == 0) return value;
        int exponent = int.Parse(m.Groups["e"].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        BigInteger scale = BigInteger.Pow(10, Math.Abs(exponent));
        return value.Times(exponent < 0 ? new(1, scale) : new(scale, 1));
    }

    private static ExactNumber? Divide(ExactNumber? a, ExactNumber? b) =>
        a is ExactNumber x && b is ExactNumber y && !y.Numerator.IsZero
            ? Of(x.Numerator * y.Denominator, x.Denominator * y.Numerator)
            : null;

    private static string Operand(Match f, string name) =>
        f.Groups[name].Length > 0 ? f.Groups[name].Value : f.Groups[name + "Slash"].Value;

    [GeneratedRegex(
        @"^(?<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]*)(?:\.(?<rest>[0-9]*))?(?:(?<=[0-9.])[eE](?<e>[+-]?[0-9]{1,2}))?$")]
    private static partial Regex Digits();

    // \frac{a}{b}, \frac12, a/b; a whole number before it makes it mixed: 1\frac12, 1 1/2.
    [GeneratedRegex(
        @"^(?:(?<whole>[0-9]{1,50})\s*)?\\frac\s*(?:\{(?<a>[^{}]+)\}|(?<a>[0-9]))\s*(?:\{(?<b>[^{}]+)\}|(?<b>[0-9]))$"
        + @"|^(?:(?<whole>[0-9]{1,50})\s+)?\(?(?<aSlash>[0-9.,]+)\)?\s*/\s*\(?(?<bSlash>-?[0-9.,]+)\)?$")]
    private static partial Regex Fraction();

    [GeneratedRegex(
        @"^(?:(?<factor>[0-9.,]+)\s*(?:\\times|\\cdot|\*|x)\s*)?(?<base>[0-9]{1,6})\s*\^\s*"
        + @"(?:\{\s*(?<e>-?[0-9]{1,3})\s*\}|(?<e>[0-9])|\((?<e>-?[0-9]{1,3})\))$")]
    private static partial Regex Power();
}
