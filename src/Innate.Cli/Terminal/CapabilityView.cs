using System.Text;
using Innate.Runs.Capability;
using static System.FormattableString;

namespace Innate.Cli.Terminal;

/// <summary>Rewards against capability on a terminal: a row a model, from the least able to the ablest.</summary>
internal static class CapabilityView
{
    /// <summary>The table.</summary>
    public static string Render(CapabilityResults results)
    {
        IReadOnlyList<string> scorers = results.Scorers;
        List<string[]> rows = [["model", "bits/byte", .. scorers]];
        rows.AddRange(results.Points.OrderByDescending(p => p.BitsPerByte).Select(p => (string[])
        [
            p.IsRaw ? $"{p.Name}, raw" : p.Name, Invariant($"{p.BitsPerByte:0.000}"),
            .. scorers.Select(s => CapabilityResults.Of(p, s) is { } v
                ? Invariant($"{v.Value:0.0%} [{100 * v.Interval.Low:0.0}, {100 * v.Interval.High:0.0}]")
                : "-"),
        ]));
        rows.Add(
        [
            "rank correlation", "",
            .. scorers.Select(results.RankCorrelation).Select(r => double.IsNaN(r) ? "-" : Invariant($"{r:0.00}")),
        ]);
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(i => rows.Max(r => r[i].Length))];
        StringBuilder text = new();
        text.Append(Invariant($"{results.Figure} on {results.Benchmark}, beside bits a byte of {results.Text}\n\n"));
        foreach (string[] row in rows)
        {
            text.Append("  ").Append(row[0].PadRight(widths[0]));
            for (int i = 1; i < row.Length; i++) text.Append("  ").Append(row[i].PadLeft(widths[i]));
            text.Append('\n');
        }

        return text.ToString();
    }
}
