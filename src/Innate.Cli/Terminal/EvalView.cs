using System.Globalization;
using System.Text;
using Innate.Benchmarks;
using Innate.Benchmarks.Evaluation;
using Spectre.Console;
using Spectre.Console.Rendering;
using Stack = Spectre.Console.Rows;

namespace Innate.Cli.Terminal;

/// <summary>A run's tables for people: a row a scorer, the best of each column bold, then the matrices as heat maps.</summary>
internal sealed class EvalView(int width, ColourDepth depth)
{
    private const int Cell = 9, LongestName = 12, MostColumns = 24;

    /// <summary>The whole view.</summary>
    public string Render(EvalResults results)
    {
        Paragraph title = new Paragraph(results.Benchmark.Name, Screen.Bold)
            .Append(string.Create(CultureInfo.InvariantCulture, $" · {results.Model} · {results.Items.Count} items"), Screen.Dim);
        StringBuilder text = new("\n");
        text.Append(Draw(title));
        string[] columns = [.. results.MetricNames.Take(MostColumns)];
        foreach (Table table in Tables(results, columns.Length == 0 ? ["-"] : columns)) text.Append(Draw(table));
        foreach (string note in Notes(results, columns.Length)) text.Append(Draw(Screen.Piece(note, Screen.Dim)));
        foreach (IRenderable part in LengthView.Parts(results, width - 2)) text.Append(Draw(part));
        if (results.Scorers.Any(s => s.Matrices.Count > 0)) text.Append('\n').Append(Draw(Matrices(results)));
        if (results.Sweep is { } sweep) text.Append('\n').Append(Draw(Surfaces(sweep)));
        return text.Append('\n').ToString();
    }

    private static IEnumerable<string> Notes(EvalResults results, int shown)
    {
        int left = results.MetricNames.Count - shown;
        if (left > 0) yield return string.Create(CultureInfo.InvariantCulture, $"and {left} columns more in results.json");
        foreach (string note in EvalNotes.Of(results)) yield return note;
    }

    private string Draw(IRenderable part) => Screen.Render(new Padder(part, new Padding(2, 0, 0, 0)), width, depth);

    // As many columns as fit, the others in tables below with the scorers' names again.
    private IEnumerable<Table> Tables(EvalResults results, string[] columns)
    {
        int at = 0;
        while (at < columns.Length)
        {
            int count = columns.Length - at;
            while (count > 1 && Screen.WidthOf(OneTable(results, columns, at, count)) > width - 2) count--;
            yield return OneTable(results, columns, at, count);
            at += count;
        }
    }

    private static Table OneTable(EvalResults results, string[] columns, int at, int count)
    {
        string[] block = [.. columns.Skip(at).Take(count)];
        string[] names = [.. block.Select(c => Cut(c, LongestName))];
        bool hasUnscored = results.Scorers.Any(s => s.Unscored > 0);
        string[] unscored = hasUnscored ? ["unscored"] : [];
        Table table = at == 0
            ? Grids.Figures(["scorer", "n", .. unscored, "ties", names[0], "95% interval", .. names[1..]])
            : Grids.Figures(["scorer", .. names]);
        foreach ((ScorerResult row, string name) in ScorerTwins.Rows(results.Scorers))
        {
            List<IRenderable> cells = [Screen.Piece(name)];
            int[] counts = hasUnscored ? [row.Scored.Count, row.Unscored, row.Ties] : [row.Scored.Count, row.Ties];
            if (at == 0) cells.AddRange(counts.Select(Count));
            for (int c = 0; c < block.Length; c++)
            {
                cells.Add(Value(results, row, block[c], isAverage: at + c < Averages(columns)));
                if (at == 0 && c == 0) cells.Add(Interval(row, block[c]));
            }

            table.AddRow(cells);
        }

        return table;
    }

    private static Paragraph Count(int count) => Screen.Piece(count.ToString(CultureInfo.InvariantCulture));

