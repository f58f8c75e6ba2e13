namespace Innate.Search;

/// <summary>A rule of a closed theory: where all premises hold, the conclusion does.</summary>
/// <param name="Premises">Facts.</param>
/// <param name="Conclusion">A fact.</param>
internal sealed record DeductionRule(IReadOnlyList<string> Premises, string Conclusion);

/// <summary>
/// All that follows from some facts, and how: each fact is deduced once, in rounds, from those that were there before.
/// </summary>
internal sealed class Deduction
{
    private readonly Dictionary<string, DeductionRule?> _by = new(StringComparer.Ordinal);

    /// <summary>Deduces to closure.</summary>
    /// <param name="premises">What is given.</param>
    /// <param name="rules">The theory.</param>
    public Deduction(IEnumerable<string> premises, IReadOnlyList<DeductionRule> rules)
    {
        foreach (string premise in premises) _by.TryAdd(premise, null);
        while (true)
        {
            DeductionRule[] fresh =
                [.. rules.Where(r => !_by.ContainsKey(r.Conclusion) && r.Premises.All(_by.ContainsKey))];
            if (fresh.Length == 0) return;
            foreach (DeductionRule rule in fresh) _by.TryAdd(rule.Conclusion, rule);
        }
    }

    /// <summary>What is given and what follows.</summary>
    public IReadOnlyCollection<string> Facts => _by.Keys;

    /// <summary>Whether a fact is given or follows.</summary>
    public bool Holds(string fact) => _by.ContainsKey(fact);

    /// <summary>
    /// The premises that a fact's deduction stands on: what AlphaGeometry traces back, to learn which premises that the statement
    /// does not name had to be thought of.
    /// </summary>
    /// <exception cref="KeyNotFoundException">The fact does not hold.</exception>
    public IReadOnlySet<string> PremisesOf(string fact)
    {
        HashSet<string> found = new(StringComparer.Ordinal), seen = new(StringComparer.Ordinal) { fact };
        Stack<string> open = new([fact]);
        while (open.TryPop(out string? next))
        {
            if (_by[next] is not { } rule) found.Add(next);
            else foreach (string premise in rule.Premises.Where(seen.Add)) open.Push(premise);
        }

        return found;
    }
}
