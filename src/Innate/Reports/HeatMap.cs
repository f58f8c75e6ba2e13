using System.Globalization;
using System.Text;

namespace Innate.Reports;

/// <summary>Which cells of a heat map are emphasised.</summary>
internal enum HeatEmphasis
{
    /// <summary>None.</summary>
    None,

    /// <summary>Those whose row and column have the same index.</summary>
    Diagonal,

    /// <summary>The largest of each column.</summary>
    LargestInColumn,

    /// <summary>The largest of all.</summary>
    Largest,
}

/// <summary>A matrix as a table of coloured cells, the number in each.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="RowsAre">What the rows stand for: <c>prompted style</c>.</param>
/// <param name="ColumnsAre">What the columns stand for.</param>
/// <param name="RowNames">A name for each row.</param>
/// <param name="ColumnNames">A name for each column.</param>
/// <param name="Values">Rows of numbers; a NaN is an empty cell.</param>
internal sealed record HeatMap(
    string Title, string RowsAre, string ColumnsAre, IReadOnlyList<string> RowNames, IReadOnlyList<string> ColumnNames,
    IReadOnlyList<IReadOnlyList<double>> Values) : IPagePart
{
    /// <summary>From number to colour; null: from the least to the greatest.</summary>
    public ColourScale? Scale { get; init; }

    /// <summary>Which cells are emphasised.</summary>
    public HeatEmphasis Emphasis { get; init; }

    /// <summary>How numbers are written: a format as <c>F1</c>, or <c>P</c> for parts of 1 in per cent.</summary>
    public string Format { get; init; } = "F2";

    /// <summary>What must be known to read it right; may be empty.</summary>
    public string Note { get; init; } = "";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The values are not one row a row name, one number a column name.</exception>
    public void Write(StringBuilder html)
    {
        if (Values.Count != RowNames.Count || Values.Any(r => r.Count != ColumnNames.Count))
        {
            throw new ArgumentException($"The values of '{Title}' are not {RowNames.Count} rows of {ColumnNames.Count}.");
        }

        ColourScale scale = Scale ?? ColourScale.Of(Values.SelectMany(r => r));
        html.Append("<figure class=\"card heat\" data-part=\"heat\"><figcaption><h3>").Append(Html.Escape(Title));
        html.Append("</h3></figcaption>");
        Html.OpenScroll(html, Title);
        html.Append("<table><thead><tr><th><span class=\"axes\">");
        html.Append(Html.Escape(RowsAre)).Append(" ↓ · ").Append(Html.Escape(ColumnsAre)).Append(" →</span></th>");
        foreach (string name in ColumnNames) html.Append("<th scope=\"col\">").Append(Html.Escape(name)).Append("</th>");
        html.Append("</tr></thead><tbody>\n");
        for (int row = 0; row < Values.Count; row++)
        {
            html.Append("<tr><th scope=\"row\">").Append(Html.Escape(RowNames[row])).Append("</th>");
            for (int column = 0; column < ColumnNames.Count; column++) WriteCell(html, scale, row, column);
            html.Append("</tr>\n");
        }

        html.Append("</tbody></table></div>");
        if (Note.Length > 0) html.Append("<p class=\"foot\">").Append(Html.Escape(Note)).Append("</p>");
        html.Append("</figure>\n");
    }

    private void WriteCell(StringBuilder html, ColourScale scale, int row, int column)
    {
        double value = Values[row][column];
        double strength = scale.Strength(value);
        string colour = double.IsNaN(value) ? "none" : strength < 0 ? "cold" : "warm";
        html.Append("<td class=\"").Append(colour).Append(IsEmphasised(row, column) ? " best\"" : "\"");
        html.Append(CultureInfo.InvariantCulture, $" style=\"{Html.Heat}{Math.Abs(strength):0.##}\">");
        html.Append(Html.Escape(Text(value))).Append("</td>");
    }

    private string Text(double value)
    {
        if (double.IsNaN(value)) return "–";
        return Format == "P"
            ? (100 * value).ToString("F1", CultureInfo.InvariantCulture) + " %"
            : value.ToString(Format, CultureInfo.InvariantCulture);
    }

    private bool IsEmphasised(int row, int column)
    {
        double value = Values[row][column];
        return Emphasis switch
        {
            HeatEmphasis.Diagonal => row == column,
            HeatEmphasis.LargestInColumn => value == Values.Max(r => Number(r[column])),
            HeatEmphasis.Largest => value == Values.Max(r => r.Max(Number)),
            _ => false,
        };

        static double Number(double x) => double.IsNaN(x) ? double.NegativeInfinity : x;
    }
}
