using System.Diagnostics;

namespace Innate.Runs.Foretelling;

/// <summary>
/// Time as a straight line over work: what every pass costs, and what each operation adds. Measured at two points.
/// </summary>
/// <param name="Fixed">Seconds a pass.</param>
/// <param name="PerUnit">Seconds a unit of work.</param>
internal readonly record struct Pace(double Fixed, double PerUnit)
{
    private const int Times = 2;

    /// <summary>What the first pass of a process took beyond the line: code that is compiled, memory that is touched.</summary>
    public double First { get; init; }

    /// <summary>Seconds of a pass.</summary>
    public double Of(double work) => Fixed + (PerUnit * work);

    /// <summary>The line through two points; neither part is below zero.</summary>
    public static Pace Through((double Work, double Seconds) small, (double Work, double Seconds) large)
    {
        if (large.Work <= small.Work) return new Pace(0, large.Seconds / large.Work);
        double slope = Math.Max(0, (large.Seconds - small.Seconds) / (large.Work - small.Work));
        double rest = small.Seconds - (slope * small.Work);
        return rest >= 0 ? new Pace(rest, slope) : new Pace(0, large.Seconds / large.Work);
    }

    /// <summary>Measures: the small work first, once to warm up; then each twice, and the mean counts.</summary>
    /// <param name="small">Little work, and how much it is.</param>
    /// <param name="large">More work.</param>
    public static Pace Measure((double Work, Action Run) small, (double Work, Action Run) large)
    {
        double first = Seconds(small.Run);
        double little = Enumerable.Range(0, Times).Average(_ => Seconds(small.Run));
        double much = large.Work > small.Work ? Enumerable.Range(0, Times).Average(_ => Seconds(large.Run)) : little;
        return Through((small.Work, little), (large.Work, much)) with { First = Math.Max(0, first - little) };
    }

    /// <summary>How long something takes.</summary>
    public static double Seconds(Action run)
    {
        long start = Stopwatch.GetTimestamp();
        run();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
