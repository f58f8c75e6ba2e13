namespace Innate.Reports;

/// <summary>A place that the reader can point at.</summary>
/// <param name="X">Where it lies across.</param>
/// <param name="Y">What was measured there.</param>
/// <param name="Smooth">The curve's level there.</param>
internal readonly record struct SeriesMark(double X, double Y, double Smooth);

/// <summary>
/// Measurements over a long time, made fit for a chart: points few enough for a page and yet no peak lost, a level where they
/// go up and down, and a frame that a lone peak does not blow up.
/// </summary>
internal sealed class LongSeries
{
    // What a chart some 600 pixels wide can show.
    private const int Buckets = 300;
    private const double Largest = 1e150;

    private readonly SeriesPoint[] _all;

    private LongSeries(SeriesPoint[] points, double[] holes)
    {
        _all = points;
        Holes = holes;
        (Low, High) = (points.Min(p => p.Y), points.Max(p => p.Y));
        (FrameLow, FrameHigh) = Frame(points);

        // A lone peak shall not lift the level of all the points around it.
        double[] framed = [.. points.Select(p => Math.Clamp(p.Y, FrameLow, FrameHigh))];
        IsSmoothed = Smoothing.IsNoisy(framed);
        (Points, Marks) = Reduce(points, IsSmoothed ? Smoothing.Of(framed) : [.. points.Select(p => p.Y)]);
    }

    /// <summary>How many points have a number.</summary>
    public int Count => _all.Length;

    /// <summary>Where the value cannot be drawn: NaN or infinite.</summary>
    public IReadOnlyList<double> Holes { get; }

    /// <summary>The lowest and highest point of every stretch: no peak is lost.</summary>
    public IReadOnlyList<SeriesPoint> Points { get; }

    /// <summary>The last point of every stretch.</summary>
    public IReadOnlyList<SeriesMark> Marks { get; }

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

    /// <summary>Points in their order across; null where none has a number.</summary>
    public static LongSeries? Of(IEnumerable<SeriesPoint> points)
    {
        List<SeriesPoint> kept = [];
        List<double> holes = [];
        foreach (SeriesPoint p in points)
        {
            if (Math.Abs(p.Y) < Largest) kept.Add(p);
            else holes.Add(p.X);
        }

        return kept.Count == 0 ? null : new LongSeries([.. kept], [.. holes]);
    }

    /// <summary>How many values lie off an axis, by more than rounding.</summary>
    public int CountOff(Axis axis) => _all.Count(p => axis.Position(p.Y) is < -1e-6 or > 1 + 1e-6);

    /// <summary>
    /// The curve of its level with the last value beside its name, over the pale one of what was measured where they differ.
    /// </summary>
    /// <param name="name">What it is.</param>
    /// <param name="colour">Which of the eight colours both have.</param>
    public IEnumerable<Series> ToSeries(string name, int colour)
    {
        Series level = new(name, [.. Marks.Select(m => new SeriesPoint(m.X, m.Smooth))])
        {
            Colour = colour, Figure = NumberText.Short(Marks[^1].Smooth),
        };
        if (!IsSmoothed) return [level];
        return
        [
            new Series(name + ", measured", Points)
            {
                Colour = colour, IsFaint = true, Readings = [.. Marks.Select(m => new SeriesPoint(m.X, m.Y))],
            },
            level,
        ];
    }

    private static (SeriesPoint[] Points, SeriesMark[] Marks) Reduce(SeriesPoint[] points, double[] smooth)
    {
        int buckets = Math.Min(points.Length, Buckets);
        List<SeriesPoint> kept = [];
        List<SeriesMark> marks = [];
        for (int b = 0; b < buckets; b++)
        {
            int start = (int)((long)b * points.Length / buckets);
            int end = (int)((long)(b + 1) * points.Length / buckets);
            int low = start;
            int high = start;
            for (int i = start; i < end; i++)
            {
                if (points[i].Y < points[low].Y) low = i;
                if (points[i].Y > points[high].Y) high = i;
            }

            kept.Add(points[Math.Min(low, high)]);
            if (low != high) kept.Add(points[Math.Max(low, high)]);
            marks.Add(new SeriesMark(points[end - 1].X, points[end - 1].Y, smooth[end - 1]));
        }

        return ([.. kept], [.. marks]);
    }

    // Where fewer than one in a hundred would take most of the height, they are cut off, and the chart says so.
    private static (double Low, double High) Frame(SeriesPoint[] points)
    {
        double[] sorted = [.. points.Select(p => p.Y).Order()];
        int tail = sorted.Length / 200;
        double low = sorted[tail];
        double high = sorted[^(tail + 1)];
        double room = 2 * (high - low);
        return (low - sorted[0] > room ? low - (room / 8) : sorted[0], sorted[^1] - high > room ? high + (room / 8) : sorted[^1]);
    }
}
