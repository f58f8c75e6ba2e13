using System.Globalization;
using System.Text;
using Innate.Benchmarks.Evaluation;
using Innate.Benchmarks;
using Innate.Cli.Terminal;

namespace Innate.Cli.Terminal;

/// <summary>A run's tables for people: a row a scorer, the best of each column bold, then the matrices as heat maps.</summary>
internal sealed class EvalView(int width, ColourDepth depth)
{
    private const string Indent = "  ";
    private const int Cell = 9, Counts = 23, Interval = 15, MostColumns = 24;

    /// <summary>The whole view.</summary>
    public string Render(EvalResults results)
    {
        StringBuilder text = new();
        text.Append('\n').Append(Indent).Append(Colour.Bold(results.Benchmark.Name, depth))
            .Append(Colour.Dim(string.Create(CultureInfo.InvariantCulture, $" · {results.Model} · {results.Items.Count} items"), depth))
            .Append("\n\n");
        AppendTable(text, results);
        foreach (string note in EvalNotes.Of(results)) text.Append(Indent).Append(Colour.Dim(note, depth)).Append('\n');
        AppendMatrices(text, results);
        return text.Append('\n').ToString();
    }

    // As many columns as fit beside the counts, the others below them with the scorers' names again.
    private void AppendTable(StringBuilder text, EvalResults results)
    {
        string[] columns = [.. results.MetricNames.Take(MostColumns)];
        if (columns.Length == 0) columns = ["-"];
        int names = Math.Max(6, results.Scorers.Max(s => s.Spec.Name.Length));
        int room = width - Indent.Length - names;
        int first = Math.Clamp((room - Counts - Interval) / Cell, 1, columns.Length);
        int more = Math.Max(1, room / Cell);
        string[][] blocks = [columns[..first], .. columns[first..].Chunk(more)];
        int at = 0;
        foreach (string[] block in blocks)
        {
            bool isFirst = at == 0;
            if (!isFirst) text.Append('\n');
            StringBuilder head = new("scorer".PadRight(names));
            if (isFirst) head.Append($"{"n",6}{"unscored",10}{"ties",7}");
            for (int c = 0; c < block.Length; c++) head.Append(Cut(block[c], Cell - 1).PadLeft(Cell)).Append(isFirst && c == 0 ? "95% interval".PadLeft(Interval) : "");
            text.Append(Indent).Append(Colour.Dim(head.ToString(), depth)).Append('\n');
            foreach (ScorerResult row in results.Scorers)
            {
                text.Append(Indent).Append(row.Spec.Name.PadRight(names));
                if (isFirst) text.Append(CultureInfo.InvariantCulture, $"{row.Scored.Count,6}{row.Unscored,10}{row.Ties,7}");
                for (int c = 0; c < block.Length; c++) AppendCell(text, results, row, block[c], isAverage: at + c < Averages(columns), withInterval: isFirst && c == 0);
                text.Append('\n');
            }

            at += block.Length;
        }

        int left = results.MetricNames.Count - columns.Length;
        if (left > 0) text.Append(Indent).Append(Colour.Dim(string.Create(CultureInfo.InvariantCulture, $"and {left} columns more in results.json"), depth)).Append('\n');
    }

    private void AppendCell(StringBuilder text, EvalResults results, ScorerResult row, string column, bool isAverage, bool withInterval)
    {
        double? value = row[column];
        bool partial = isAverage && row.Over(results.Benchmark).Count < results.Benchmark.Parts.Count;
        string shown = (value is { } x ? Percent(x) + (partial ? "*" : "") : "-").PadLeft(Cell);
        bool best = value is { } y && results.Scorers.All(s => !(s[column] > y));
        text.Append(best ? Colour.Bold(shown, depth) : shown);
        if (!withInterval) return;
        string range = row.Intervals.TryGetValue(column, out MetricInterval i) ? $"[{Percent(i.Low)}, {Percent(i.High)}]" : "";
        text.Append(Colour.Dim(range.PadLeft(Interval), depth));
    }

    private void AppendMatrices(StringBuilder text, EvalResults results)
    {
        ScorerResult[] rows = [.. results.Scorers.Where(s => s.Matrices.Count > 0)];
        if (rows.Length == 0) return;
        BenchmarkMatrix shape = rows[0].Matrices[0];
        int label = shape.Rows.Max(r => r.Length) + 1;
        int block = Math.Max(label + (Cell * shape.Columns.Count), rows.Max(r => r.Spec.Name.Length)) + 3;
        int across = Math.Max(1, (width - Indent.Length) / block);
        text.Append('\n').Append(Indent).Append(Colour.Dim($"rows: {shape.RowMeaning}, columns: {shape.ColumnMeaning}", depth)).Append('\n');
        foreach (ScorerResult[] line in rows.Chunk(across))
        {
            text.Append('\n').Append(Indent);
            foreach (ScorerResult r in line) text.Append(Colour.Bold(r.Spec.Name.PadRight(block), depth));
            text.Append('\n').Append(Indent);
            foreach (ScorerResult r in line)
            {
                string head = new string(' ', label) + string.Concat(shape.Columns.Select(c => Cut(c, Cell - 1).PadLeft(Cell)));
                text.Append(Colour.Dim(head.PadRight(block), depth));
            }

            text.Append('\n');
            for (int i = 0; i < shape.Rows.Count; i++)
            {
                text.Append(Indent);
                foreach (ScorerResult r in line) AppendRow(text, r.Matrices[0], i, label, block);
                text.Append('\n');
            }
        }
    }

    private void AppendRow(StringBuilder text, BenchmarkMatrix matrix, int row, int label, int block)
    {
        text.Append(matrix.Rows[row].PadRight(label));
        for (int c = 0; c < matrix.Columns.Count; c++)
        {
            string value = Percent(matrix.Values[row, c]).PadLeft(Cell - 1) + " ";
            HeatScale scale = new(0.5, 0.5);
            if (scale.ColourOf(matrix.Values[row, c]) is { } colour && depth != ColourDepth.None)
            {
                value = Colour.Background(colour, depth) + Colour.Foreground(colour.ReadableText, depth) + value + Colour.Reset;
            }

            text.Append(value);
        }

        text.Append(' ', block - label - (Cell * matrix.Columns.Count));
    }

    // Averages over parts stand before the first part's own number.
    private static int Averages(string[] columns) =>
        columns is ["overall", "easy", ..] ? 4 : 1;

    private static string Percent(double x) => (100 * x).ToString("0.0", CultureInfo.InvariantCulture);

    private static string Cut(string name, int length) => name.Length <= length ? name : name[..(length - 1)] + "…";
}
