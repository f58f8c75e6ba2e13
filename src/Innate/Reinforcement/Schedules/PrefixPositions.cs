using Innate.Foundation;

namespace Innate.Reinforcement.Schedules;

/// <summary>
/// From which prefixes of a response TRePO estimates values (arXiv 2506.02553; the numbers are ours): none, all, and a few in
/// between, drawn uniformly without putting back. <see cref="Advantages.PrefixValueAdvantage"/> takes them from here.
/// </summary>
internal static class PrefixPositions
{
    /// <summary>Prefixes in between.</summary>
    public const int DefaultCount = 4;

    /// <summary>Rollouts from each prefix.</summary>
    public const int DefaultRollouts = 4;

    /// <summary>Tokens of each prefix, rising from 0 to the response's length.</summary>
    /// <param name="length">Tokens of the response, 1 or more.</param>
    /// <param name="key">Of the response: the same key draws the same places.</param>
    /// <param name="count">Prefixes in between; where the response is too short for them, all there are.</param>
    /// <exception cref="ArgumentOutOfRangeException">The response is empty, or the count below 0.</exception>
    public static int[] Choose(int length, ulong key, int count = DefaultCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        IEnumerable<int> between = Enumerable.Range(1, length - 1)
            .OrderBy(n => RandomBits.Bits(key, (ulong)n)).ThenBy(n => n).Take(count).Order();
        return [0, .. between, length];
    }
}
