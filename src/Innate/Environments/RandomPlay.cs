namespace Innate.Environments;

/// <summary>
/// What a player earns in a world of finitely many states who takes each valid action as likely as any other, exactly: the chance
/// of being in each state is carried from step to step, and what reaches the goal leaves the sum.
/// <code>
/// d_0 = start    d_(t+1)(s') = sum_s d_t(s) [actions from s to s'] / [actions of s]    success = sum_t d_t(goal)
/// </code>
/// </summary>
internal static class RandomPlay
{
    /// <summary>The chance that the goal is reached within the horizon.</summary>
    /// <param name="start">Where play begins; no goal.</param>
    /// <param name="next">The state after each valid action; equal states count as often as actions lead there.</param>
    /// <param name="isGoal">Whether a state ends play with success.</param>
    /// <param name="horizon">The most actions.</param>
    public static double Success<TState>(
        TState start, Func<TState, IReadOnlyList<TState>> next, Func<TState, bool> isGoal, int horizon)
        where TState : notnull
    {
        ArgumentOutOfRangeException.ThrowIfNegative(horizon);
        Dictionary<TState, int> index = new() { [start] = 0 };
        List<TState> states = [start];
        List<int[]> moves = [];
        double[] chances = [1];
        double success = 0;
        for (int step = 0; step < horizon; step++)
        {
            // A state's moves are found when it is first stood on; those of the others are not needed.
            int known = states.Count;
            while (moves.Count < known) moves.Add(Moves(states[moves.Count]));
            double[] after = new double[states.Count];
            for (int s = 0; s < chances.Length; s++)
            {
                if (chances[s] == 0) continue;
                double share = chances[s] / moves[s].Length;
                foreach (int to in moves[s])
                {
                    if (to == Goal) success += share;
                    else after[to] += share;
                }
            }

            chances = after;
        }

        return success;

        int[] Moves(TState from)
        {
            IReadOnlyList<TState> found = next(from);
            int[] to = new int[found.Count];
            for (int i = 0; i < to.Length; i++)
            {
                if (isGoal(found[i]))
                {
                    to[i] = Goal;
                    continue;
                }

                if (!index.TryGetValue(found[i], out to[i]))
                {
                    to[i] = index[found[i]] = states.Count;
                    states.Add(found[i]);
                }
            }

            return to;
        }
    }

    private const int Goal = -1;
}
