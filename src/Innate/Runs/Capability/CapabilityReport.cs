using System.Globalization;
using Innate.Reports;

namespace Innate.Runs.Capability;

/// <summary>Rewards against capability as a page: a table, and a curve a scorer.</summary>
internal static class CapabilityReport
{
    /// <summary>Writes the page.</summary>
    public static void Write(CapabilityResults results, string path)
    {
        CapabilityPoint[] able = [.. results.Points.OrderByDescending(p => p.BitsPerByte)];
        IReadOnlyList<string> scorers = results.Scorers;
        DataTable table = new(
            "Models", [new("model"), new("bits a byte", Best.Smallest), .. scorers.Select(s => new Column(s, Best.Largest))],
            [
                .. able.Select(p => (IReadOnlyList<Cell>)
                [
                    new(p.IsRaw ? $"{p.Name}, raw" : p.Name), Cell.Number(p.BitsPerByte, "F3"),
                    .. scorers.Select(s => CapabilityResults.Of(p, s) is { } v
                        ? Cell.Percent(v.Value, v.Interval.Low, v.Interval.High)
                        : new Cell("–")),
                ]),
                [
                    new("rank correlation"), new("–"),
                    .. scorers.Select(s => Cell.Number(results.RankCorrelation(s), "F2") with { Tone = CellTone.Quoted }),
                ],
            ],
            "Rank correlation: Spearman's, of the figure with minus the bits a byte; 1 where the abler model always has the "
            + "better reward. Not told for fewer than three models.");
        LineChart chart = new(
            $"{results.Figure} on {results.Benchmark}", "bits a byte of the text, fewer is abler", "",
            [
                .. scorers.Select((s, i) => new Series(s,
                [
                    .. able.Where(p => CapabilityResults.Of(p, s) is not null)
                        .Select(p => (p.BitsPerByte, Figure: CapabilityResults.Of(p, s)!.Value))
                        .Select(p => new SeriesPoint(
                            p.BitsPerByte, p.Figure.Value, p.Figure.Interval.Low, p.Figure.Interval.High)),
                ]) { HasBars = true, Colour = i % 8 }),
            ]);
        new ReportPage(
            "Reward against capability", $"{results.Points.Count} models on {results.Benchmark}",
            [
                new("benchmark", results.Benchmark), new("figure", results.Figure), new("text", results.Text),
                new("bytes", results.Bytes.ToString("N0", CultureInfo.InvariantCulture)),
            ],
            [
                new Section("models", "Models", "From the least able to the ablest.", table),
                new Section("chart", "Chart", "Bars are 95 % intervals.", chart),
            ]).Write(path);
    }
}
