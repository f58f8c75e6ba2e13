using System.Globalization;
using System.Text;

namespace Innate.Reports;

/// <summary>A piece of text as a page shows it: coloured by its value, the value on pointing at it.</summary>
internal static class PieceText
{
    /// <summary>Writes a piece.</summary>
    /// <param name="html">The page.</param>
    /// <param name="text">Plain text.</param>
    /// <param name="value">What colours it; null: nothing does.</param>
    /// <param name="title">What pointing at it shows; empty: nothing.</param>
    /// <param name="scale">From value to colour.</param>
    public static void Write(StringBuilder html, string text, double? value, string title, DivergingScale scale)
    {
        double strength = value is { } number ? scale.Strength(number) : 0;
        if (value is null && title.Length == 0)
        {
            html.Append(Html.Escape(text));
            return;
        }

        html.Append("<span");
        if (strength != 0)
        {
            html.Append(" class=\"").Append(strength > 0 ? 'p' : 'n').Append("\" style=\"").Append(Html.Heat);
            html.Append(Math.Abs(strength).ToString(".##", CultureInfo.InvariantCulture)).Append('"');
        }

        html.Append(" title=\"").Append(Html.Escape(title)).Append("\">").Append(Html.Escape(text)).Append("</span>");
    }

    /// <summary>Writes what the colours mean.</summary>
    public static void WriteLegend(StringBuilder html, DivergingScale scale)
    {
        html.Append("<p class=\"legend\">").Append(NumberText.Short(scale.Centre - scale.Range)).Append("<i></i>");
        html.Append(NumberText.Short(scale.Centre + scale.Range)).Append(" <span>around the median ");
        html.Append(NumberText.Short(scale.Centre)).Append("; point at a token for its value</span></p>");
    }
}
