namespace Innate.Search;

/// <summary>
/// What a search has to beat: moves drawn alike from the root to a leaf, again and again, with no memory. It cannot say that
/// there is no solution.
/// </summary>
internal static class RandomSearch
{
    /// <summary>Searches.</summary>
    /// <param name="root">Where to begin.</param>
    /// <param name="next">The states after each move; none: a leaf.</param>
    /// <param name="isRight">Of a leaf.</param>
    /// <param name="mostChecks">The most leaves to check.</param>
    /// <param name="seed">Decides all that is random.</param>
    public static SearchFound<TState> Find<TState>(
        TState root, Func<TState, IReadOnlyList<TState>> next, Func<TState, bool> isRight, int mostChecks, ulong seed)
    {
        ulong key = RandomBits.Key(seed, RandomBits.Hash("random search")), drawn = 0;
        for (int check = 1; check <= mostChecks; check++)
        {
            TState state = root;
            List<TState> way = [];
            while (next(state) is { Count: > 0 } after)
            {
                state = after[(int)(RandomBits.Uniform(RandomBits.Bits(key, drawn++)) * after.Count)];
                way.Add(state);
            }

            if (isRight(state)) return new SearchFound<TState>(SearchEnd.Solved, check, way);
        }

        return new SearchFound<TState>(SearchEnd.OutOfChecks, mostChecks, []);
    }
}
