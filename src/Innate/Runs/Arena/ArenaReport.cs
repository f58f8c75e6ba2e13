using System.Globalization;
using Innate.Recipes;
using Innate.Reports;
using static System.FormattableString;

namespace Innate.Runs.Arena;

/// <summary>The arena as a page.</summary>
internal static class ArenaReport
{
    /// <summary>Writes the page.</summary>
    public static void Write(
        IReadOnlyList<ArenaEntry> entries, ArenaResults results, ArenaSettings settings, string path)
    {
        ArenaFindings findings = new(entries, results.Start, results.Cells);
        DataTable table = new(
            "Recipes",
            [
                new("recipe"), new("verdict"), new("seeds"),
                .. ArenaText.Columns.Select(c => new Column(c.Name, c.Metric.StartsWith("accuracy", StringComparison.Ordinal)
                    ? Best.Largest : Best.None)),
                new("tokens"), new("seconds"), new("paper"),
            ],
            [
                [
                    new("the start"), new("–"), new("–"),
                    .. ArenaText.Columns.Select(c => c.IsShare
                        ? Cell.Percent(results.Start[c.Metric]) with { Tone = CellTone.Quoted }
                        : Cell.Number(results.Start[c.Metric], "F2") with { Tone = CellTone.Quoted }),
                    new("–"), new("–"), new("–"),
                ],
                .. entries.Select(e => (IReadOnlyList<Cell>)
                [
                    new(e.Name), new(findings.Verdict(e)), new(ArenaText.Agreement(findings, e)),
                    .. ArenaText.Columns.Select(c => Figure(findings, e, c.Metric, c.IsShare)),
                    Mean(findings, e, c => c.SampledTokens, "N0"), Mean(findings, e, c => c.Seconds, "F0"),
                    new(e.IsControl ? "–" : e.Recipe.Paper),
                ]),
            ],
            "Changes from the start, the mean over seeds, with the least and the greatest. "
            + ArenaText.Chance(findings, settings));
        DataTable checks = new(
            "Signatures", [new("recipe"), new("prediction"), new("outcome"), new("seeds that agree"), new("mean")],
            [
                .. findings.Checks().Select(c => (IReadOnlyList<Cell>)
                [
                    new(c.Entry), new(c.Check.Words), new(ArenaText.Words(c.Outcome)), new(Invariant($"{c.Agree} of {c.Seeds}")),
                    double.IsNaN(c.Mean) ? new("–") : Cell.Number(c.Mean, "F3"),
                ]),
            ],
            "A prediction of the recipe's paper or of ours, made before the runs; nothing was tuned until it held.");
        int[] ks = [1, 2, 4, 8, 16];
        LineChart passes = new(
            "pass@k, mean over seeds", "k", "",
            [
                Passes("the start", k => results.Start[Name(k)]),
                .. MostGained(entries, findings).Prepend(ArenaEntry.Random)
                    .Where(e => findings.Change(e.Name, "pass@1") is not null)
                    .Select(e => Passes(e.Name, k => results.Start[Name(k)] + findings.Change(e.Name, Name(k))!.Value.Mean)),
            ]);
        new ReportPage(
            "The arena", Invariant($"Recipes side by side in the {settings.World} world: {entries.Count(e => !e.IsControl)}"),
            [
                .. results.Settings.OrderBy(s => s.Key, StringComparer.Ordinal)
                    .Select(s => new Fact(s.Key.Replace('_', ' '), s.Value)),
                new("runs", results.Cells.Count.ToString("N0", CultureInfo.InvariantCulture)),
            ],
            [
                new Section("recipes", "Recipes", "Each from the same start, with as many sampled tokens.", table),
                new Section("signatures", "Signatures", "What should be seen where a method works.", checks),
                new Section(
                    "pass", "pass@k",
                    "The start, the random reward, and the six recipes that gained most: does one answer cost the others?",
                    passes),
            ]).Write(path);

        Series Passes(string name, Func<int, double> value) =>
            new(name, [.. ks.Select(k => new SeriesPoint(k, value(k)))]);

        static string Name(int k) => Invariant($"pass@{k}");
    }

    // More curves than eight are told apart by nobody.
    private static IEnumerable<ArenaEntry> MostGained(IReadOnlyList<ArenaEntry> entries, ArenaFindings findings) => entries
        .Where(e => !e.IsControl).OrderByDescending(e => findings.Change(e.Name, "accuracy")?.Mean ?? double.NegativeInfinity)
        .Take(6);

    private static Cell Figure(ArenaFindings findings, ArenaEntry entry, string metric, bool isShare)
    {
        if (findings.Change(entry.Name, metric) is not { } change) return new Cell("–");
        string low = ArenaText.Change((change.Low, 0, 0), isShare), high = ArenaText.Change((change.High, 0, 0), isShare);
        return new Cell($"{ArenaText.Change(change, isShare)} ({low} to {high})");
    }

    private static Cell Mean(ArenaFindings findings, ArenaEntry entry, Func<ArenaCell, double> of, string form)
    {
        double[] values = [.. findings.Of(entry.Name).Select(of)];
        return values.Length == 0 ? new Cell("–") : Cell.Number(values.Average(), form);
    }
}
