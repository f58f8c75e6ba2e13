using Innate.Compute;

namespace Innate.Search;

/// <summary>A place of a game of self-play, and what its search says of it.</summary>
/// <param name="State">The place.</param>
/// <param name="After">The states after each move.</param>
/// <param name="Policy">How likely each move should be: what a prior learns.</param>
internal sealed record SelfPlayTarget<TState>(TState State, IReadOnlyList<TState> After, double[] Policy);

/// <summary>
/// Games played by searching before each move, whose counts are what a prior learns from (AlphaZero, Silver et al. 2018): the
/// policy's target is N^(1/tau) / sum. The exact checker stands in the place of a learned value.
/// </summary>
internal static class SelfPlay
{
    /// <summary>N^(1/tau) / sum.</summary>
    /// <param name="visits">At least one above 0.</param>
    /// <param name="temperature">tau, above 0.</param>
    /// <exception cref="ArgumentException">No move was gone by.</exception>
    public static double[] Policy(ReadOnlySpan<int> visits, double temperature = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        double[] policy = new double[visits.Length];
        double sum = 0;
        for (int a = 0; a < policy.Length; a++)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(visits[a]);
            policy[a] = visits[a] == 0 ? 0 : PortableMath.Exp(PortableMath.Log(visits[a]) / temperature);
            sum += policy[a];
        }

        if (sum == 0) throw new ArgumentException("visits: expected one above 0, found none.", nameof(visits));
        for (int a = 0; a < policy.Length; a++) policy[a] /= sum;
        return policy;
    }

    /// <summary>A game: each move is drawn from the policy that its search comes to.</summary>
    /// <param name="search">With the prior as it stands.</param>
    /// <param name="root">Where it begins.</param>
    /// <param name="next">The states after each move; none: the game is over.</param>
    /// <param name="passes">Of each search.</param>
    /// <param name="seed">Decides all that is random.</param>
    /// <returns>
    /// Its places with more than one move, up to one from which nothing right was found: its counts say nothing.
    /// </returns>
    public static IReadOnlyList<SelfPlayTarget<TState>> Game<TState>(
        TreeSearch<TState> search, TState root, Func<TState, IReadOnlyList<TState>> next, int passes, ulong seed)
        where TState : notnull
    {
        List<SelfPlayTarget<TState>> targets = [];
        TState state = root;
        for (int turn = 0; ; turn++)
        {
            IReadOnlyList<TState> after = next(state);
            if (after.Count == 0) return targets;
            (int[] visits, double value) = search.Look(state, passes, RandomBits.Key(seed, (ulong)(2 * turn)));
            if (value == 0) return targets;
            double[] policy = Policy(visits);
            if (after.Count > 1) targets.Add(new SelfPlayTarget<TState>(state, after, policy));
            state = after[Draw(policy, RandomBits.Uniform(RandomBits.Bits(seed, (ulong)((2 * turn) + 1))))];
        }
    }

    private static int Draw(double[] chances, double uniform)
    {
        int last = 0;
        for (int a = 0; a < chances.Length; a++)
        {
            if (chances[a] == 0) continue;
            last = a;
            uniform -= chances[a];
            if (uniform < 0) break;
        }

        return last;
    }
}
