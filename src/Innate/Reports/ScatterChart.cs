using System.Globalization;
using System.Text;

namespace Innate.Reports;

/// <summary>A point of a cloud.</summary>
/// <param name="X">Where it lies across.</param>
/// <param name="Y">Where it lies up.</param>
/// <param name="Name">What pointing at it says beside both numbers: an item's id; may be empty.</param>
internal readonly record struct CloudPoint(double X, double Y, string Name = "");

/// <summary>Points of one kind.</summary>
internal sealed record Cloud(string Name, IReadOnlyList<CloudPoint> Points);

/// <summary>Clouds of points, some thousands at most. Pointing at one reads it.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="XName">What the axis across is, with its unit.</param>
/// <param name="YName">What the axis up is, with its unit.</param>
/// <param name="Clouds">The kinds of points.</param>
internal sealed record ScatterChart(string Title, string XName, string YName, params IReadOnlyList<Cloud> Clouds) : IPagePart
{
    /// <summary>Whether the axis across is logarithmic.</summary>
    public bool IsLogX { get; init; }

    /// <summary>Whether the axis up is logarithmic.</summary>
    public bool IsLogY { get; init; }

    /// <summary>What must be known to read it right; may be empty.</summary>
    public string Note { get; init; } = "";

    /// <inheritdoc/>
    public void Write(StringBuilder html)
    {
        html.Append("<figure class=\"card chart scatter\" data-part=\"scatter\"><figcaption><h3>").Append(Html.Escape(Title));
        if (YName.Length > 0) html.Append(" <small>").Append(Html.Escape(YName)).Append("</small>");
        html.Append("</h3><ul class=\"series\">");
        for (int i = 0; i < Clouds.Count; i++)
        {
            html.Append(CultureInfo.InvariantCulture, $"<li class=\"s{i % 8}\"><i></i><span>");
            html.Append(Html.Escape(Clouds[i].Name)).Append("</span></li>");
        }

        html.Append("</ul>");
        Plot? plot = Plot.Around(
            Clouds.SelectMany(c => c.Points).Where(CanDraw).Select(p => (p.X, p.Y)),
            IsLogX ? Axis.OfPowers : Axis.OfValues, IsLogY ? Axis.OfPowers : Axis.OfValues);
        Plot.WriteNote(html, plot, Note, Missing());
        plot?.Write(html, "point", "", Describe(), XName, svg =>
        {
            for (int i = 0; i < Clouds.Count; i++) WriteCloud(svg, plot, i);
        });
        html.Append("</figure>\n");
    }

    private bool CanDraw(CloudPoint p) => Plot.CanDraw(p.X, IsLogX) && Plot.CanDraw(p.Y, IsLogY);

    private string Missing() => Plot.Missing(Clouds.Sum(c => c.Points.Count(p => !CanDraw(p))), IsLogX || IsLogY);

    private void WriteCloud(StringBuilder html, Plot plot, int index)
    {
        CloudPoint[] points = [.. Clouds[index].Points.Where(CanDraw)];
        html.Append(CultureInfo.InvariantCulture, $"<g class=\"s{index % 8}\" data-m=\"");
        html.AppendJoin(';', points.Select(p => string.Create(
            CultureInfo.InvariantCulture, $"{plot.X(p.X)}|{plot.Y(p.Y)}|{NumberText.Short(p.X)}|{NumberText.Short(p.Y)}")));

        // Names may hold anything, so each has a line of its own.
        if (points.Any(p => p.Name.Length > 0))
        {
            html.Append("\" data-names=\"");
            html.AppendJoin('\n', points.Select(p => Html.Escape(p.Name.ReplaceLineEndings(" "))));
        }

        html.Append("\"><path class=\"cloud\" d=\"");
        foreach (CloudPoint p in points) html.Append(CultureInfo.InvariantCulture, $"M{plot.X(p.X)} {plot.Y(p.Y)}h0");
        html.Append("\"/></g>");
    }

    private string Describe() => string.Join("; ", Clouds
        .Select(c => $"{c.Name}: {NumberText.Whole(c.Points.Count(CanDraw))} points").Prepend(Title));
}
