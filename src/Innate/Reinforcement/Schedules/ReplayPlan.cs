namespace Innate.Reinforcement.Schedules;

/// <summary>
/// Which responses are learned from at which step where some are used again (ReVal, arXiv 2603.23355): a buffer in which the
/// first in is the first out. Responses are numbered as they are made: step t makes New t to New (t + 1) - 1.
/// <code>
/// held at step t   the last Capacity of the New (t + 1) responses made so far, the step's own included
/// an update        Batch different ones of them, uniformly
/// a response is in an update Updates Batch / New times in its life, on average, once the buffer has filled
/// </code>
/// The sizes and the two uses are the paper's; that draws are uniform is secondary (notes on the paper), that a batch is as large
/// as what a step makes is ours.
/// </summary>
internal sealed record ReplayPlan
{
    /// <summary>Responses made a step: 128 prompts of 8.</summary>
    public int New { get; init; } = 1024;

    /// <summary>Responses that the buffer holds, <see cref="New"/> or more.</summary>
    public int Capacity { get; init; } = 5120;

    /// <summary>Responses of one update, 1 to <see cref="New"/>: even at the first step so many are there.</summary>
    public int Batch { get; init; } = 1024;

    /// <summary>Updates a step, 1 or more.</summary>
    public int Updates { get; init; } = 2;

    /// <summary>How often a response is learned from on average, once the buffer has filled.</summary>
    public double Uses => (double)Updates * Batch / New;

    /// <summary>The numbers of the responses in the buffer at a step: from First up to, but without, End.</summary>
    /// <param name="step">t, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public (long First, long End) Held(long step)
    {
        Check();
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        long end = checked(New * (step + 1));
        return (Math.Max(0, end - Capacity), end);
    }

    /// <summary>The numbers of the responses that each of a step's updates learns from.</summary>
    /// <param name="step">t, from 0.</param>
    /// <param name="key">The same key draws the same.</param>
    /// <returns>One array an update, of different numbers.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public long[][] Draw(long step, ulong key)
    {
        (long first, long end) = Held(step);
        long[][] updates = new long[Updates][];
        for (int u = 0; u < updates.Length; u++)
        {
            ulong own = RandomBits.Key(RandomBits.Key(key, (ulong)step), (ulong)u);
            int[] places = [.. Enumerable.Range(0, (int)(end - first))];

            // The first of a shuffled deck (Fisher and Yates); the rest need not be shuffled.
            for (int i = 0; i < Batch; i++)
            {
                int other = i + (int)(RandomBits.Uniform(RandomBits.Bits(own, (ulong)i)) * (places.Length - i));
                (places[i], places[other]) = (places[other], places[i]);
            }

            updates[u] = [.. places.Take(Batch).Select(p => first + p)];
        }

        return updates;
    }

    private void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(New, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Capacity, New);
        ArgumentOutOfRangeException.ThrowIfLessThan(Batch, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Batch, New);
        ArgumentOutOfRangeException.ThrowIfLessThan(Updates, 1);
    }
}
