using System.Text;

namespace Innate.Reports;

/// <summary>What the colours of all texts below it mean.</summary>
/// <param name="Scale">The scale that they share.</param>
internal sealed record TokenLegend(DivergingScale Scale) : IPagePart
{
    /// <inheritdoc/>
    public void Write(StringBuilder html)
    {
        PieceText.WriteLegend(html, Scale);
        html.Append('\n');
    }
}
