using System.Globalization;
using System.Text;

namespace Innate.Reports;

/// <summary>A point of a series.</summary>
/// <param name="X">Where it lies across.</param>
/// <param name="Y">Its value.</param>
/// <param name="Low">The low end of its interval; NaN: none.</param>
/// <param name="High">The high end of its interval; NaN: none.</param>
internal readonly record struct SeriesPoint(double X, double Y, double Low = double.NaN, double High = double.NaN);

/// <summary>A curve with a name.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Points">Its points; sorted by X when it is drawn. What cannot be drawn leaves a gap.</param>
internal sealed record Series(string Name, IReadOnlyList<SeriesPoint> Points)
{
    /// <summary>Whether it is dashed, as a bound is.</summary>
    public bool IsDashed { get; init; }

    /// <summary>Whether intervals are bars at the points and not a band along the curve.</summary>
    public bool HasBars { get; init; }

    /// <summary>Whether it stands back, pale and thin, behind another: what a level was made of.</summary>
    public bool IsFaint { get; init; }

    /// <summary>Which of the eight colours it has; null: the one of its place among the curves.</summary>
    public int? Colour { get; init; }

    /// <summary>What stands beside its name: its last value; may be empty.</summary>
    public string Figure { get; init; } = "";

    /// <summary>What pointing at it reads; null: its points.</summary>
    public IReadOnlyList<SeriesPoint>? Readings { get; init; }
}

/// <summary>A level that curves are held against: chance, a bound.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Y">The value.</param>
internal sealed record Level(string Name, double Y);

/// <summary>Curves over one axis. Pointing at it, or the arrow keys, reads all curves at one place.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="XName">What the axis across is, with its unit.</param>
/// <param name="YName">What the axis up is, with its unit.</param>
/// <param name="Series">The curves.</param>
internal sealed record LineChart(string Title, string XName, string YName, params IReadOnlyList<Series> Series) : IPagePart
{
    // More points than this make a line by themselves.
    private const int MostDots = 30;

    /// <summary>Whether the axis across is logarithmic.</summary>
    public bool IsLogX { get; init; }

    /// <summary>Whether the axis up is logarithmic.</summary>
    public bool IsLogY { get; init; }

    /// <summary>The axis across, where charts share one; null: just as long as the points reach.</summary>
    public Axis? Across { get; init; }

    /// <summary>The axis up, where some points may lie beyond it; null: all lie on it.</summary>
    public Axis? Up { get; init; }

    /// <summary>Charts with the same link are read together; they share the axis across. Empty: read by itself.</summary>
    public string Link { get; init; } = "";

    /// <summary>Levels, dashed.</summary>
    public IReadOnlyList<Level> Levels { get; init; } = [];

    /// <summary>What must be known to read it right; may be empty.</summary>
    public string Note { get; init; } = "";

    /// <inheritdoc/>
    public void Write(StringBuilder html)
    {
        html.Append("<figure class=\"card chart lines\" data-part=\"lines\"><figcaption><h3>").Append(Html.Escape(Title));
        if (YName.Length > 0) html.Append(" <small>").Append(Html.Escape(YName)).Append("</small>");
        html.Append("</h3><ul class=\"series\">");
        for (int i = 0; i < Series.Count; i++) WriteName(html, i);
        Level[] levels = [.. Levels.Where(l => Plot.CanDraw(l.Y, IsLogY))];
        foreach (Level level in levels)
        {
            html.Append("<li class=\"dashed\"><i></i><span>").Append(Html.Escape(level.Name)).Append(' ');
            html.Append(NumberText.Short(level.Y)).Append("</span></li>");
        }

        html.Append("</ul>");
        Plot? plot = Plot.Around(
            Extent(levels), (low, high) => Across ?? (IsLogX ? Axis.OfPowers(low, high) : Axis.OfSpan(low, high)),
            (low, high) => Up ?? (IsLogY ? Axis.OfPowers(low, high) : Axis.OfValues(low, high)));
        Plot.WriteNote(html, plot, Note, Missing());
        plot?.Write(html, "column", Link, Describe(), XName, svg =>
        {
            foreach (Level level in levels) plot.WriteLevel(svg, level.Y);
            for (int i = 0; i < Series.Count; i++) WriteSeries(svg, plot, i);
        });
        html.Append("</figure>\n");
    }

    private static string At(double value) => NumberText.Short(value);

    private string ClassOf(int index)
    {
        Series series = Series[index];
        string look = (series.IsDashed ? " dashed" : "") + (series.IsFaint ? " faint" : "");
        return string.Create(CultureInfo.InvariantCulture, $"s{(series.Colour ?? index) % 8}{look}");
    }

    // The legend: a pale curve belongs to the one after it, and the title is not said twice.
    private void WriteName(StringBuilder html, int index)
    {
        Series series = Series[index];
        string hidden = series.Name == Title ? " hidden" : "";
        html.Append("<li class=\"").Append(ClassOf(index)).Append(series.IsFaint ? "\" hidden>" : "\">");
        html.Append("<i").Append(hidden).Append("></i><span").Append(hidden).Append('>').Append(Html.Escape(series.Name));
        html.Append("</span>");
        if (series.Figure.Length > 0) html.Append("<b>").Append(Html.Escape(series.Figure)).Append("</b>");
        html.Append("</li>");
    }

