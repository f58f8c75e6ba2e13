using System.Numerics;

namespace Innate.Scoring.Grading;

/// <summary>
/// A sum of monomials with rational coefficients. Roots of primes, i and variables are independent of each other over the
/// rationals, so that two sums of them are equal exactly where their terms are.
/// </summary>
internal sealed class Polynomial
{
    private readonly SortedDictionary<string, (Monomial Monomial, ExactNumber Coefficient)> _terms = new(StringComparer.Ordinal);
    private string? _key;

    private Polynomial()
    {
    }

    public static Polynomial Zero { get; } = new();

    public int Count => _terms.Count;

    public bool IsZero => _terms.Count == 0;

    /// <summary>The number, where it is one; else null.</summary>
    public ExactNumber? Constant => _terms.Count switch
    {
        0 => ExactNumber.Zero,
        1 when First.Monomial.IsOne => First.Coefficient,
        _ => null,
    };

    /// <summary>The first term in the order of names; there is one.</summary>
    public (Monomial Monomial, ExactNumber Coefficient) First => _terms.First().Value;

    public IEnumerable<(Monomial Monomial, ExactNumber Coefficient)> Terms => _terms.Values;

    /// <summary>Equal for equal sums.</summary>
    public string Key => _key ??= Constant is ExactNumber n
        ? n.ToString()
        : string.Join('+', Terms.Select(t => t.Monomial.IsOne ? $"{t.Coefficient}" : $"{t.Coefficient}*{t.Monomial.Key}"));

    public static Polynomial Of(ExactNumber number) => Of(Monomial.One, number);

    public static Polynomial Of(Monomial monomial, ExactNumber coefficient)
    {
        Polynomial p = new();
        p.Add(monomial, coefficient);
        return p;
    }

    /// <summary>A variable, or whatever else is not reckoned further.</summary>
    public static Polynomial Atom(string name) => Atom(name, ExactNumber.One)!;

    /// <summary>A power of one; null: too large.</summary>
    public static Polynomial? Atom(string name, ExactNumber exponent) =>
        Monomial.Of([new Factor(name, exponent)]) is var (m, c) ? Of(m, c) : null;

    /// <summary>a + b; null where the budget is spent.</summary>
    public static Polynomial? Sum(Polynomial a, Polynomial b, WorkBudget budget)
    {
        if (!budget.Spend(a.Count + b.Count)) return null;
        Polynomial sum = new();
        foreach ((Monomial m, ExactNumber c) in a.Terms) sum.Add(m, c);
        foreach ((Monomial m, ExactNumber c) in b.Terms)
        {
            if (!sum.Add(m, c)) return null;
        }

        return sum;
    }

    /// <summary>a * b; null where the budget is spent.</summary>
    public static Polynomial? Product(Polynomial a, Polynomial b, WorkBudget budget)
    {
        Polynomial product = new();
        foreach ((Monomial m, ExactNumber c) in a.Terms)
        {
            foreach ((Monomial n, ExactNumber d) in b.Terms)
            {
                if (!budget.Spend(1 + m.Factors.Count + n.Factors.Count)
                    || Monomial.Of([.. m.Factors, .. n.Factors]) is not var (mn, outside)
                    || !product.Add(mn, c * d * outside))
                {
                    return null;
                }
            }
        }

        return product;
    }

    public Polynomial Times(ExactNumber number)
    {
        Polynomial product = new();
        foreach ((Monomial m, ExactNumber c) in Terms) product.Add(m, c * number);
        return product;
    }

    /// <summary>A whole power of at least 0; null where the budget is spent.</summary>
    public Polynomial? Power(BigInteger exponent, WorkBudget budget)
    {
        if (Constant is ExactNumber n) return n.Power(exponent) is ExactNumber power ? Of(power) : null;
        if (Count == 1)
        {
            ExactNumber e = new(exponent, 1);
            return First.Coefficient.Power(exponent) is ExactNumber c
                && Monomial.Of(First.Monomial.Factors.Select(f => f with { Exponent = f.Exponent * e })) is var (m, outside)
                ? Of(m, c * outside)
                : null;
        }

        if (exponent > 64) return null;
        Polynomial? result = Of(ExactNumber.One);
        for (int i = 0; i < (int)exponent && result is not null; i++) result = Product(result, this, budget);
        return result;
    }

    /// <summary>All the factors' names.</summary>
    public HashSet<string> Names() => [.. Terms.SelectMany(t => t.Monomial.Factors).Select(f => f.Name)];

    /// <summary>This sum with another sign where the factor stands: A + B s into A - B s.</summary>
    public Polynomial Conjugate(string name)
    {
        Polynomial other = new();
        foreach ((Monomial m, ExactNumber c) in Terms) other.Add(m, m.Factors.Any(f => f.Name == name) ? -c : c);
        return other;
    }

    private bool Add(Monomial monomial, ExactNumber coefficient)
    {
        ExactNumber sum = _terms.TryGetValue(monomial.Key, out var had) ? had.Coefficient + coefficient : coefficient;
        if (sum.IsZero) _terms.Remove(monomial.Key);
        else _terms[monomial.Key] = (monomial, sum);
        return sum.IsInBounds;
    }
}
