using System.Numerics;

namespace Innate.Scoring.Grading;

/// <summary>
/// What a formula is worth, exactly: a quotient of two sums. Roots are drawn out of denominators and common factors of one
/// variable
/// cancelled, so that 1/\sqrt{2} and \sqrt{2}/2, (x^2-1)/(x-1) and x+1 have one key. Every step is an identity: equal keys are
/// equal values. Where no way to one key is known, equal values may have two, which pays less, never more.
/// </summary>
internal sealed class AlgebraicValue
{
    private readonly Polynomial _top;
    private readonly Polynomial _bottom;

    private AlgebraicValue(Polynomial top, Polynomial bottom) => (_top, _bottom) = (top, bottom);

    /// <summary>The number, where it is a fraction of whole ones; else null.</summary>
    public ExactNumber? Rational => IsPolynomial ? _top.Constant : null;

    /// <summary>Equal only for equal values.</summary>
    public string Key => IsPolynomial ? _top.Key : $"({_top.Key})/({_bottom.Key})";

    /// <summary>Whether no variable stands in it: only numbers, roots and constants.</summary>
    public bool IsConstant => _top.Names().Concat(_bottom.Names()).All(n => n[0] == '#' || n is @"\pi" or Factor.Imaginary);

    private bool IsPolynomial => _bottom.Constant is { IsOne: true };

    public static AlgebraicValue Of(ExactNumber number) => Of(Polynomial.Of(number));

    public static AlgebraicValue Of(Polynomial sum) => new(sum, Polynomial.Of(ExactNumber.One));

    /// <summary>A variable, or whatever else is not reckoned further.</summary>
    public static AlgebraicValue Atom(string name) => Of(Polynomial.Atom(name));

    /// <summary>A key that is equal also for a multiple of it: of an equation whose other side is 0.</summary>
    public string? WithoutScale() => IsPolynomial && !_top.IsZero ? _top.Times(_top.First.Coefficient.Inverse()).Key : null;

    public AlgebraicValue Negated() => new(_top.Times(-ExactNumber.One), _bottom);

    /// <summary>The sum; null where the budget is spent.</summary>
    public AlgebraicValue? Plus(AlgebraicValue other, WorkBudget budget)
    {
        if (IsPolynomial && other.IsPolynomial) return Polynomial.Sum(_top, other._top, budget) is { } sum ? Of(sum) : null;
        return Polynomial.Product(_top, other._bottom, budget) is { } left
            && Polynomial.Product(other._top, _bottom, budget) is { } right
            && Polynomial.Sum(left, right, budget) is { } top
            && Polynomial.Product(_bottom, other._bottom, budget) is { } bottom
            ? Reduced(top, bottom, budget)
            : null;
    }

    /// <summary>The product; null where the budget is spent.</summary>
    public AlgebraicValue? Times(AlgebraicValue other, WorkBudget budget) =>
        Polynomial.Product(_top, other._top, budget) is { } top
            && Polynomial.Product(_bottom, other._bottom, budget) is { } bottom
            ? Reduced(top, bottom, budget)
            : null;

    /// <summary>The quotient; null where the budget is spent, or by 0.</summary>
    public AlgebraicValue? Over(AlgebraicValue other, WorkBudget budget) =>
        Times(new AlgebraicValue(other._bottom, other._top), budget);

    /// <summary>A power; null where it is undefined, has several values, or is too large.</summary>
    public AlgebraicValue? Power(AlgebraicValue exponent, WorkBudget budget)
    {
        if (exponent.Rational is not ExactNumber e)
        {
            // Never 0^x, and not 1^x either: who writes it means something that is not reckoned here.
            return Rational is { IsZero: true } or { IsOne: true } ? null : Atom($"({Key})^({exponent.Key})");
        }

        if (!e.IsInteger) return Root(e, budget);
        BigInteger n = BigInteger.Abs(e.Numerator);
        if (_top.IsZero && e.Sign <= 0) return null;
        if (_top.Power(n, budget) is not { } top || _bottom.Power(n, budget) is not { } bottom) return null;
        return e.Sign < 0 ? Reduced(bottom, top, budget) : Reduced(top, bottom, budget);
    }

    /// <summary>A power whose exponent is a fraction: the principal root, of a negative number only the square root.</summary>
    public AlgebraicValue? Root(ExactNumber exponent, WorkBudget budget)
    {
        if (_top.IsZero) return exponent.Sign > 0 ? this : null;
        if (!IsPolynomial || _top.Count != 1) return RootOfSum(exponent, budget);
        (Monomial monomial, ExactNumber coefficient) = _top.First;
        bool isNegative = coefficient.Sign < 0;
        if (isNegative && (exponent.Denominator != 2 || !monomial.IsOne)) return null;
        if (Radical.Of(isNegative ? -coefficient : coefficient, exponent, budget) is not { } root) return null;
        if (isNegative)
        {
            Polynomial? turn = Polynomial.Atom(Factor.Imaginary, new ExactNumber(exponent.Numerator, 1));
            return turn is null || Polynomial.Product(root, turn, budget) is not { } turned ? null : Of(turned);
        }

        if (monomial.IsOne) return Of(root);
        Polynomial? inner = monomial.Factors is [{ Exponent.IsOne: true } only] && !only.IsPrime && only.Name != Factor.Imaginary
            ? Polynomial.Atom(only.Name, exponent)
            : Polynomial.Atom($"({monomial.Key})", exponent);
        return inner is null || Polynomial.Product(root, inner, budget) is not { } product ? null : Of(product);
    }

    // The root of 4x^2 + 4 is 2 times that of x^2 + 1: a positive number comes out, what stays is one thing.
    private AlgebraicValue? RootOfSum(ExactNumber exponent, WorkBudget budget)
    {
        if (!IsPolynomial) return Atom($"({Key})^({exponent})");
        ExactNumber first = _top.First.Coefficient;
        ExactNumber size = first.Sign < 0 ? -first : first;
        if (Radical.Of(size, exponent, budget) is not { } outside) return null;
        Polynomial inside = _top.Times(size.Inverse());
        return Polynomial.Atom($"({inside.Key})", exponent) is { } root
            && Polynomial.Product(outside, root, budget) is { } product
            ? Of(product)
            : null;
    }

    private static AlgebraicValue? Reduced(Polynomial top, Polynomial bottom, WorkBudget budget)
    {
        if (bottom.IsZero) return null;
        if (bottom.Count > 1 && CommonFactor.Rationalized(top, bottom, budget) is var (t, b)) (top, bottom) = (t, b);
        if (bottom.IsZero) return null;
        if (bottom.Count > 1 && CommonFactor.Cancelled(top, bottom, budget) is var (u, v)) (top, bottom) = (u, v);
        if (budget.Left == 0) return null;
        if (bottom.Count > 1)
        {
            ExactNumber scale = bottom.First.Coefficient.Inverse();
            return new AlgebraicValue(top.Times(scale), bottom.Times(scale));
        }

        (Monomial monomial, ExactNumber coefficient) = bottom.First;
        if (monomial.IsOne) return Of(top.Times(coefficient.Inverse()));
        return Monomial.Of(monomial.Factors.Select(f => f with { Exponent = -f.Exponent })) is var (inverse, outside)
            && Polynomial.Product(top, Polynomial.Of(inverse, outside * coefficient.Inverse()), budget) is { } whole
            ? Of(whole)
            : null;
    }
}
