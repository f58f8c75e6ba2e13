using Innate.Learning.Watching;
using Innate.Reports;

namespace Innate.Runs.Training.Report;

/// <summary>A point of a curve.</summary>
internal readonly record struct CurvePoint(int Step, double Value);

/// <summary>A step that the reader can point at.</summary>
/// <param name="Step">The step.</param>
/// <param name="Value">What was measured in it.</param>
/// <param name="Smooth">The curve's level there.</param>
internal readonly record struct CurveMark(int Step, double Value, double Smooth);

/// <summary>A metric over the run: the points that can be drawn, few enough for a page.</summary>
internal sealed class Curve
{
    // What a chart some 600 pixels wide can show.
    private const int Buckets = 300;
    private const double Largest = 1e150;

    private readonly CurvePoint[] _all;

    private Curve(string name, CurvePoint[] points, int[] holes)
    {
        Name = name;
        _all = points;
        Holes = holes;
        (Low, High) = (points.Min(p => p.Value), points.Max(p => p.Value));
        (FrameLow, FrameHigh) = Frame(points);

        // A lone peak shall not lift the level of all the steps around it.
        double[] framed = [.. points.Select(p => Math.Clamp(p.Value, FrameLow, FrameHigh))];
        IsSmoothed = Smoothing.IsNoisy(framed);
        (Points, Marks) = Reduce(points, IsSmoothed ? Smoothing.Of(framed) : [.. points.Select(p => p.Value)]);
    }

    public string Name { get; }

    /// <summary>Steps with a number.</summary>
    public int Count => _all.Length;

    /// <summary>Steps whose value cannot be drawn: NaN or infinite.</summary>
    public IReadOnlyList<int> Holes { get; }

    /// <summary>The lowest and highest point of every stretch of steps: no peak is lost.</summary>
    public IReadOnlyList<CurvePoint> Points { get; }

    /// <summary>The last step of every stretch.</summary>
    public IReadOnlyList<CurveMark> Marks { get; }

    /// <summary>Whether the marks' smooth values differ from what was measured.</summary>
    public bool IsSmoothed { get; }

    /// <summary>The least value.</summary>
    public double Low { get; }

    /// <summary>The greatest value.</summary>
    public double High { get; }

    /// <summary>What a chart shows at least; lone peaks far from all the rest lie outside.</summary>
    public double FrameLow { get; }

    /// <summary>What a chart shows at least; lone peaks far from all the rest lie outside.</summary>
    public double FrameHigh { get; }

    /// <summary>How many values lie off an axis, by more than rounding.</summary>
    public int CountOff(Axis axis) => _all.Count(p => axis.Position(p.Value) is < -1e-6 or > 1 + 1e-6);

    /// <summary>A metric's curve; null where no step has a number for it.</summary>
    public static Curve? Of(string name, IReadOnlyList<StepMetrics> metrics)
    {
        List<CurvePoint> points = [];
        List<int> holes = [];
        foreach (StepMetrics step in metrics)
        {
            if (step[name] is not { } value) continue;
            if (Math.Abs(value) < Largest) points.Add(new CurvePoint(step.Step, value));
            else holes.Add(step.Step);
        }

        return points.Count == 0 ? null : new Curve(name, [.. points], [.. holes]);
    }

    private static (CurvePoint[] Points, CurveMark[] Marks) Reduce(CurvePoint[] points, double[] smooth)
    {
        int buckets = Math.Min(points.Length, Buckets);
        List<CurvePoint> kept = [];
        List<CurveMark> marks = [];
        for (int b = 0; b < buckets; b++)
        {
            int start = (int)((long)b * points.Length / buckets);
            int end = (int)((long)(b + 1) * points.Length / buckets);
            int low = start;
            int high = start;
            for (int i = start; i < end; i++)
            {
                if (points[i].Value < points[low].Value) low = i;
                if (points[i].Value > points[high].Value) high = i;
            }

            kept.Add(points[Math.Min(low, high)]);
            if (low != high) kept.Add(points[Math.Max(low, high)]);
            marks.Add(new CurveMark(points[end - 1].Step, points[end - 1].Value, smooth[end - 1]));
        }

        return ([.. kept], [.. marks]);
    }

    // Where fewer than one in a hundred would take most of the height, they are cut off, and the chart says so.
    private static (double Low, double High) Frame(CurvePoint[] points)
    {
        double[] sorted = [.. points.Select(p => p.Value).Order()];
        int tail = sorted.Length / 200;
        double low = sorted[tail];
        double high = sorted[^(tail + 1)];
        double room = 2 * (high - low);
        return (low - sorted[0] > room ? low - (room / 8) : sorted[0], sorted[^1] - high > room ? high + (room / 8) : sorted[^1]);
    }
}