    private static Paragraph Value(EvalResults results, ScorerResult row, string column, bool isAverage)
    {
        if (row[column] is not { } value) return Screen.Piece("-");
        bool isPartial = isAverage && row.Over(results.Benchmark).Count < results.Benchmark.Parts.Count;
        bool isBest = results.Scorers.All(s => !(s[column] > value));
        return Screen.Piece(Percent(value) + (isPartial ? "*" : ""), isBest ? Screen.Bold : Style.Plain);
    }

    private static Paragraph Interval(ScorerResult row, string column) => Screen.Piece(
        row.Intervals.TryGetValue(column, out MetricInterval i) ? $"[{Percent(i.Low)}, {Percent(i.High)}]" : "", Screen.Dim);

    private static Stack Matrices(EvalResults results)
    {
        ScorerResult[] rows = [.. results.Scorers.Where(s => s.Matrices.Count > 0)];
        BenchmarkMatrix shape = rows[0].Matrices[0];
        return new Stack(
            Screen.Piece($"rows: {shape.RowMeaning}, columns: {shape.ColumnMeaning}", Screen.Dim), Screen.Piece(" "),
            new Columns(rows.Select(
                r => new Stack(
                    Screen.Piece(r.Spec.Name, Screen.Bold), Heat(r.Matrices[0], new HeatScale(0.5, 0.5)), Screen.Piece(" "))))
            {
                Expand = false, Padding = new Padding(0, 0, 3, 0),
            });
    }

    // Each surface on its own scale, for what differs between weights is small beside what differs between benchmarks.
    private static Stack Surfaces(SweepResult sweep) => new(
        Screen.Piece($"weights of {sweep.Scorer}, rows: gamma, columns: beta", Screen.Dim), Screen.Piece(" "),
        new Columns(sweep.Surfaces.Take(4).Select(s =>
        {
            double[] all = [.. s.Value.Cast<double>()];
            double centre = (all.Min() + all.Max()) / 2, range = Math.Max((all.Max() - all.Min()) / 2, 1e-9);
            BenchmarkMatrix matrix = new(
                s.Key, "gamma", [.. sweep.Grid.Gammas.Select(Number)], "beta", [.. sweep.Grid.Betas.Select(Number)],
                s.Value);
            Table heat = Heat(matrix, new HeatScale(centre, range));
            return new Stack(Screen.Piece(s.Key, Screen.Bold), heat, Screen.Piece(" "));
        }))
        {
            Expand = false, Padding = new Padding(0, 0, 3, 0),
        });

    private static string Number(double x) => x.ToString("0.####", CultureInfo.InvariantCulture);

    // The colours of cells touch, so that it is read as one surface.
    private static Table Heat(BenchmarkMatrix matrix, HeatScale scale)
    {
        Table table = new() { Border = TableBorder.None };
        foreach (string name in matrix.Columns.Prepend(""))
        {
            table.AddColumn(new TableColumn(Screen.Piece(Cut(name, Cell - 1) + (name.Length > 0 ? " " : ""), Screen.Dim))
            {
                NoWrap = true, Padding = new Padding(0), Alignment = name.Length == 0 ? Justify.Left : Justify.Right,
            });
        }

        for (int r = 0; r < matrix.Rows.Count; r++)
        {
            List<IRenderable> cells = [Screen.Piece(matrix.Rows[r] + " ")];
            for (int c = 0; c < matrix.Columns.Count; c++)
            {
                double value = matrix.Values[r, c];
                Style style = scale.ColourOf(value) is { } colour
                    ? new Style(colour.ReadableText.ToColor(), colour.ToColor())
                    : Style.Plain;
                cells.Add(Screen.Piece(Percent(value).PadLeft(Cell - 1) + " ", style));
            }

            table.AddRow(cells);
        }

        return table;
    }

    // Averages over parts stand before the first part's own number.
    private static int Averages(string[] columns) =>
        columns is ["overall", "easy", ..] or ["best-of-4", "pair", ..] ? 4 : 1;

    private static string Percent(double x) => (100 * x).ToString("0.0", CultureInfo.InvariantCulture);

    private static string Cut(string name, int length) => name.Length <= length ? name : name[..(length - 1)] + "…";
}
