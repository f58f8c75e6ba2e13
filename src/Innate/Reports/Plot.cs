using System.Globalization;
using System.Text;

namespace Innate.Reports;

/// <summary>
/// The frame that points are drawn in: an SVG stretched to the card, the axes' labels as text beside it, so that they keep their
/// size.
/// </summary>
internal sealed class Plot(Axis across, Axis up)
{
    // Points lie on whole numbers.
    private const int Width = 2000;
    private const int Height = 1000;

    // Beyond this, sums and differences on an axis are no numbers any more.
    private const double Largest = 1e150;

    /// <summary>A frame that just holds some points; null where there is none.</summary>
    public static Plot? Around(
        IEnumerable<(double X, double Y)> points, Func<double, double, Axis> across, Func<double, double, Axis> up)
    {
        (double X, double Y)[] all = [.. points];
        return all.Length == 0 ? null : new Plot(
            across(all.Min(p => p.X), all.Max(p => p.X)), up(all.Min(p => p.Y), all.Max(p => p.Y)));
    }

    /// <summary>Whether an axis has a place for a number.</summary>
    public static bool CanDraw(double value, bool logarithmic) =>
        logarithmic ? value is > 1 / Largest and < Largest : Math.Abs(value) < Largest;

    /// <summary>What a chart says of points that it does not draw; empty where there are none.</summary>
    public static string Missing(int count, bool logarithmic)
    {
        if (count == 0) return "";
        string why = logarithmic ? "no number, or not above 0 on a logarithmic axis" : "no number";
        return count == 1 ? $"1 point is not drawn: {why}." : $"{NumberText.Whole(count)} points are not drawn: {why}.";
    }

    /// <summary>Writes what stands above a chart, and closes its caption.</summary>
    public static void WriteNote(StringBuilder html, Plot? plot, params ReadOnlySpan<string> notes)
    {
        html.Append("<p class=\"note\">").Append(plot is null ? "No number to draw. " : "");
        foreach (string note in notes)
        {
            if (note.Length > 0) html.Append(Html.Escape(note)).Append(' ');
        }

        html.Append("</p></figcaption>");
    }

    /// <summary>A number's place across, 0..2000.</summary>
    public int X(double value) => (int)Math.Round(Width * Math.Clamp(across.Position(value), 0, 1));

    /// <summary>A number's place down, 0..1000.</summary>
    public int Y(double value) => (int)Math.Round(Height * (1 - Math.Clamp(up.Position(value), 0, 1)));

    /// <summary>Writes the frame and what is drawn in it.</summary>
    /// <param name="html">The page.</param>
    /// <param name="reading">What pointing at it reads: <c>column</c>, <c>point</c>.</param>
    /// <param name="link">Plots with the same link are read together; may be empty.</param>
    /// <param name="description">What it shows, in words.</param>
    /// <param name="xName">What the axis across is; may be empty.</param>
    /// <param name="drawing">Writes the SVG's content.</param>
    public void Write(
        StringBuilder html, string reading, string link, string description, string xName, Action<StringBuilder> drawing)
    {
        html.Append("<div class=\"plot\" tabindex=\"0\" data-reading=\"").Append(reading);
        if (link.Length > 0) html.Append("\" data-link=\"").Append(Html.Escape(link));
        html.Append("\">");
        html.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {Height}\" preserveAspectRatio=\"none\" ");
        html.Append("role=\"img\" aria-label=\"").Append(Html.Escape(description)).Append("\"><path class=\"grid\" d=\"");
        foreach (Tick tick in up.Ticks) html.Append(CultureInfo.InvariantCulture, $"M0 {Y(tick.Value)}h{Width}");
        html.Append("\"/>");
        drawing(html);
        html.Append("</svg>");
        foreach (Tick tick in up.Ticks) WriteLabel(html, "y", "top", 1 - up.Position(tick.Value), tick.Label);
        foreach (Tick tick in across.Ticks) WriteLabel(html, "x", "left", across.Position(tick.Value), tick.Label);
        if (xName.Length > 0) html.Append("<span class=\"axis\">").Append(Html.Escape(xName)).Append("</span>");
        html.Append("</div>");
    }

    /// <summary>The level of a value, right across.</summary>
    public void WriteLevel(StringBuilder html, double value) =>
        html.Append(CultureInfo.InvariantCulture, $"<path class=\"level\" d=\"M0 {Y(value)}h{Width}\"/>");

    private static void WriteLabel(StringBuilder html, string axis, string side, double position, string label)
    {
        html.Append("<span class=\"").Append(axis).Append("\" style=\"").Append(side).Append(':');
        html.Append((100 * position).ToString("0.##", CultureInfo.InvariantCulture));
        html.Append("%\">").Append(label).Append("</span>");
    }
}
