using System.Globalization;
using System.Text;

namespace Innate.Reports;

/// <summary>One token of a picture.</summary>
/// <param name="Id">Its id, which decides the cell's colour.</param>
/// <param name="Value">Its reward, a mark on the cell; null: none.</param>
internal readonly record struct GridCell(int Id, double? Value);

/// <summary>
/// A response as a picture: a cell a token, line by line; on each the mark of its reward. Ids of two colours are light and dark;
/// of more, each has a colour of its own, which says nothing but that ids differ.
/// </summary>
/// <param name="Title">What it is of; may be empty.</param>
/// <param name="Cells">The tokens.</param>
/// <param name="Width">Cells of a line, at least 1.</param>
/// <param name="Scale">From reward to colour; give pictures that are compared the same.</param>
internal sealed record TokenGrid(string Title, IReadOnlyList<GridCell> Cells, int Width, DivergingScale Scale) : IPagePart
{
    // The golden angle: neighbouring ranks have colours far apart.
    private const double HueStep = 137.508;

    /// <summary>Ids in order, whose places are their colours; give pictures that are compared the same. Null: its own.</summary>
    public int[]? Ids { get; init; }

    /// <inheritdoc/>
    public void Write(StringBuilder html)
    {
        int[] ids = Ids ?? [.. Cells.Select(c => c.Id).Distinct().Order()];
        int height = (Cells.Count + Width - 1) / Width;
        html.Append("<figure class=\"pixels\" data-part=\"grid\">");
        if (Title.Length > 0) html.Append("<figcaption>").Append(Html.Escape(Title)).Append("</figcaption>");
        html.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {height}\" role=\"img\" aria-label=\"");
        html.Append(CultureInfo.InvariantCulture, $"{Cells.Count} tokens in lines of {Width}\">");
        for (int i = 0; i < Cells.Count; i++) WriteCell(html, Cells[i], i % Width, i / Width, ids);
        html.Append("</svg></figure>\n");
    }

    private void WriteCell(StringBuilder html, GridCell cell, int x, int y, int[] ids)
    {
        int rank = Array.IndexOf(ids, cell.Id);
        html.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x}\" y=\"{y}\" width=\"1\" height=\"1\" ");
        if (ids.Length <= 2)
        {
            html.Append(rank == 0 ? "class=\"light\"" : "class=\"dark\"");
        }
        else
        {
            html.Append(CultureInfo.InvariantCulture, $"fill=\"hsl({rank * HueStep % 360:0.#} 45% 60%)\"");
        }

        string value = cell.Value is { } reward ? $": {NumberText.Short(reward)}" : "";
        html.Append(CultureInfo.InvariantCulture, $"><title>{cell.Id}{Html.Escape(value)}</title></rect>");
        double strength = cell.Value is { } number ? Scale.Strength(number) : 0;
        if (strength == 0) return;
        html.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{x}.5\" cy=\"{y}.5\" r=\".3\" class=\"");
        html.Append(strength > 0 ? "warm" : "cold").Append("\" style=\"").Append(Html.Heat);
        html.Append(CultureInfo.InvariantCulture, $"{Math.Abs(strength):0.##}\"/>");
    }
}
