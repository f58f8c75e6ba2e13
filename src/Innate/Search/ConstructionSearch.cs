namespace Innate.Search;

/// <summary>A helping construction that may be added, as a model proposes it.</summary>
/// <param name="Fact">What it makes true.</param>
/// <param name="LogProbability">The proposal's, in nats.</param>
internal readonly record struct Construction(string Fact, double LogProbability);

/// <summary>A goal that was reached.</summary>
/// <param name="Added">The constructions that were added, in order.</param>
/// <param name="Used">The premises and constructions that the goal's deduction stands on.</param>
/// <param name="Closures">How many times all was deduced.</param>
internal sealed record ConstructionFound(IReadOnlyList<string> Added, IReadOnlySet<string> Used, int Closures);

/// <summary>
/// AlphaGeometry's loop (Trinh et al. 2024; from its published code): deduce all that follows; where the goal is not among it,
/// proposals add one helping construction each, the best paths go on (<see cref="ConstructionBeam"/>), and so on.
/// </summary>
internal static class ConstructionSearch
{
    /// <summary>Searches.</summary>
    /// <param name="premises">What is given.</param>
    /// <param name="goal">What is to follow.</param>
    /// <param name="rules">The theory.</param>
    /// <param name="propose">Of what is given and added: constructions; one that is there already is passed over.</param>
    /// <param name="width">Paths that go on, 1 or more.</param>
    /// <param name="depth">The most constructions on a path, 0 or more.</param>
    /// <returns>Null: the goal was not reached.</returns>
    public static ConstructionFound? Find(
        IReadOnlyList<string> premises, string goal, IReadOnlyList<DeductionRule> rules,
        Func<IReadOnlyList<string>, IReadOnlyList<Construction>> propose, int width, int depth)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(depth);
        List<(IReadOnlyList<string> Added, double Score)> paths = [([], 0)];
        int closures = 0;
        for (int level = 0; level <= depth; level++)
        {
            List<(IReadOnlyList<string> Added, double Score)> longer = [];
            foreach ((IReadOnlyList<string> added, double score) in paths)
            {
                string[] given = [.. premises, .. added];
                Deduction deduction = new(given, rules);
                closures++;
                if (deduction.Holds(goal)) return new ConstructionFound(added, deduction.PremisesOf(goal), closures);
                if (level == depth) continue;
                Construction[] proposals = [.. propose(given).Where(c => !deduction.Holds(c.Fact))];
                longer.AddRange(ConstructionBeam.Keep(score, [.. proposals.Select(p => p.LogProbability)], width)
                    .Select(k => ((IReadOnlyList<string>)[.. added, proposals[k.Proposal].Fact], k.Score)));
            }

            paths = [.. longer.OrderByDescending(p => p.Score).Take(width)];
        }

        return null;
    }
}
