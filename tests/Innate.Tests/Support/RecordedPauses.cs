namespace Innate.Tests.Support;

/// <summary>A clock on which each pause is over at once and is written down: tests count pauses and wait for none.</summary>
internal sealed class RecordedPauses : TimeProvider
{
    private readonly List<TimeSpan> _pauses = [];

    /// <summary>The pauses asked for so far, in order.</summary>
    public TimeSpan[] All
    {
        get
        {
            lock (_pauses) return [.. _pauses];
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        lock (_pauses) _pauses.Add(dueTime);
        return System.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
