using System.Globalization;
using System.Numerics;

namespace Innate.Jinja;

internal static class NumberFilters
{
    public static object? Abs(RenderContext context, object? input, Arguments arguments)
    {
        if (input is Undefined u) throw u.Fault();
        if (!Numbers.IsNumber(input)) throw new TemplateFault($"bad operand type for abs(): '{Python.TypeName(input)}'");
        return input is double d ? Math.Abs(d) : Numbers.Fit(context, BigInteger.Abs(Numbers.Big(input)));
    }

    public static object? Int(RenderContext context, object? input, Arguments arguments)
    {
        BoundArguments a = arguments.Bind("int", "default", "base");
        int radix = (int)Math.Clamp(a.Integer(1, 10), 2, 36);
        switch (Numbers.Plain(input))
        {
            case long or BigInteger: return Numbers.Plain(input);
            case double d: return double.IsFinite(d) ? Numbers.Fit(context, new BigInteger(Math.Truncate(d))) : a.Value(0, 0L);
            case string s:
                context.SpendText(s.Length);
                if (Numbers.ParseInteger(context, s, radix) is { } n) return n;
                return Numbers.ParseFloat(s) is { } f && double.IsFinite(f)
                    ? Numbers.Fit(context, new BigInteger(Math.Truncate(f)))
                    : a.Value(0, 0L);
            case Undefined u: throw u.Fault();
            default: return a.Value(0, 0L);
        }
    }

    public static object? Float(RenderContext context, object? input, Arguments arguments)
    {
        BoundArguments a = arguments.Bind("float", "default");
        if (Numbers.TryDouble(input, out double d)) return d;
        if (input is Undefined u) throw u.Fault();
        if (input is not string s) return a.Value(0, 0.0);
        context.SpendText(s.Length);
        return Numbers.ParseFloat(s) ?? a.Value(0, 0.0);
    }

    public static object? Round(RenderContext context, object? input, Arguments arguments)
    {
        BoundArguments a = arguments.Bind("round", "precision", "method");
        long precision = Math.Clamp(a.Integer(0, 0), -Limits.Precision, Limits.Precision);
        string method = a.Text(1, "common");
        if (input is Undefined u) throw u.Fault();
        if (!Numbers.TryDouble(input, out double d)) throw new TemplateFault($"type {Python.TypeName(input)} cannot be rounded");
        if (method is not ("common" or "ceil" or "floor"))
        {
            throw new TemplateFault("round's method must be common, ceil or floor");
        }

        context.Spend(50 + Math.Abs(precision));
        if (method == "common")
        {
            if (input is double) return RoundTo(d, (int)precision);
            return precision >= 0 ? Numbers.Plain(input) : RoundInteger(context, Numbers.Big(input), (int)-precision);
        }

        double scale = Math.Pow(10, precision);
        return (method == "ceil" ? Math.Ceiling(d * scale) : Math.Floor(d * scale)) / scale;
    }

    private static double RoundTo(double d, int digits)
    {
        if (!double.IsFinite(d) || digits > 330) return d;
        string text = Numbers.Scale(Math.Abs(d), digits).ToString(CultureInfo.InvariantCulture);
        return Math.CopySign(double.Parse($"{text}E{-digits}", CultureInfo.InvariantCulture), d);
    }

    private static object RoundInteger(RenderContext context, BigInteger n, int zeros)
    {
        BigInteger unit = BigInteger.Pow(10, zeros);
        BigInteger rounded = Numbers.RoundedQuotient(BigInteger.Abs(n), unit) * unit;
        return Numbers.Fit(context, n.Sign < 0 ? -rounded : rounded);
    }

    public static object? Sum(RenderContext context, object? input, Arguments arguments)
    {
        BoundArguments a = arguments.Bind("sum", "attribute", "start");
        object? total = a.Value(1, 0L);
        if (total is string) throw new TemplateFault("sum cannot add texts: use join");
        AttributePath path = AttributePath.OrItself(context, a.Value(0));
        foreach (object? item in Python.Items(context, input))
        {
            object? value = path.Follow(context, item);
            total = Operators.Apply(context, "+", total, value);
        }

        return total;
    }
}
