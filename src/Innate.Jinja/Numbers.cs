using System.Buffers;
using System.Globalization;
using System.Numerics;

namespace Innate.Jinja;

/// <summary>
/// Python's arithmetic: integers of any size (up to <see cref="Limits.IntegerBits"/>), floats, and bools that count as 0 and
/// 1.
/// </summary>
internal static class Numbers
{
    private const string AllDigits = "0123456789abcdefghijklmnopqrstuvwxyz";

    private static readonly SearchValues<char> DecimalDigits = SearchValues.Create("0123456789");

    private static readonly SearchValues<char>[] OtherDigits = [.. Enumerable.Range(0, 37).Select(radix =>
        SearchValues.Create(AllDigits[..radix] + AllDigits[..radix].ToUpperInvariant()))];

    /// <summary>A bool as its integer; everything else as it is.</summary>
    public static object? Plain(object? value) => value is bool b ? b ? 1L : 0L : value;

    public static bool IsNumber(object? value) => value is long or double or BigInteger or bool;

    public static bool TryDouble(object? value, out double number)
    {
        number = value switch { long n => n, double d => d, bool b => b ? 1 : 0, BigInteger n => (double)n, _ => double.NaN };
        return IsNumber(value);
    }

    public static BigInteger Big(object? value) => value switch { long n => n, bool b => b ? 1 : 0, _ => (BigInteger)value! };

    /// <summary>
    /// The smallest form of an integer, or an error where it is beyond the limit. Without context nothing is paid.
    /// </summary>
    public static object Fit(RenderContext? context, BigInteger n)
    {
        if (n >= long.MinValue && n <= long.MaxValue) return (long)n;
        long bits = n.GetBitLength();
        if (bits > Limits.IntegerBits) throw TooLarge();
        context?.Spend(1 + bits / 256);
        return n;
    }

    /// <summary>left op right for two numbers; null where one of them is none.</summary>
    public static object? Apply(RenderContext context, string op, object? left, object? right)
    {
        if (!IsNumber(left) || !IsNumber(right)) return null;
        left = Plain(left);
        right = Plain(right);
        if (left is double || right is double || op == "/") return Floats(op, left, right);
        if (left is long a && right is long b && Longs(op, a, b) is { } quick) return quick;
        return Integers(context, op, Big(left), Big(right));
    }

    private static long? Longs(string op, long a, long b)
    {
        long result;
        switch (op)
        {
            case "+":
                result = unchecked(a + b);
                return ((a ^ result) & (b ^ result)) < 0 ? null : result;
            case "-":
                result = unchecked(a - b);
                return ((a ^ b) & (a ^ result)) < 0 ? null : result;
            case "*":
                long high = Math.BigMul(a, b, out result);
                return high == result >> 63 ? result : null;
            case "//" when b is not (0 or -1):
                result = a / b;
                return (a % b != 0) && ((a < 0) != (b < 0)) ? result - 1 : result;
            case "%" when b is not (0 or -1):
                result = a % b;
                return result != 0 && ((result < 0) != (b < 0)) ? result + b : result;
            default: return null;
        }
    }

    private static object Integers(RenderContext context, string op, BigInteger a, BigInteger b)
    {
        long wordsOfA = a.GetBitLength() / 32 + 1, wordsOfB = b.GetBitLength() / 32 + 1;
        context.Spend(20 + (op is "+" or "-" ? (wordsOfA + wordsOfB) / 8 : wordsOfA * wordsOfB / 64));
        switch (op)
        {
            case "+": return Fit(context, a + b);
            case "-": return Fit(context, a - b);
            case "*": return Fit(context, a * b);
            case "**": return Power(context, a, b);
        }

        if (b.IsZero) throw new TemplateFault("division by zero");
        BigInteger quotient = BigInteger.DivRem(a, b, out BigInteger rest);
        if (!rest.IsZero && (rest.Sign < 0) != (b.Sign < 0))
        {
            quotient -= 1;
            rest += b;
        }

        return Fit(context, op == "//" ? quotient : rest);
    }

    private static object Power(RenderContext context, BigInteger a, BigInteger b)
    {
        if (b.Sign < 0) return Floats("**", (double)a, (double)b);
        if (a.IsZero || a.IsOne || b.IsZero) return b.IsZero ? 1L : Fit(context, a);
        if (a == BigInteger.MinusOne) return b.IsEven ? 1L : -1L;
        double bits = (BigInteger.Abs(a).GetBitLength() - 1) * (double)b;
        if (bits > Limits.IntegerBits) throw TooLarge();
        context.Spend((long)(bits * bits / 65536));
        return Fit(context, BigInteger.Pow(a, (int)b));
    }

