using System.Numerics;

namespace Innate.Scoring.Grading;

/// <summary>Makes quotients simpler: roots out of the denominator, common factors of one variable away.</summary>
internal static class CommonFactor
{
    private const int MaxDegree = 24;

    /// <summary>
    /// The quotient without square roots and i in its denominator, as far as conjugates go; null: nothing to
    /// do.
    /// </summary>
    public static (Polynomial Top, Polynomial Bottom)? Rationalized(Polynomial top, Polynomial bottom, WorkBudget budget)
    {
        (Polynomial, Polynomial)? result = null;
        for (int round = 0; round < 4 && bottom.Count > 1; round++)
        {
            string? name = bottom.Terms.SelectMany(t => t.Monomial.Factors)
                .Where(f => (f.IsPrime && f.Exponent.Denominator == 2) || f.Name == Factor.Imaginary)
                .Select(f => f.Name).FirstOrDefault();
            if (name is null || bottom.Terms.SelectMany(t => t.Monomial.Factors).Any(f => f.Name == name && IsDeeper(f))) break;
            Polynomial other = bottom.Conjugate(name);
            if (Polynomial.Product(top, other, budget) is not { } t
                || Polynomial.Product(bottom, other, budget) is not { } b) break;
            (top, bottom) = (t, b);
            result = (top, bottom);
        }

        return result;
    }

    /// <summary>
    /// The quotient without the greatest common divisor of its two sums, where both are of one variable; else
    /// null.
    /// </summary>
    public static (Polynomial Top, Polynomial Bottom)? Cancelled(Polynomial top, Polynomial bottom, WorkBudget budget)
    {
        HashSet<string> names = [.. top.Names(), .. bottom.Names()];
        if (names.Count != 1 || names.Contains(Factor.Imaginary)) return null;
        string name = names.First();
        if (Exponents(top).Concat(Exponents(bottom)).Any(e => !e.IsInteger
            || BigInteger.Abs(e.Numerator) > MaxDegree)) return null;
        int low = (int)Exponents(top).Concat(Exponents(bottom)).Select(e => e.Numerator).Append(0).Min();
        ExactNumber[] a = Coefficients(top, low), b = Coefficients(bottom, low);
        ExactNumber[] x = a, y = b;
        while (y.Length > 0)
        {
            if (!budget.Spend(x.Length * y.Length)) return null;
            (_, ExactNumber[] rest) = Divide(x, y);
            if (rest.Any(n => !n.IsInBounds)) return null;
            (x, y) = (y, rest);
        }

        return x.Length == 0 ? null : (OfCoefficients(Divide(a, x).Quotient, name), OfCoefficients(Divide(b, x).Quotient, name));
    }

    private static bool IsDeeper(Factor f) => f.IsPrime ? f.Exponent.Denominator != 2 : !f.Exponent.IsOne;

    private static IEnumerable<ExactNumber> Exponents(Polynomial p) =>
        p.Terms.Select(t => t.Monomial.IsOne ? ExactNumber.Zero : t.Monomial.Factors[0].Exponent);

    // From the constant upwards, the highest not 0; all exponents raised by the lowest one below 0.
    private static ExactNumber[] Coefficients(Polynomial p, int low)
    {
        if (p.IsZero) return [];
        ExactNumber[] all = new ExactNumber[(int)Exponents(p).Max(e => e.Numerator) - low + 1];
        Array.Fill(all, ExactNumber.Zero);
        foreach ((Monomial m, ExactNumber c) in p.Terms) all[(m.IsOne ? 0 : (int)m.Factors[0].Exponent.Numerator) - low] = c;
        return all;
    }

    private static (ExactNumber[] Quotient, ExactNumber[] Remainder) Divide(ExactNumber[] a, ExactNumber[] b)
    {
        if (a.Length < b.Length) return ([], a);
        ExactNumber[] rest = [.. a], quotient = new ExactNumber[a.Length - b.Length + 1];
        ExactNumber lead = b[^1].Inverse();
        for (int i = quotient.Length - 1; i >= 0; i--)
        {
            quotient[i] = rest[i + b.Length - 1] * lead;
            for (int j = 0; j < b.Length; j++) rest[i + j] += -(quotient[i] * b[j]);
        }

        int length = b.Length - 1;
        while (length > 0 && rest[length - 1].IsZero) length--;
        return (quotient, rest[..length]);
    }

    private static Polynomial OfCoefficients(ExactNumber[] coefficients, string name)
    {
        Polynomial sum = Polynomial.Zero;
        for (int i = 0; i < coefficients.Length; i++)
        {
            if (coefficients[i].IsZero) continue;
            Polynomial power = i == 0 ? Polynomial.Of(ExactNumber.One) : Polynomial.Atom(name, new ExactNumber(i, 1))!;
            sum = Polynomial.Sum(sum, power.Times(coefficients[i]), new WorkBudget())!;
        }

        return sum;
    }
}
