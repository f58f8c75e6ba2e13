using System.Globalization;
using System.Text;
using Innate.Reports;
using static System.FormattableString;

namespace Innate.Runs.Arena;

/// <summary>What the arena says, as text.</summary>
internal static class ArenaText
{
    /// <summary>The figures in the table, and their names there.</summary>
    public static IReadOnlyList<(string Metric, string Name, bool IsShare)> Columns { get; } =
    [
        ("accuracy", "held out", true), ("accuracy_shifted", "one digit more", true), ("accuracy_list", "list", true),
        ("accuracy_format", "format", true), ("pass@16", "pass@16", true), ("entropy", "entropy", false),
        ("length", "tokens", false), ("kl", "KL", false),
    ];

    /// <summary>Tables and verdicts.</summary>
    public static string Of(IReadOnlyList<ArenaEntry> entries, ArenaResults results, ArenaSettings settings)
    {
        ArenaFindings findings = new(entries, results.Start, results.Cells);
        StringBuilder text = new();
        string start = string.Join(", ", Columns.Where(c => c.IsShare)
            .Select(c => Invariant($"{c.Name} {results.Start[c.Metric] * 100:F1} %")));
        text.Append(Invariant($"The start: {start}.\n"));
        text.Append(Invariant($"Mean changes over seeds; {settings.Tokens:N0} sampled tokens a run.\n\n"));
        text.Append(AlignedText.Of(
            [["recipe", .. Columns.Select(c => c.Name), "verdict", "seeds"], .. entries.Select(e => Row(e, findings))]));
        IReadOnlyList<CheckFinding> checks = findings.Checks();
        if (checks.Count > 0)
        {
            text.Append("\nSignatures\n\n");
            text.Append(AlignedText.Of([["recipe", "prediction", "outcome", "seeds", "mean"], .. checks.Select(Row)]));
        }

        text.Append('\n').Append(Chance(findings, settings)).Append('\n');
        return text.ToString();
    }

    /// <summary>How much of it chance would make.</summary>
    public static string Chance(ArenaFindings findings, ArenaSettings settings)
    {
        if (ArenaSigns.Needed(settings.Seeds) is not { } k) return "So few seeds show nothing: five at least could.";
        (double once, double twice) = findings.ByChance(settings.Seeds, settings.FreshSeeds);
        string needed = Invariant($"{k} of {settings.Seeds} seeds");
        string fresh = ArenaSigns.Needed(settings.FreshSeeds) is { } m ? Invariant($"{m} of {settings.FreshSeeds} fresh ones")
            : "fresh ones";
        return Invariant($"Shown: held-out accuracy above the start, the random reward and the recipe's own shuffled rewards in ")
            + Invariant($"{needed}, and again in {fresh}. If nothing did better than chance, about {once:F1} recipes would be ")
            + Invariant($"called shown once, {twice:F2} twice.");
    }

    /// <summary>An outcome in words.</summary>
    public static string Words(CheckOutcome outcome) => outcome switch
    {
        CheckOutcome.Holds => "holds", CheckOutcome.Fails => "fails", CheckOutcome.TooFew => "too few seeds", _ => "no stress",
    };

    /// <summary>A change as the tables show it.</summary>
    public static string Change((double Mean, double Low, double High)? change, bool isShare) => change is not { } c ? "–"
        : isShare ? (c.Mean * 100).ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture)
        : c.Mean.ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture);

    /// <summary>In how many seeds a recipe beat its controls, round by round; of a control how many there are.</summary>
    public static string Agreement(ArenaFindings findings, ArenaEntry entry)
    {
        RoundFinding first = findings.Round(entry, fresh: false), second = findings.Round(entry, fresh: true);
        return entry.IsControl ? findings.Of(entry.Name).Count().ToString(CultureInfo.InvariantCulture)
            : second.Seeds == 0 ? Invariant($"{first.Agree} of {first.Seeds}")
            : Invariant($"{first.Agree} of {first.Seeds}, {second.Agree} of {second.Seeds}");
    }

    private static string[] Row(ArenaEntry entry, ArenaFindings findings)
    {
        RoundFinding round = findings.Round(entry, fresh: false);
        return
        [
            entry.Name, .. Columns.Select(c => Change(findings.Change(entry.Name, c.Metric), c.IsShare)), findings.Verdict(entry),
            entry.IsControl ? Invariant($"{findings.Of(entry.Name).Count()}") : Invariant($"{round.Agree}/{round.Seeds}"),
        ];
    }

    private static string[] Row(CheckFinding check) =>
    [
        check.Entry, check.Check.Words, Words(check.Outcome), Invariant($"{check.Agree}/{check.Seeds}"),
        double.IsNaN(check.Mean) ? "–" : Invariant($"{check.Mean:+0.000;-0.000;0.000}"),
    ];
}