    private static double Floats(string op, object? left, object? right)
    {
        TryDouble(left, out double a);
        TryDouble(right, out double b);
        switch (op)
        {
            case "+": return a + b;
            case "-": return a - b;
            case "*": return a * b;
            case "**":
                if (a == 0 && b < 0) throw new TemplateFault("0.0 cannot be raised to a negative power");
                if (a < 0 && b != Math.Floor(b))
                {
                    throw new TemplateFault("a negative number cannot be raised to a fractional power");
                }

                double power = Math.Pow(a, b);
                if (double.IsInfinity(power) && double.IsFinite(a) && double.IsFinite(b))
                {
                    throw new TemplateFault("the result of ** is too large");
                }

                return power;
        }

        if (b == 0) throw new TemplateFault("division by zero");
        if (op == "/") return a / b;
        double rest = a % b;
        if (rest != 0 && (rest < 0) != (b < 0)) rest += b;
        else if (rest == 0) rest = Math.CopySign(0, b);
        if (op == "%") return rest;
        double quotient = (a - rest) / b;
        return quotient == 0 ? Math.CopySign(0, a / b) : Math.Round(quotient);
    }

    public static object? Negate(RenderContext context, object? value) => Plain(value) switch
    {
        long n when n != long.MinValue => -n,
        long n => Fit(context, -(BigInteger)n),
        BigInteger n => Fit(context, -n),
        double d => -d,
        _ => null,
    };

    /// <summary>Order of two numbers; null where one is not a number (a NaN included: it compares false with all).</summary>
    public static int? Compare(object? left, object? right)
    {
        if (left is long a && right is long b) return a.CompareTo(b);
        if (!TryDouble(left, out double x) || !TryDouble(right, out double y)) return null;
        if (left is not double && right is not double) return Big(left).CompareTo(Big(right));
        if (double.IsNaN(x) || double.IsNaN(y)) return null;
        // An integer beyond 2^53 loses digits as a double: compare it exactly with the float's own integer part.
        if (left is double && right is double || double.IsInfinity(x) || double.IsInfinity(y)) return x.CompareTo(y);
        if (left is double) return -Compare(right, left);
        int whole = Big(left).CompareTo(new BigInteger(Math.Floor(y)));
        return whole != 0 ? whole : y > Math.Floor(y) ? -1 : 0;
    }

