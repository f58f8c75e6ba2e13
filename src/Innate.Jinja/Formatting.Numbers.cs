using System.Globalization;
using System.Numerics;
using System.Text;

namespace Innate.Jinja;

/// <summary>Numbers as both notations write them, rounded exactly.</summary>
internal static partial class Formatting
{
    /// <summary>A number as d, x, o, b, e, f, g or % asks, with its sign but without padding.</summary>
    private static string NumberText(RenderContext context, Spec spec, object? value)
    {
        string digits;
        bool negative;
        if (spec.Type is 'd' or 'x' or 'X' or 'o' or 'b')
        {
            if (value is double) throw new TemplateFault($"%{spec.Type} format: an integer is required, not float");
            BigInteger n = Numbers.Big(value);
            negative = n.Sign < 0;
            digits = Radix(context, BigInteger.Abs(n), spec);
            if (spec.Precision > digits.Length) digits = digits.PadLeft(spec.Precision, '0');
        }
        else
        {
            Numbers.TryDouble(value, out double d);
            negative = double.IsNegative(d) && !double.IsNaN(d);
            // Exact digits are those of integers that grow with the precision.
            context.Spend(100 + 3L * Math.Max(0, spec.Precision));
            digits = Real(Math.Abs(d), spec);
        }

        if (spec.Grouping != ' ') digits = Group(digits, spec.Grouping);
        return negative ? "-" + digits : spec.Sign == '-' ? digits : spec.Sign + digits;
    }

    private static string Radix(RenderContext context, BigInteger n, Spec spec)
    {
        if (spec.Type == 'd') return Python.ToText(context, n);
        context.Spend(20 + (long)n.GetBitLength() / 8);
        string digits = spec.Type switch
        {
            'b' => n.ToString("b", CultureInfo.InvariantCulture),
            'o' => Octal(n),
            _ => n.ToString("x", CultureInfo.InvariantCulture),
        };
        digits = digits.TrimStart('0');
        if (digits.Length == 0) digits = "0";
        if (spec.Alternate) digits = spec.Type switch { 'b' => "0b", 'o' => "0o", _ => "0x" } + digits;
        return spec.Type == 'X' ? digits.ToUpperInvariant() : digits;
    }

    private static string Octal(BigInteger n)
    {
        string bits = n.ToString("b", CultureInfo.InvariantCulture);
        bits = bits.PadLeft((bits.Length + 2) / 3 * 3, '0');
        return string.Create(
            bits.Length / 3, bits, static (to, from) =>
            {
                for (int i = 0; i < to.Length; i++) to[i] = (char)('0' + Convert.ToInt32(from.Substring(i * 3, 3), 2));
            });
    }

    private static string Real(double d, Spec spec)
    {
        bool upper = char.IsUpper(spec.Type);
        if (!double.IsFinite(d)) return (double.IsNaN(d) ? "nan" : "inf") is var word && upper ? word.ToUpperInvariant() : word;
        int precision = spec.Precision < 0 ? 6 : spec.Precision;
        switch (char.ToLowerInvariant(spec.Type))
        {
            case 'f': return Fixed(d, precision);
            case '%': return Fixed(d * 100, precision) + "%";
            case 'e': return Exponent(d, precision, upper);
        }

        if (precision == 0) precision = 1;
        string scientific = Exponent(d, precision - 1, upper);
        int mark = scientific.LastIndexOfAny(['e', 'E']);
        int exponent = int.Parse(scientific.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        bool scientificWins = exponent < -4 || exponent >= precision;
        string text = scientificWins ? scientific[..mark] : Fixed(d, precision - 1 - exponent);
        if (!spec.Alternate && text.Contains('.')) text = text.TrimEnd('0').TrimEnd('.');
        return scientificWins ? text + scientific[mark..] : text;
    }

    private static string Fixed(double d, int precision)
    {
        string digits = Numbers.Scale(d, precision).ToString(CultureInfo.InvariantCulture).PadLeft(precision + 1, '0');
        return precision == 0 ? digits : digits[..^precision] + "." + digits[^precision..];
    }

    private static string Exponent(double d, int precision, bool upper)
    {
        int exponent = d == 0 ? 0 : (int)Math.Floor(Math.Log10(d));
        string digits = Numbers.Scale(d, precision - exponent).ToString(CultureInfo.InvariantCulture);
        // The logarithm may be off by one, and rounding may carry into a new digit.
        if (digits.Length > precision + 1)
        {
            digits = Numbers.Scale(d, precision - ++exponent).ToString(CultureInfo.InvariantCulture);
        }
        else if (d != 0 && digits.Length < precision + 1)
        {
            digits = Numbers.Scale(d, precision - --exponent).ToString(CultureInfo.InvariantCulture);
        }

        digits = digits.PadRight(precision + 1, '0');
        string fraction = precision == 0 ? "" : "." + digits[1..];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{digits[0]}{fraction}{(upper ? 'E' : 'e')}{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
    }

    private static string Group(string digits, char separator)
    {
        int end = digits.IndexOfAny(['.', 'e', 'E', '%']);
        if (end < 0) end = digits.Length;
        var text = new StringBuilder();
        for (int i = 0; i < end; i++)
        {
            if (i > 0 && (end - i) % 3 == 0) text.Append(separator);
            text.Append(digits[i]);
        }

        return text.Append(digits, end, digits.Length - end).ToString();
    }
}
