using System.Globalization;
using System.Text;

namespace Innate.Reports;

/// <summary>Which cell of a column is emphasised.</summary>
internal enum Best
{
    /// <summary>None.</summary>
    None,

    /// <summary>The one with the largest value.</summary>
    Largest,

    /// <summary>The one with the smallest value.</summary>
    Smallest,
}

/// <summary>A column of a table.</summary>
/// <param name="Name">Its header.</param>
/// <param name="Best">Which of its cells is emphasised; all that read the same as the best one are.</param>
/// <param name="IsText">Whether it holds words, aligned left, and not numbers.</param>
internal sealed record Column(string Name, Best Best = Best.None, bool IsText = false);

/// <summary>A table of figures; its first column names the rows.</summary>
/// <param name="Caption">What it shows.</param>
/// <param name="Columns">The columns.</param>
/// <param name="Rows">The rows, each with a cell for each column.</param>
/// <param name="Footnotes">What must be known to read it right; may be empty.</param>
internal sealed record DataTable(
    string Caption, IReadOnlyList<Column> Columns, IReadOnlyList<IReadOnlyList<Cell>> Rows,
    params IReadOnlyList<string> Footnotes) : IPagePart
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A row has more or fewer cells than there are columns.</exception>
    public void Write(StringBuilder html)
    {
        html.Append("<figure class=\"card data\" data-part=\"table\"><figcaption><h3>").Append(Html.Escape(Caption));
        html.Append("</h3></figcaption>");
        Html.OpenScroll(html, Caption);
        html.Append("<table><thead><tr>");
        int[] widths = [.. Columns.Select((_, i) => Rows.Where(r => r.Count > i).Max(r => (int?)r[i].Interval.Length) ?? 0)];
        for (int i = 0; i < Columns.Count; i++)
        {
            html.Append("<th scope=\"col\"").Append(IsText(i) ? " class=\"word\">" : ">").Append(Html.Escape(Columns[i].Name));
            WriteInterval(html, "", widths[i]);
            html.Append("</th>");
        }

        html.Append("</tr></thead><tbody>\n");
        string?[] best = [.. Columns.Select((column, i) => BestText(column.Best, i))];
        foreach (IReadOnlyList<Cell> row in Rows)
        {
            if (row.Count != Columns.Count)
            {
                throw new ArgumentException($"A row of '{Caption}' has {row.Count} cells, where {Columns.Count} columns are.");
            }

            html.Append("<tr>");
            for (int i = 0; i < row.Count; i++) WriteCell(html, row[i], i, best[i], widths[i]);
            html.Append("</tr>\n");
        }

        html.Append("</tbody></table></div>");
        if (Rows.Count == 0) html.Append("<p class=\"foot none\">nothing</p>");
        foreach (string note in Footnotes) html.Append("<p class=\"foot\">").Append(Html.Escape(note)).Append("</p>");
        html.Append("</figure>\n");
    }

    private bool IsText(int column) => column == 0 || Columns[column].IsText;

    // All of a column are as wide as its longest, so that the figures before them stand in line.
    private static void WriteInterval(StringBuilder html, string interval, int width)
    {
        if (width == 0) return;
        html.Append(CultureInfo.InvariantCulture, $"<small style=\"min-width:{width}ch\">").Append(Html.Escape(interval));
        html.Append("</small>");
    }

    private void WriteCell(StringBuilder html, Cell cell, int column, string? best, int width)
    {
        bool isBest = best is not null && cell.Tone != CellTone.Quoted && cell.Value is { } value && !double.IsNaN(value)
            && cell.Text == best;
        string tone = cell.Tone switch
        {
            CellTone.Good => "good",
            CellTone.Bad => "bad",
            CellTone.Quoted => "quoted",
            _ => "",
        };
        string word = IsText(column) ? "word" : "";
        string[] classes = [.. new[] { word, isBest ? "best" : "", tone }.Where(c => c.Length > 0)];
        html.Append(column == 0 ? "<th scope=\"row\"" : "<td");
        if (classes.Length > 0) html.Append(" class=\"").AppendJoin(' ', classes).Append('"');
        html.Append('>').Append(Html.Escape(cell.Text));
        WriteInterval(html, cell.Interval, width);
        html.Append(column == 0 ? "</th>" : "</td>");
    }

    // Emphasis says something only where there is a choice.
    private string? BestText(Best best, int column)
    {
        if (best == Best.None) return null;
        Cell[] cells =
        [
            .. Rows.Where(r => r.Count == Columns.Count).Select(r => r[column])
                .Where(c => c.Tone != CellTone.Quoted && c.Value is { } value && !double.IsNaN(value)),
        ];
        if (cells.Length < 2) return null;
        return (best == Best.Largest ? cells.MaxBy(c => c.Value!.Value) : cells.MinBy(c => c.Value!.Value)).Text;
    }
}
