using System.Globalization;
using System.Text;
using Innate.Learning.Watching;
using Innate.Reports;

namespace Innate.Runs.Training.Report;

/// <summary>
/// One card of the page: a metric's curve, with the same of held-out data (<c>eval_</c>) on it. The curve is an SVG stretched to
/// the card; labels are text beside it, so that they keep their size.
/// </summary>
internal sealed class Chart(IReadOnlyList<Curve> curves, Axis steps)
{
    private const int Width = 2000;
    private const int Height = 1000;

    private readonly Axis _values = Axis.OfValues(curves.Min(c => c.FrameLow), curves.Max(c => c.FrameHigh));

    /// <summary>A run's charts in the order of the metrics' first appearance, and the metrics without any number.</summary>
    public static (List<Chart> Charts, List<string> Empty) Of(IReadOnlyList<StepMetrics> metrics, Axis steps)
    {
        // What was left to do at each step says nothing when all is done.
        string[] names = [.. metrics.SelectMany(m => m.Values).Select(m => m.Name).Distinct().Where(n => n != "seconds_left")];
        Dictionary<string, Curve> curves = new(StringComparer.Ordinal);
        foreach (string name in names)
        {
            if (Curve.Of(name, metrics) is { } curve) curves[name] = curve;
        }

        List<Chart> charts = [];
        foreach (string name in names.Where(curves.ContainsKey))
        {
            if (IsHeldOut(name) && curves.ContainsKey(name["eval_".Length..])) continue;
            Curve? heldOut = curves.GetValueOrDefault("eval_" + name);
            charts.Add(new Chart(heldOut is null ? [curves[name]] : [curves[name], heldOut], steps));
        }

        return (charts, [.. names.Where(n => !curves.ContainsKey(n))]);
    }

    /// <summary>Writes the card.</summary>
    public void Write(StringBuilder html)
    {
        html.Append("<figure class=\"card chart\"><figcaption><h2>").Append(Html.Escape(MetricNames.Label(curves[0].Name)));
        string unit = MetricNames.Unit(curves[0].Name);
        if (unit.Length > 0) html.Append(" <small>").Append(unit).Append("</small>");
        html.Append("</h2><p class=\"now\">");
        foreach (Curve curve in curves)
        {
            CurveMark last = curve.Marks[^1];
            html.Append("<span class=\"").Append(ColourOf(curve)).Append("\">");
            if (curves.Count > 1) html.Append("<em>").Append(IsHeldOut(curve.Name) ? "held out" : "training").Append("</em> ");
            html.Append("<b>").Append(NumberText.Short(last.Smooth)).Append("</b></span>");
        }

        html.Append("</p><p class=\"note\">").Append(Html.Escape(Note())).Append("</p></figcaption>");
        WritePlot(html);
        html.Append("</figure>\n");
    }

    private static bool IsHeldOut(string name) => name.StartsWith("eval_", StringComparison.Ordinal);

    private static string ColourOf(Curve curve) => IsHeldOut(curve.Name) ? "b" : "a";

    private void WritePlot(StringBuilder html)
    {
        html.Append(CultureInfo.InvariantCulture, $"<div class=\"plot\" data-x=\"{steps.Low} {steps.High}\">");
        html.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {Height}\" preserveAspectRatio=\"none\" ");
        html.Append("role=\"img\" aria-label=\"").Append(Html.Escape(Describe())).Append("\"><path class=\"grid\" d=\"");
        foreach (Tick tick in _values.Ticks) html.Append(CultureInfo.InvariantCulture, $"M0 {Y(tick.Value)}h{Width}");
        html.Append("\"/>");
        foreach (Curve curve in curves) WriteCurve(html, curve);
        html.Append("</svg>");
        foreach (Tick tick in _values.Ticks)
        {
            html.Append("<span class=\"y\" style=\"top:").Append(Percent(1 - _values.Position(tick.Value)));
            html.Append("\">").Append(tick.Label).Append("</span>");
        }

