using System.Text;

namespace Innate.Reports;

/// <summary>A piece of a text, a token as a rule.</summary>
/// <param name="Text">Its text.</param>
/// <param name="Value">What colours it, a token's reward for one; null: nothing does.</param>
/// <param name="Title">What pointing at it shows; empty: the value.</param>
internal readonly record struct ColouredPiece(string Text, double? Value, string Title = "");

/// <summary>A text coloured piece by piece.</summary>
/// <param name="Pieces">The text.</param>
/// <param name="Scale">From value to colour; give texts that are compared the same.</param>
internal sealed record TokenText(IReadOnlyList<ColouredPiece> Pieces, DivergingScale Scale) : IPagePart
{
    private const int LongText = 800;

    /// <summary>Whether what the colours mean stands above it.</summary>
    public bool HasLegend { get; init; } = true;

    /// <summary>A scale for the values of several texts.</summary>
    public static DivergingScale ScaleOf(params IEnumerable<IReadOnlyList<ColouredPiece>> texts) =>
        DivergingScale.Of(texts.SelectMany(t => t).Select(p => p.Value ?? double.NaN));

    /// <inheritdoc/>
    public void Write(StringBuilder html)
    {
        if (HasLegend && Pieces.Any(p => p.Value is not null)) PieceText.WriteLegend(html, Scale);
        html.Append("<div class=\"text\" dir=\"auto\" data-part=\"tokens\"");

        // What may be taller than its box is scrolled with the keyboard too.
        if (Pieces.Sum(p => p.Text.Length) > LongText) html.Append(" tabindex=\"0\" role=\"group\" aria-label=\"the text\"");
        html.Append('>');
        if (Pieces.All(p => p.Text.Length == 0)) html.Append("<span class=\"none\">nothing</span>");
        foreach (ColouredPiece piece in Pieces)
        {
            string title = piece.Title.Length > 0 ? piece.Title : piece.Value is { } value ? NumberText.Short(value) : "";
            PieceText.Write(html, piece.Text, piece.Value, title, Scale);
        }

        html.Append("</div>\n");
    }
}
