using Innate.Learning.Watching;
using Innate.Reports;

namespace Innate.Runs.Training;

/// <summary>A run's metrics as charts: one each, with the same of held-out data (<c>eval_</c>) on it.</summary>
internal static class MetricChart
{
    private const string HeldOut = "eval_", Error = "_error", Accuracy = "_accuracy";

    /// <summary>A metric over the run; null where no step has a number for it.</summary>
    public static LongSeries? Read(string name, IReadOnlyList<StepMetrics> metrics) => LongSeries.Of(
        metrics.Where(s => s[name] is not null).Select(s => new SeriesPoint(s.Step, s[name]!.Value)));

    /// <summary>
    /// The charts in the order of the metrics' first appearance, the metrics without any number, and whether any curve is
    /// smoothed.
    /// </summary>
    /// <param name="metrics">The steps in order, one at least.</param>
    public static (List<LineChart> Charts, List<string> Empty, bool IsSmoothed) Of(IReadOnlyList<StepMetrics> metrics)
    {
        // What was left to do at each step says nothing when all is done; an error stands at the curve that it belongs to.
        string[] names =
        [
            .. metrics.SelectMany(m => m.Values).Select(m => m.Name).Distinct()
                .Where(n => n != "seconds_left" && !n.EndsWith(Error, StringComparison.Ordinal)),
        ];
        Dictionary<string, LongSeries> curves = new(StringComparer.Ordinal);
        foreach (string name in names)
        {
            if (Read(name, metrics) is { } curve) curves[name] = curve;
        }

        Axis steps = Axis.OfSteps(metrics[0].Step, metrics[^1].Step);
        List<LineChart> charts = [];
        foreach (string name in names.Where(curves.ContainsKey))
        {
            // An interval wants a chart of its own.
            bool isJoined = IsHeldOut(name) && curves.ContainsKey(name[HeldOut.Length..]);
            if (isJoined && !HasInterval(name, metrics)) continue;
            charts.Add(WithIntervals(name, metrics, steps)
                ?? Draw(name, curves[name], curves.GetValueOrDefault(HeldOut + name), steps));
        }

        return (charts, [.. names.Where(n => !curves.ContainsKey(n))], curves.Values.Any(c => c.IsSmoothed));
    }

    private static bool HasInterval(string name, IReadOnlyList<StepMetrics> metrics) =>
        name.EndsWith(Accuracy, StringComparison.Ordinal) && metrics.Any(m => m[name[..^Accuracy.Length] + Error] is not null);

    // A measure that comes with its standard error: the band is 1.96 of it.
    private static LineChart? WithIntervals(string name, IReadOnlyList<StepMetrics> metrics, Axis steps)
    {
        if (!name.EndsWith(Accuracy, StringComparison.Ordinal)) return null;
        string error = name[..^Accuracy.Length] + Error;
        SeriesPoint[] points =
        [
            .. metrics.Where(m => m[name] is { } x && double.IsFinite(x) && m[error] is { } e && double.IsFinite(e))
                .Select(m => (m.Step, Mean: m[name]!.Value, Half: 1.96 * m[error]!.Value))
                .Select(p => new SeriesPoint(p.Step, p.Mean, p.Mean - p.Half, p.Mean + p.Half)),
        ];
        string label = MetricNames.Label(name);
        return points.Length == 0 ? null : new LineChart(
            label, "step", "95 % interval", new Series(label, points) { Colour = 0, Figure = NumberText.Short(points[^1].Y) })
        {
            Across = steps, Link = "steps",
        };
    }

    private static bool IsHeldOut(string name) => name.StartsWith(HeldOut, StringComparison.Ordinal);

    private static LineChart Draw(string name, LongSeries curve, LongSeries? heldOut, Axis steps)
    {
        LongSeries[] both = heldOut is null ? [curve] : [curve, heldOut];
        Axis values = Axis.OfValues(both.Min(c => c.FrameLow), both.Max(c => c.FrameHigh));
        string label = MetricNames.Label(name);
        Series[] series = heldOut is null
            ? [.. curve.ToSeries(label, IsHeldOut(name) ? 1 : 0)]
            : [.. curve.ToSeries("training", 0), .. heldOut.ToSeries("held out", 1)];
        string[] notes = [.. Notes(curve, values, ""), .. heldOut is null ? [] : Notes(heldOut, values, "held out: ")];
        return new LineChart(label, "step", MetricNames.Unit(name), series)
        {
            Across = steps, Up = values, Link = "steps", Note = string.Join("; ", notes),
        };
    }

    private static IEnumerable<string> Notes(LongSeries curve, Axis values, string which)
    {
        if (curve.CountOff(values) is > 0 and int off)
        {
            yield return $"{which}{NumberText.Whole(off)} of {NumberText.Whole(curve.Count)} beyond the frame, "
                + $"from {NumberText.Short(curve.Low)} to {NumberText.Short(curve.High)}";
        }

        if (curve.Holes.Count == 0) yield break;
        string steps = curve.Holes.Count == 1 ? "at step" : $"at {NumberText.Whole(curve.Holes.Count)} steps, the first";
        yield return $"{which}no number {steps} {NumberText.Whole((long)curve.Holes[0])}";
    }
}