        foreach (Tick tick in steps.Ticks)
        {
            html.Append("<span class=\"x\" style=\"left:").Append(Percent(steps.Position(tick.Value)));
            html.Append("\">").Append(tick.Label).Append("</span>");
        }

        html.Append("</div>");
    }

    private void WriteCurve(StringBuilder html, Curve curve)
    {
        // What can be pointed at: step, height, what was measured, level.
        html.Append("<g class=\"").Append(ColourOf(curve)).Append("\" data-m=\"");
        for (int i = 0; i < curve.Marks.Count; i++)
        {
            CurveMark mark = curve.Marks[i];
            if (i > 0) html.Append(';');
            html.Append(CultureInfo.InvariantCulture, $"{mark.Step} {Y(mark.Smooth)} {NumberText.Short(mark.Value)}");
            if (curve.IsSmoothed) html.Append(' ').Append(NumberText.Short(mark.Smooth));
        }

        html.Append("\">");
        if (curve.IsSmoothed) WritePath(html, "raw", curve.Points);
        WritePath(html, "line", [.. curve.Marks.Select(m => new CurvePoint(m.Step, m.Smooth))]);
        if (curve.Points.Count <= 30)
        {
            html.Append("<path class=\"dots\" d=\"");
            foreach (CurvePoint p in curve.Points) html.Append(CultureInfo.InvariantCulture, $"M{X(p.Step)} {Y(p.Value)}h0");
            html.Append("\"/>");
        }

        html.Append("</g>");
    }

    // Whole numbers, each point given from the one before: a third of the bytes.
    private void WritePath(StringBuilder html, string kind, IReadOnlyList<CurvePoint> points)
    {
        (int x, int y) = (X(points[0].Step), Y(points[0].Value));
        html.Append(CultureInfo.InvariantCulture, $"<path class=\"{kind}\" d=\"M{x} {y}l");
        foreach (CurvePoint point in points.Skip(1))
        {
            (int nextX, int nextY) = (X(point.Step), Y(point.Value));
            html.Append(CultureInfo.InvariantCulture, $"{nextX - x}{(nextY < y ? "" : " ")}{nextY - y} ");
            (x, y) = (nextX, nextY);
        }

        if (points.Count == 1) html.Append("0 0");
        html.Append("\"/>");
    }

    private string Note()
    {
        List<string> notes = [];
        foreach (Curve curve in curves)
        {
            string which = curves.Count > 1 && IsHeldOut(curve.Name) ? "held out: " : "";
            if (curve.CountOff(_values) is > 0 and int off)
            {
                notes.Add($"{which}{NumberText.Whole(off)} of {NumberText.Whole(curve.Count)} beyond the frame, "
                    + $"from {NumberText.Short(curve.Low)} to {NumberText.Short(curve.High)}");
            }

            if (curve.Holes.Count > 0)
            {
                string steps = curve.Holes.Count == 1 ? "at step" : $"at {NumberText.Whole(curve.Holes.Count)} steps, the first";
                notes.Add($"{which}no number {steps} {NumberText.Whole(curve.Holes[0])}");
            }
        }

        return string.Join("; ", notes);
    }

    private string Describe() => string.Join("; ", curves.Select(c =>
        $"{MetricNames.Label(c.Name)}: {NumberText.Short(c.Marks[0].Smooth)} at step {NumberText.Whole(c.Marks[0].Step)}, "
        + $"{NumberText.Short(c.Marks[^1].Smooth)} at step {NumberText.Whole(c.Marks[^1].Step)}, "
        + $"between {NumberText.Short(c.Low)} and {NumberText.Short(c.High)}"));

    private int X(int step) => (int)Math.Round(Width * steps.Position(step));

    private int Y(double value) => (int)Math.Round(Height * (1 - Math.Clamp(_values.Position(value), 0, 1)));

    private static string Percent(double part) => (100 * part).ToString("0.##", CultureInfo.InvariantCulture) + "%";
}
