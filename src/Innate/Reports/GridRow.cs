using System.Text;

namespace Innate.Reports;

/// <summary>Pictures side by side, with what their marks mean.</summary>
/// <param name="Title">What they answer; may be empty.</param>
/// <param name="Grids">The pictures; at least one, all of one scale.</param>
internal sealed record GridRow(string Title, IReadOnlyList<TokenGrid> Grids) : IPagePart
{
    /// <inheritdoc/>
    public void Write(StringBuilder html)
    {
        html.Append("<div class=\"pictures\" data-part=\"grids\">");
        if (Title.Length > 0) html.Append("<h4>").Append(Html.Escape(Title)).Append("</h4>");
        foreach (TokenGrid grid in Grids) grid.Write(html);
        html.Append("</div>\n");
    }
}