    /// <summary>Python's repr of a float: the shortest digits that read back the same, 1.0, 1e-05, 1e+16.</summary>
    public static string Repr(RenderContext? context, double d)
    {
        context?.Spend(5);
        if (double.IsNaN(d)) return "nan";
        if (double.IsInfinity(d)) return d > 0 ? "inf" : "-inf";
        if (d == 0) return double.IsNegative(d) ? "-0.0" : "0.0";
        string exact = d.ToString("R", CultureInfo.InvariantCulture);
        string sign = d < 0 ? "-" : "";
        // "R" gives the digits, in one of two notations; the exponent decides between them as Python does.
        int e = exact.IndexOf('E', StringComparison.Ordinal);
        string mantissa = (e < 0 ? exact : exact[..e]).TrimStart('-');
        int point = mantissa.IndexOf('.', StringComparison.Ordinal);
        int exponent = (point < 0 ? mantissa.Length : point) - 1
            + (e < 0 ? 0 : int.Parse(exact.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));
        string digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        int zeros = digits.Length - digits.TrimStart('0').Length;
        digits = digits[zeros..].TrimEnd('0');
        exponent -= zeros;
        if (exponent is < -4 or >= 16)
        {
            string fraction = digits.Length > 1 ? "." + digits[1..] : "";
            return string.Create(
                CultureInfo.InvariantCulture, $"{sign}{digits[0]}{fraction}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
        }

        if (exponent < 0) return sign + "0." + new string('0', -exponent - 1) + digits;
        if (digits.Length <= exponent + 1) return sign + digits.PadRight(exponent + 1, '0') + ".0";
        return sign + digits[..(exponent + 1)] + "." + digits[(exponent + 1)..];
    }

    /// <summary>
    /// The value times 10^digits as the nearest integer, ties to even, computed exactly as Python's round does.
    /// </summary>
    public static BigInteger Scale(double value, int digits)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)((bits >> 52) & 0x7FF);
        BigInteger mantissa = bits & 0xFFFFFFFFFFFFF;
        if (exponent == 0) exponent++;
        else mantissa += 1L << 52;
        exponent -= 1075;
        BigInteger numerator = mantissa * BigInteger.Pow(10, Math.Max(digits, 0)) << Math.Max(exponent, 0);
        BigInteger denominator = BigInteger.Pow(10, Math.Max(-digits, 0)) << Math.Max(-exponent, 0);
        BigInteger n = RoundedQuotient(numerator, denominator);
        return bits < 0 ? -n : n;
    }

    /// <summary>numerator / denominator (both positive or zero) to the nearest integer, ties to even.</summary>
    public static BigInteger RoundedQuotient(BigInteger numerator, BigInteger denominator)
    {
        BigInteger n = BigInteger.DivRem(numerator, denominator, out BigInteger rest);
        int side = (rest * 2).CompareTo(denominator);
        return side > 0 || (side == 0 && !n.IsEven) ? n + 1 : n;
    }

    /// <summary>Python's int(text, base): signs, underscores between digits, surrounding spaces; null where it is none.</summary>
    public static object? ParseInteger(RenderContext? context, string text, int radix = 10)
    {
        string s = CodePoints.TrimEnd(CodePoints.TrimStart(text));
        bool negative = s.StartsWith('-');
        if (negative || s.StartsWith('+')) s = s[1..];
        if (s.Length > 1 && s[0] == '0' && PrefixRadix(s[1]) is var prefix && prefix > 0 && radix == prefix)
        {
            s = s[2..].TrimStart('_');
        }

        if (s.Length == 0 || s[0] == '_' || s[^1] == '_' || s.Contains("__", StringComparison.Ordinal)) return null;
        s = s.Replace("_", "", StringComparison.Ordinal);
        // A text that is no number is none however long it is.
        if (s.AsSpan().ContainsAnyExcept(DigitsOf(radix))) return null;
        if (s.Length > Limits.IntegerDigits && (!BitOperations.IsPow2(radix) || s.Length > Limits.IntegerBits)) throw TooLarge();
        if (radix == 10 && s.Length < 19)
        {
            long quick = long.Parse(s, CultureInfo.InvariantCulture);
            return negative ? -quick : quick;
        }

        context?.Spend(s.Length / 4 * (radix == 10 ? 1 : 8));
        BigInteger n = radix == 10 ? BigInteger.Parse(s, NumberStyles.None, CultureInfo.InvariantCulture) : Joined(s, radix);
        return Fit(context, negative ? -n : n);
    }

    private static SearchValues<char> DigitsOf(int radix) => radix == 10 ? DecimalDigits : OtherDigits[radix];

    /// <summary>The number that digits of any base write, several digits at a time.</summary>
    private static BigInteger Joined(string digits, int radix)
    {
        const int together = 11; // 36^11 is still a long.
        BigInteger n = 0;
        for (int i = 0; i < digits.Length; i += together)
        {
            long part = 0, unit = 1;
            foreach (char c in digits.AsSpan(i, Math.Min(together, digits.Length - i)))
            {
                part = part * radix + (char.IsAsciiDigit(c) ? c - '0' : (c | 32) - 'a' + 10);
                unit *= radix;
            }

            n = n * unit + part;
        }

        return n;
    }

    public static int PrefixRadix(char c) => char.ToLowerInvariant(c) switch { 'x' => 16, 'o' => 8, 'b' => 2, _ => 0 };

    public static double? ParseFloat(string text)
    {
        string s = CodePoints.TrimEnd(CodePoints.TrimStart(text));
        string bare = s.TrimStart('+', '-');
        if (s.Length - bare.Length <= 1 && bare.ToLowerInvariant() is "inf" or "infinity" or "nan")
        {
            double d = (bare[0] | 32) == 'n' ? double.NaN : double.PositiveInfinity;
            return s[0] == '-' ? -d : d;
        }

        if (s.Contains("__", StringComparison.Ordinal) || s.StartsWith('_') || s.EndsWith('_')) return null;
        s = s.Replace("_", "", StringComparison.Ordinal);
        const NumberStyles style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return double.TryParse(s, style, CultureInfo.InvariantCulture, out double value) ? value : null;
    }

    public static TemplateFault TooLarge() => new(FormattableString.Invariant(
        $"an integer is larger than the limit of {Limits.IntegerDigits:N0} digits"));
}
