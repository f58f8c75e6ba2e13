using System.Globalization;

namespace Innate.Cli.Terminal;

/// <summary>
/// Tells on stderr how far the work is: one line that redraws itself on a terminal, a plain line every few seconds in a pipe,
/// nothing for work that is done before the first would be due.
/// </summary>
internal sealed class Progress(
    TextWriter writer, bool isTerminal, int width, bool quiet, Func<TimeSpan>? clock = null, string unit = "rows",
    ColourDepth colours = ColourDepth.None)
{
    private readonly LiveLine _line = new(writer, isTerminal, width, clock, colours);
    private double? _firstFraction;

    /// <summary>Reports progress; cheap enough for every batch.</summary>
    /// <param name="work">What this run has done.</param>
    public void Report(WorkDone work)
    {
        if (quiet) return;
        _firstFraction ??= work.Fraction;
        if (!_line.IsDue()) return;
        _line.Show(work.Fraction, Format(work.Items, work.Tokens, work.Fraction, _line.Elapsed));
    }

    /// <summary>Removes the live line, so that what is written next stands alone.</summary>
    public void Clear() => _line.Clear();

    internal string Format(long rows, long tokens, double? fraction, TimeSpan elapsed)
    {
        double seconds = Math.Max(elapsed.TotalSeconds, 1e-3);
        string text = string.Create(CultureInfo.InvariantCulture, $"{rows} {unit}, {rows / seconds:0.0} {unit}/s");
        if (tokens > 0) text += string.Create(CultureInfo.InvariantCulture, $", {tokens / seconds:0} tokens/s");
        if (fraction is not { } f) return text;
        text = string.Create(CultureInfo.InvariantCulture, $"{100 * f:0}%, ") + text;

        // What a resumed run found done took no time: measure from where this run began.
        double done = f - (_firstFraction ?? 0);
        if (done > 0 && f < 1) text += $", {Duration(elapsed * ((1 - f) / done))} left";
        return text;
    }

    internal static string Duration(TimeSpan t) => t.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)t.TotalHours}h{t.Minutes:00}m")
        : t.TotalMinutes >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{t.Minutes}m{t.Seconds:00}s")
            : string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(t.TotalSeconds):0}s");
}
