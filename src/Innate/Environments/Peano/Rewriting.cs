namespace Innate.Environments.Peano;

/// <summary>An equation that may be used from left to right.</summary>
/// <param name="Left">What is found.</param>
/// <param name="Right">What is put in its place; its variables stand in <paramref name="Left"/>.</param>
internal sealed record Axiom(Term Left, Term Right)
{
    /// <summary>x+0 = x and x+s(y) = s(x+y).</summary>
    public static IReadOnlyList<Axiom> Addition { get; } = [Parse("x+0 = x"), Parse("x+s(y) = s(x+y)")];

    /// <summary>Reads an equation such as x+0 = x.</summary>
    /// <exception cref="InputException">It is none, or its right side has a variable of its own.</exception>
    public static Axiom Parse(string text)
    {
        string[] sides = text.Split('=');
        if (sides.Length != 2) throw new InputException($"Equation '{text}': expected one =, found {sides.Length - 1}.");
        Axiom axiom = new(Term.Parse(sides[0]), Term.Parse(sides[1]));
        HashSet<string> known = [.. axiom.Left.All().Where(t => t.IsVariable).Select(t => t.Head)];
        if (axiom.Right.All().FirstOrDefault(t => t.IsVariable && !known.Contains(t.Head)) is { } free)
        {
            throw new InputException($"Equation '{text}': expected the left side's variables on the right, found {free}.");
        }

        return axiom;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Left} = {Right}";
}

/// <summary>A line of a proof: an axiom, used at a position.</summary>
/// <param name="Axiom">Which, from 0.</param>
/// <param name="Position">Where in the term, outermost and leftmost first, from 0.</param>
internal readonly record struct ProofStep(int Axiom, int Position);

/// <summary>Proofs by rewriting, and their checker, which looks at nothing but the line before.</summary>
internal static class Rewriting
{
    /// <summary>The term after a step; null: the axiom does not fit there.</summary>
    public static Term? Apply(Term term, IReadOnlyList<Axiom> axioms, ProofStep step)
    {
        if (step.Axiom < 0 || step.Axiom >= axioms.Count || step.Position < 0) return null;
        if (term.All().ElementAtOrDefault(step.Position) is not { } found) return null;
        Dictionary<string, Term> values = new(StringComparer.Ordinal);
        return Matches(axioms[step.Axiom].Left, found, values)
            ? term.With(step.Position, Filled(axioms[step.Axiom].Right, values)) : null;
    }

    /// <summary>All steps that fit, by position and then axiom, and the term after each.</summary>
    public static IEnumerable<(ProofStep Step, Term After)> Next(Term term, IReadOnlyList<Axiom> axioms)
    {
        int size = term.All().Count();
        for (int position = 0; position < size; position++)
        {
            for (int axiom = 0; axiom < axioms.Count; axiom++)
            {
                ProofStep step = new(axiom, position);
                if (Apply(term, axioms, step) is { } after) yield return (step, after);
            }
        }
    }

    /// <summary>The lines of a proof, the first term included.</summary>
    /// <returns>Null: a step does not fit.</returns>
    public static IReadOnlyList<Term>? Lines(Term start, IReadOnlyList<Axiom> axioms, IEnumerable<ProofStep> proof)
    {
        List<Term> lines = [start];
        foreach (ProofStep step in proof)
        {
            if (Apply(lines[^1], axioms, step) is not { } after) return null;
            lines.Add(after);
        }

        return lines;
    }

    /// <summary>Whether a proof leads from one side of an equation to the other.</summary>
    public static bool IsProof(Term left, Term right, IReadOnlyList<Axiom> axioms, IEnumerable<ProofStep> proof) =>
        Lines(left, axioms, proof) is { } lines && lines[^1].Equals(right);

    /// <summary>A shortest proof.</summary>
    /// <param name="left">Where it begins.</param>
    /// <param name="right">Where it is to end.</param>
    /// <param name="axioms">What may be used.</param>
    /// <param name="longest">The most steps.</param>
    /// <returns>Null: there is none within <paramref name="longest"/> steps.</returns>
    public static IReadOnlyList<ProofStep>? Prove(Term left, Term right, IReadOnlyList<Axiom> axioms, int longest) =>
        left.Equals(right) ? [] : ShortestPlan.Find(left, t => Next(t, axioms), right.Equals, longest);

    private static bool Matches(Term pattern, Term term, Dictionary<string, Term> values)
    {
        if (pattern.IsVariable)
        {
            return values.TryAdd(pattern.Head, term) || values[pattern.Head].Equals(term);
        }

        return pattern.Head == term.Head && pattern.Parts.Count == term.Parts.Count
            && pattern.Parts.Zip(term.Parts).All(p => Matches(p.First, p.Second, values));
    }

    private static Term Filled(Term pattern, Dictionary<string, Term> values) => pattern.IsVariable
        ? values[pattern.Head] : new Term(pattern.Head, [.. pattern.Parts.Select(p => Filled(p, values))]);
}
