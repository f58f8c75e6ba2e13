using System.Diagnostics;

namespace Innate.Cli.Terminal;

/// <summary>How work is told of: one line that redraws itself on a terminal, a plain line now and then in a pipe.</summary>
internal sealed class LiveLine(TextWriter writer, bool isTerminal, int width, Func<TimeSpan>? clock = null)
{
    private static readonly TimeSpan LiveEvery = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(3);

    private readonly Func<TimeSpan> _clock = clock ?? Since(Stopwatch.StartNew());
    private TimeSpan _last;
    private bool _drawn;

    /// <summary>Time since the work began.</summary>
    public TimeSpan Elapsed => _clock();

    /// <summary>Whether enough time has passed since the last line; then the next one counts from now.</summary>
    public bool IsDue()
    {
        TimeSpan now = _clock();
        if (now - _last < (isTerminal ? LiveEvery : LineEvery)) return false;
        _last = now;
        return true;
    }

    /// <summary>Shows a line in place of the one before; in a pipe, after it.</summary>
    public void Show(string line)
    {
        if (isTerminal)
        {
            writer.Write("\r\e[K" + (line.Length < width ? line : line[..(width - 1)]));
            _drawn = true;
        }
        else
        {
            writer.WriteLine(line);
        }

        writer.Flush();
    }

    /// <summary>Writes a line that stays, in place of the live one.</summary>
    public void Write(string line)
    {
        Clear();
        writer.WriteLine(line);
        writer.Flush();
    }

    /// <summary>Removes the live line, so that what is written next stands alone.</summary>
    public void Clear()
    {
        if (!_drawn) return;
        writer.Write("\r\e[K");
        writer.Flush();
        _drawn = false;
    }

    /// <summary>A bar of twenty cells and a space after it; nothing where the fraction is unknown.</summary>
    public static string Bar(double? fraction)
    {
        const int cells = 20;
        if (fraction is not { } f) return "";
        int full = (int)Math.Round(cells * Math.Clamp(f, 0, 1));
        return new string('━', full) + new string('╌', cells - full) + " ";
    }

    private static Func<TimeSpan> Since(Stopwatch watch) => () => watch.Elapsed;
}
