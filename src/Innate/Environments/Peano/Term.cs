using System.Globalization;

namespace Innate.Environments.Peano;

/// <summary>
/// A term of arithmetic as Peano writes it: 0, s(x) for the number after x, sums, products, and variables in axioms.
/// </summary>
/// <param name="Head">"0", "s", "+", "*", or a variable's name.</param>
/// <param name="Parts">What it is made of.</param>
internal sealed record Term(string Head, IReadOnlyList<Term> Parts)
{
    /// <summary>0.</summary>
    public static Term Zero { get; } = new("0", []);

    /// <summary>Whether it is a variable, for which any term may stand.</summary>
    public bool IsVariable => Parts.Count == 0 && Head != "0";

    /// <summary>s(s(...0)).</summary>
    public static Term Number(int n)
    {
        Term term = Zero;
        for (int i = 0; i < n; i++) term = new Term("s", [term]);
        return term;
    }

    /// <summary>A sum.</summary>
    public static Term Sum(Term left, Term right) => new("+", [left, right]);

    /// <summary>Reads a term such as s(s(0))+x; * binds before +, and both from the left.</summary>
    /// <exception cref="InputException">It is none.</exception>
    public static Term Parse(string text)
    {
        TermReader reader = new(text);
        return reader.Whole();
    }

    /// <summary>The terms within it and itself, outermost and leftmost first: a position is a place in this list.</summary>
    public IEnumerable<Term> All() => Parts.SelectMany(p => p.All()).Prepend(this);

    /// <summary>With another term at a position.</summary>
    public Term With(int position, Term other)
    {
        if (position == 0) return other;
        int first = 1;
        for (int i = 0; i < Parts.Count; i++)
        {
            int size = Parts[i].All().Count();
            if (position < first + size)
            {
                return new Term(Head, [.. Parts.Select((p, j) => j == i ? p.With(position - first, other) : p)]);
            }

            first += size;
        }

        throw new ArgumentOutOfRangeException(nameof(position), position, "There is no such position in the term.");
    }

    /// <inheritdoc/>
    public bool Equals(Term? other) => other is not null && Head == other.Head && Parts.SequenceEqual(other.Parts);

    /// <inheritdoc/>
    public override int GetHashCode() => (int)RandomBits.Hash(ToString());

    /// <inheritdoc/>
    public override string ToString() => Head switch
    {
        "s" => string.Create(CultureInfo.InvariantCulture, $"s({Parts[0]})"),
        "+" => $"{Parts[0]}+{Within(Parts[1], Parts[1].Head == "+")}",
        "*" => $"{Within(Parts[0], Parts[0].Head == "+")}*{Within(Parts[1], Parts[1].Head is "+" or "*")}",
        _ => Head,
    };

    private static string Within(Term term, bool isBracketed) => isBracketed ? $"({term})" : term.ToString();
}
