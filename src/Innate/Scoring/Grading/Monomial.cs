using System.Numerics;

namespace Innate.Scoring.Grading;

/// <summary>One factor of a monomial.</summary>
/// <param name="Name">
/// A variable (<c>x</c>), a constant (<c>\pi</c>), the imaginary unit (<c>i</c>), a prime under a root (<c>#2</c>), or a function
/// of something (<c>sin(x)</c>).
/// </param>
/// <param name="Exponent">Not 0; of a prime between 0 and 1, of <c>i</c> 1.</param>
internal readonly record struct Factor(string Name, ExactNumber Exponent)
{
    public const string Imaginary = "i";

    public bool IsPrime => Name[0] == '#';

    public override string ToString() => Exponent.IsOne ? Name : $"{Name}^{Exponent}";
}

/// <summary>A product of powers, without its coefficient: factors in the order of their names.</summary>
internal sealed class Monomial
{
    public static readonly Monomial One = new([]);

    private Monomial(Factor[] factors)
    {
        Factors = factors;
        Key = string.Join('*', factors);
    }

    public IReadOnlyList<Factor> Factors { get; }

    /// <summary>Equal for equal monomials.</summary>
    public string Key { get; }

    public bool IsOne => Factors.Count == 0;

    /// <summary>
    /// A product and the rational number that falls out of it: #2^(1/2) * #2^(1/2) is 2, i * i is -1. Null: too large.
    /// </summary>
    public static (Monomial Product, ExactNumber Coefficient)? Of(IEnumerable<Factor> factors)
    {
        SortedDictionary<string, ExactNumber> exponents = new(StringComparer.Ordinal);
        foreach (Factor f in factors)
        {
            exponents[f.Name] = exponents.TryGetValue(f.Name, out ExactNumber had) ? had + f.Exponent : f.Exponent;
        }

        ExactNumber coefficient = ExactNumber.One;
        List<Factor> kept = [];
        foreach ((string name, ExactNumber exponent) in exponents)
        {
            Factor factor = new(name, exponent);
            ExactNumber rest = exponent;
            if (factor.IsPrime)
            {
                BigInteger whole = Floor(exponent);
                ExactNumber prime = new(BigInteger.Parse(name.AsSpan(1)), 1);
                if (prime.Power(whole) is not ExactNumber outside) return null;
                coefficient *= outside;
                rest = exponent + new ExactNumber(-whole, 1);
            }
            else if (name == Factor.Imaginary && exponent.IsInteger)
            {
                int turn = (int)(((exponent.Numerator % 4) + 4) % 4);
                if (turn >= 2) coefficient = -coefficient;
                rest = new ExactNumber(turn % 2, 1);
            }

            if (!rest.IsZero) kept.Add(new Factor(name, rest));
        }

        return coefficient.IsInBounds ? (kept.Count == 0 ? One : new Monomial([.. kept]), coefficient) : null;
    }

    private static BigInteger Floor(ExactNumber n) =>
        BigInteger.Divide(n.Numerator - (n.Sign < 0 ? n.Denominator - 1 : 0), n.Denominator);
}
