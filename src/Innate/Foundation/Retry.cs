namespace Innate.Foundation;

/// <summary>
/// How patiently something that may fail is tried again: a number of attempts, with pauses that double. There is no randomness:
/// the same failures give the same pauses.
/// </summary>
/// <param name="Attempts">How often it may fail in a row, 1 or more.</param>
/// <param name="FirstPause">The pause after the first failure.</param>
/// <param name="LongestPause">No pause is longer.</param>
internal sealed record Retry(int Attempts, TimeSpan FirstPause, TimeSpan LongestPause)
{
    /// <summary>Whether no attempt is left after so many failures in a row.</summary>
    public bool IsOver(int failures) => failures >= Attempts;

    /// <summary>The pause after so many failures in a row, from 1.</summary>
    public TimeSpan PauseAfter(int failures)
    {
        double seconds = FirstPause.TotalSeconds * Math.Pow(2, failures - 1);
        return seconds < LongestPause.TotalSeconds ? TimeSpan.FromSeconds(seconds) : LongestPause;
    }
}
