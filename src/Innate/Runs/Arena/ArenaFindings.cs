using Innate.Recipes;

namespace Innate.Runs.Arena;

/// <summary>What became of a prediction.</summary>
internal enum CheckOutcome
{
    /// <summary>Enough seeds agree.</summary>
    Holds,

    /// <summary>They do not.</summary>
    Fails,

    /// <summary>
    /// What it speaks of did not arise, was not run, or did not move at all (a figure at its limit): it was not tested.
    /// </summary>
    NoStress,

    /// <summary>So few seeds can show nothing.</summary>
    TooFew,
}

/// <summary>A prediction and what became of it.</summary>
/// <param name="Entry">The recipe.</param>
/// <param name="Check">The prediction.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Agree">Seeds that agree.</param>
/// <param name="Seeds">Seeds that were compared.</param>
/// <param name="Mean">The mean of what was compared.</param>
internal sealed record CheckFinding(
    string Entry, SignatureCheck Check, CheckOutcome Outcome, int Agree, int Seeds, double Mean);

/// <summary>Whether a recipe made the model better than the controls did, in one round of seeds.</summary>
/// <param name="Agree">Seeds in which held-out accuracy is above the start's, the random reward's and the shuffled one's.</param>
/// <param name="Seeds">Seeds that were compared.</param>
/// <param name="IsShown">Whether enough agree with each of the comparisons.</param>
internal sealed record RoundFinding(int Agree, int Seeds, bool IsShown);

/// <summary>What the arena says. Pure.</summary>
/// <param name="entries">What ran.</param>
/// <param name="start">The figures of the start.</param>
/// <param name="cells">The runs.</param>
internal sealed class ArenaFindings(
    IReadOnlyList<ArenaEntry> entries, IReadOnlyDictionary<string, double> start, IReadOnlyList<ArenaCell> cells)
{
    /// <summary>The first seed of those that were not used in the first round.</summary>
    public const int FirstFresh = 101;

    private readonly Dictionary<(string, int), ArenaCell> _cells = cells.ToDictionary(c => (c.Entry, c.Seed));

    /// <summary>A recipe's change of held-out accuracy against the controls, in one round.</summary>
    /// <param name="entry">The recipe.</param>
    /// <param name="fresh">The second round.</param>
    public RoundFinding Round(ArenaEntry entry, bool fresh)
    {
        List<double[]> margins = [];
        foreach (ArenaCell cell in Of(entry.Name).Where(c => c.Seed >= FirstFresh == fresh))
        {
            double own = cell.After["accuracy"];
            double?[] others =
            [
                start["accuracy"], At(ArenaEntry.RandomName, cell.Seed, "accuracy"),
                entry.HasShuffled ? At(entry.Name + ArenaEntry.ShuffledSuffix, cell.Seed, "accuracy") : start["accuracy"],
            ];
            if (!others.Contains(null)) margins.Add([.. others.Select(o => own - o!.Value)]);
        }

        bool isShown = margins.Count > 0
            && Enumerable.Range(0, 3).All(i => ArenaSigns.Agree([.. margins.Select(m => m[i])]));
        return new RoundFinding(margins.Count(m => m.All(x => x > 0)), margins.Count, isShown);
    }

    /// <summary>The verdict: <c>shown</c> only where both rounds show it.</summary>
    public string Verdict(ArenaEntry entry)
    {
        if (entry.IsControl) return "control";
        RoundFinding first = Round(entry, fresh: false), second = Round(entry, fresh: true);
        return ArenaSigns.Needed(first.Seeds) is null ? "too few seeds"
            : !first.IsShown ? "not shown"
            : ArenaSigns.Needed(second.Seeds) is null ? "shown once"
            : second.IsShown ? "shown" : "not shown twice";
    }

    /// <summary>
    /// How many recipes chance alone would call shown, once and twice, if none did better than its strongest control.
    /// </summary>
    /// <param name="seeds">Seeds of the first round.</param>
    /// <param name="freshSeeds">Seeds of the second.</param>
    public (double Once, double Twice) ByChance(int seeds, int freshSeeds)
    {
        int recipes = entries.Count(e => !e.IsControl);
        double once = recipes * (ArenaSigns.Needed(seeds) is { } k ? ArenaSigns.Tail(seeds, k) : 0);
        return (once, once * (ArenaSigns.Needed(freshSeeds) is { } m ? ArenaSigns.Tail(freshSeeds, m) : 0));
    }

    /// <summary>What became of all predictions, over all seeds of the first round.</summary>
    public IReadOnlyList<CheckFinding> Checks() =>
        [.. entries.Where(e => !e.IsControl).SelectMany(e => e.Recipe.Checks.Select(c => Of(e, c)))];

    /// <summary>A recipe's mean change of a figure over the seeds of both rounds, and its least and greatest.</summary>
    public (double Mean, double Low, double High)? Change(string entry, string metric)
    {
        double[] changes =
            [.. Of(entry).Select(c => Figure(c, metric) - Start(metric)).OfType<double>().Where(double.IsFinite)];
        return changes.Length == 0 ? null : (changes.Average(), changes.Min(), changes.Max());
    }

    /// <summary>The runs of an entry, by seed.</summary>
    public IEnumerable<ArenaCell> Of(string entry) => cells.Where(c => c.Entry == entry).OrderBy(c => c.Seed);

    private CheckFinding Of(ArenaEntry entry, SignatureCheck check)
    {
        List<double> signs = [];
        bool isStressed = check.Stress is null;
        foreach (ArenaCell cell in Of(entry.Name).Where(c => c.Seed < FirstFresh))
        {
            if (check.Stress is { } stress && Figure(cell, stress) - Start(stress) is { } moved
                && Math.Abs(moved) >= check.StressMove)
            {
                isStressed = true;
            }

            if (Figure(cell, check.Metric) is not { } own) continue;
            string? than = check.Than == SignatureCheck.Shuffled ? entry.Name + ArenaEntry.ShuffledSuffix : check.Than;
            double? difference = check.Kind switch
            {
                SignatureKind.Rises => own - Start(check.Metric),
                SignatureKind.Falls => Start(check.Metric) - own,
                // What is kept exactly is kept.
                SignatureKind.Keeps => own - Start(check.Metric) + check.Margin + 1e-12,
                SignatureKind.Above => own - At(than!, cell.Seed, check.Metric),
                _ => At(than!, cell.Seed, check.Metric) - own,
            };
            if (difference is { } d && double.IsFinite(d)) signs.Add(d);
        }

        isStressed &= signs.Exists(s => s != 0);
        CheckOutcome outcome = !isStressed ? CheckOutcome.NoStress
            : ArenaSigns.Needed(signs.Count) is null ? CheckOutcome.TooFew
            : ArenaSigns.Agree(signs) ? CheckOutcome.Holds : CheckOutcome.Fails;
        return new CheckFinding(
            entry.Name, check, outcome, signs.Count(s => s > 0), signs.Count, signs.Count == 0 ? double.NaN : signs.Average());
    }

    private double? At(string entry, int seed, string metric) =>
        _cells.TryGetValue((entry, seed), out ArenaCell? cell) ? Figure(cell, metric) : null;

    private static double? Figure(ArenaCell cell, string metric) =>
        cell.After.TryGetValue(metric, out double after) ? after
        : cell.Training.TryGetValue(metric, out double training) ? training : null;

    // Of training's own figures the start has none: what they are compared with is 0.
    private double Start(string metric) => start.TryGetValue(metric, out double value) ? value : 0;
}