    private bool CanDraw(SeriesPoint p) => Plot.CanDraw(p.X, IsLogX) && Plot.CanDraw(p.Y, IsLogY);

    private bool HasInterval(SeriesPoint p) => CanDraw(p) && Plot.CanDraw(p.Low, false) && Plot.CanDraw(p.High, IsLogY);

    // All that the frame must hold; a level alone makes no frame.
    private IEnumerable<(double X, double Y)> Extent(Level[] levels)
    {
        SeriesPoint[] points = [.. Series.SelectMany(s => s.Points).Where(CanDraw)];
        foreach (SeriesPoint p in points)
        {
            yield return (p.X, p.Y);
            if (!HasInterval(p)) continue;
            yield return (p.X, p.High);
            if (Plot.CanDraw(p.Low, IsLogY)) yield return (p.X, p.Low);
        }

        if (points.Length == 0) yield break;
        foreach (Level level in levels) yield return (points[0].X, level.Y);
    }

    private string Missing() => Plot.Missing(Series.Sum(s => s.Points.Count(p => !CanDraw(p))), IsLogX || IsLogY);

    private void WriteSeries(StringBuilder html, Plot plot, int index)
    {
        Series series = Series[index];
        SeriesPoint[] points = [.. series.Points.Where(p => Plot.CanDraw(p.X, IsLogX)).OrderBy(p => p.X)];
        SeriesPoint[] drawn = [.. points.Where(CanDraw)];
        html.Append("<g class=\"").Append(ClassOf(index)).Append("\" data-m=\"");

        // What can be pointed at: place across, place down, and how both are read.
        SeriesPoint[] read = series.Readings is { } readings ? [.. readings.Where(CanDraw).OrderBy(p => p.X)] : drawn;
        for (int i = 0; i < read.Length; i++)
        {
            SeriesPoint p = read[i];
            if (i > 0) html.Append(';');
            html.Append(CultureInfo.InvariantCulture, $"{plot.X(p.X)}|{plot.Y(p.Y)}|{At(p.X)}|{At(p.Y)}");
            if (HasInterval(p)) html.Append(" [").Append(At(p.Low)).Append(", ").Append(At(p.High)).Append(']');
        }

        html.Append("\">");
        if (series.HasBars) WriteBars(html, plot, drawn);
        else foreach (SeriesPoint[] run in Runs(points, HasInterval)) WriteBand(html, plot, run);
        html.Append("<path class=\"line\" d=\"");
        foreach (SeriesPoint[] run in Runs(points, CanDraw)) WriteCurve(html, plot, run.Select(p => (p.X, p.Y)), 'M');
        html.Append("\"/>");
        if (drawn.Length <= MostDots && !series.IsDashed && !series.IsFaint)
        {
            html.Append("<path class=\"dots\" d=\"");
            foreach (SeriesPoint p in drawn) html.Append(CultureInfo.InvariantCulture, $"M{plot.X(p.X)} {plot.Y(p.Y)}h0");
            html.Append("\"/>");
        }

        html.Append("</g>");
    }

    private void WriteBars(StringBuilder html, Plot plot, SeriesPoint[] points)
    {
        html.Append("<path class=\"bars\" d=\"");
        foreach (SeriesPoint p in points.Where(HasInterval))
        {
            (int x, int low, int high) = (plot.X(p.X), plot.Y(p.Low), plot.Y(p.High));
            html.Append(CultureInfo.InvariantCulture, $"M{x} {low}V{high}M{x - 8} {low}h16M{x - 8} {high}h16");
        }

        html.Append("\"/>");
    }

    private static void WriteBand(StringBuilder html, Plot plot, SeriesPoint[] points)
    {
        html.Append("<path class=\"band\" d=\"");
        WriteCurve(html, plot, points.Select(p => (p.X, p.High)), 'M');
        WriteCurve(html, plot, points.Reverse().Select(p => (p.X, p.Low)), 'L');
        html.Append("Z\"/>");
    }

    private static void WriteCurve(StringBuilder html, Plot plot, IEnumerable<(double X, double Y)> points, char first)
    {
        char command = first;
        foreach ((double x, double y) in points)
        {
            html.Append(CultureInfo.InvariantCulture, $"{command}{plot.X(x)} {plot.Y(y)}");
            command = 'L';
        }
    }

    // Stretches without a gap.
    private static IEnumerable<SeriesPoint[]> Runs(SeriesPoint[] points, Func<SeriesPoint, bool> belongs)
    {
        List<SeriesPoint> run = [];
        foreach (SeriesPoint p in points)
        {
            if (belongs(p))
            {
                run.Add(p);
            }
            else if (run.Count > 0)
            {
                yield return [.. run];
                run.Clear();
            }
        }

        if (run.Count > 0) yield return [.. run];
    }

    private string Describe() => string.Join("; ", Series.Where(s => !s.IsFaint).Select(s =>
    {
        SeriesPoint[] points = [.. s.Points.Where(CanDraw).OrderBy(p => p.X)];
        return points.Length == 0
            ? $"{s.Name}: no number"
            : $"{s.Name}: {At(points[0].Y)} at {At(points[0].X)}, {At(points[^1].Y)} at {At(points[^1].X)}";
    }).Prepend(Title));
}
