using System.Globalization;
using Innate.Benchmarks.Evaluation;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Innate.Cli.Terminal;

/// <summary>How much of each scorer's choice is length, and what a discount does to one of them.</summary>
internal static class LengthView
{
    // A column: its header, and a cell of each row.
    private sealed record Column(string Header, IReadOnlyList<IRenderable> Cells);

    /// <summary>The tables with their notes; none where nothing is a pair of responses.</summary>
    /// <param name="results">A run's results.</param>
    /// <param name="width">The most columns of text that a table may take.</param>
    public static IEnumerable<IRenderable> Parts(EvalResults results, int width)
    {
        ScorerResult[] rows = [.. results.Scorers.Where(s => s.Lengths is not null)];
        if (rows.Length == 0) yield break;
        LengthFigures[] figures = [.. rows.Select(r => r.Lengths!)];
        double best = figures.Max(f => f.Gain);
        Column[] columns =
        [
            new("pairs won", [.. figures.Select(f => Percent(f.Accuracy))]),
            new("gain", [.. figures.Select(f => Screen.Piece(
                (100 * f.Gain).ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture),
                f.Gain >= best ? Screen.Bold : Style.Plain))]),
            new("95% interval", [.. figures.Select(f => Screen.Piece(Interval(f), Screen.Dim))]),
            new("over", [.. figures.Select(f => Screen.Piece(f.Baseline))]),
            new("like length", [.. figures.Select(f => Percent(f.LikeAccuracy))]),
            new("of", [.. figures.Select(f => Screen.Piece(f.LikePairs.ToString(CultureInfo.InvariantCulture)))]),
            new("r", [.. figures.Select(f => Number(f.Pearson))]),
            new("r within", [.. figures.Select(f => Number(f.PearsonWithin))]),
            new("rank r", [.. figures.Select(f => Number(f.SpearmanWithin))]),
        ];
        yield return Title("length", $"{figures.Max(f => f.Pairs)} pairs, ties half");
        foreach (Table table in Fitting("scorer", [.. rows.Select(r => r.Spec.Name)], columns, width)) yield return table;
        yield return Note(
            "gain: pairs won less those of the better of shorter-wins and longer-wins; like length: pairs within 10 %; r: "
            + $"Pearson's, of score and {figures[0].Unit}; within: each prompt's means taken off; rank: Spearman's, averaged");
        if (results.Discount is not { } discount) yield break;
        bool hasBeta = discount.Points.Any(p => p.Beta != 0);
        Column[] byGamma =
        [
            .. hasBeta ? [new Column("beta", [.. discount.Points.Select(p => Text(p.Beta))])] : Array.Empty<Column>(),
            new("pairs won", [.. discount.Points.Select(p => Percent(p.Accuracy))]),
            new("changed", [.. discount.Points.Select(p => Percent(p.Changed))]),
            new("r within", [.. discount.Points.Select(p => Number(p.PearsonWithin))]),
            new("rank r", [.. discount.Points.Select(p => Number(p.SpearmanWithin))]),
        ];
        yield return Title("discount", discount.Scorer);
        string[] gammas = [.. discount.Points.Select(p => p.Gamma.ToString("0.####", CultureInfo.InvariantCulture))];
        foreach (Table table in Fitting("gamma", gammas, byGamma, width)) yield return table;
        yield return Note("changed: pairs whose choice is not that of gamma 1");
    }

    // As many columns as fit, the others in tables below with the rows' names again.
    private static IEnumerable<Table> Fitting(string header, string[] names, Column[] columns, int width)
    {
        for (int at = 0; at < columns.Length;)
        {
            int count = columns.Length - at;
            while (count > 1 && Screen.WidthOf(Of(count)) > width) count--;
            yield return Of(count);
            at += count;

            Table Of(int shown)
            {
                Column[] block = columns[at..(at + shown)];
                Table table = Grids.Figures([header, .. block.Select(c => c.Header)]);
                for (int r = 0; r < names.Length; r++) table.AddRow([Screen.Piece(names[r]), .. block.Select(c => c.Cells[r])]);
                return table;
            }
        }
    }

    private static Paragraph Title(string name, string hint) =>
        new Paragraph("\n" + name, Screen.Bold).Append(" · " + hint, Screen.Dim);

    private static Paragraph Note(string text) => Screen.Piece(text, Screen.Dim);

    private static string Interval(LengthFigures f) => string.Create(
        CultureInfo.InvariantCulture, $"[{100 * f.GainInterval.Low:+0.0;-0.0;0.0}, {100 * f.GainInterval.High:+0.0;-0.0;0.0}]");

    private static Paragraph Percent(double x) =>
        Screen.Piece(double.IsNaN(x) ? "-" : (100 * x).ToString("0.0", CultureInfo.InvariantCulture));

    private static Paragraph Number(double x) =>
        Screen.Piece(double.IsNaN(x) ? "-" : x.ToString("0.00", CultureInfo.InvariantCulture));

    private static Paragraph Text(double x) => Screen.Piece(x.ToString("0.####", CultureInfo.InvariantCulture));
}
