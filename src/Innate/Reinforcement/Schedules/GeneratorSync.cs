namespace Innate.Reinforcement.Schedules;

/// <summary>
/// When the policy that rollouts are sampled from takes the weights of the one that learns (semi-online DPO, arXiv 2506.21495;
/// confirmed by the paper):
/// <code>at step t the generator holds the policy as it was at step floor(t / s) s</code>
/// s = 1 is online, without s offline. In the paper s is 10 or 100 for mathematics, where the reference is set to the generator's
/// weights at each sync (without that responses collapse in length), and 5 or 10 for open-ended tasks, where it stays.
/// </summary>
internal static class GeneratorSync
{
    /// <summary>The step whose policy the generator holds.</summary>
    /// <param name="step">t, from 0.</param>
    /// <param name="every">s, 1 or more; null: never again, offline.</param>
    /// <exception cref="ArgumentOutOfRangeException">t is below 0, or s below 1.</exception>
    public static long VersionAt(long step, long? every)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        if (every is not { } s) return 0;
        ArgumentOutOfRangeException.ThrowIfLessThan(s, 1, nameof(every));
        return step / s * s;
    }

    /// <summary>Whether weights are copied before this step; at step 0 they are the same anyway.</summary>
    /// <inheritdoc cref="VersionAt"/>
    public static bool IsDue(long step, long? every) => step > 0 && VersionAt(step, every) == step;
}
