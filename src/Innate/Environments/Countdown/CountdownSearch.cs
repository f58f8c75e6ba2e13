using Innate.Search;

namespace Innate.Environments.Countdown;

/// <summary>What a search of Countdown found.</summary>
/// <param name="End">How it ended.</param>
/// <param name="Checks">End results that were checked.</param>
/// <param name="Moves">Moves that make the target; empty where none were found.</param>
internal sealed record CountdownFound(SearchEnd End, int Checks, IReadOnlyList<CountdownMove> Moves);

/// <summary>
/// Countdown searched with its exact checker: by tree, and by chance. What counts is how many end results are checked.
/// </summary>
internal static class CountdownSearch
{
    /// <summary>By <see cref="TreeSearch{TState}"/>.</summary>
    /// <param name="numbers">What there is.</param>
    /// <param name="target">What is to be made.</param>
    /// <param name="mostChecks">The most results to check.</param>
    /// <param name="seed">Decides all that is random.</param>
    /// <param name="prior">What it knows of moves; null: all are alike at first.</param>
    public static CountdownFound ByTree(
        long[] numbers, long target, int mostChecks, ulong seed, CountdownPrior? prior = null) =>
        Told(numbers, Tree(target, prior).Find(new Numbers(numbers), mostChecks, seed));

    /// <summary>A game of self-play.</summary>
    /// <returns>Its places: the numbers, those after each move, and how likely each move should be.</returns>
    public static IReadOnlyList<SelfPlayTarget<long[]>> Play(
        long[] numbers, long target, CountdownPrior prior, int passes, ulong seed) =>
        [
            .. SelfPlay.Game(Tree(target, prior), new Numbers(numbers), Next, passes, seed).Select(t =>
                new SelfPlayTarget<long[]>(t.State.Values, [.. t.After.Select(n => n.Values)], t.Policy)),
        ];

    /// <summary>By <see cref="RandomSearch"/>.</summary>
    /// <param name="numbers">What there is.</param>
    /// <param name="target">What is to be made.</param>
    /// <param name="mostChecks">The most results to check.</param>
    /// <param name="seed">Decides all that is random.</param>
    public static CountdownFound ByChance(long[] numbers, long target, int mostChecks, ulong seed) => Told(
        numbers, RandomSearch.Find(new Numbers(numbers), Next, n => n.Values[0] == target, mostChecks, seed));

    private static TreeSearch<Numbers> Tree(long target, CountdownPrior? prior) => new(
        Next, n => n.Values[0] == target,
        prior is null ? null : (from, after) => prior.Chances(from.Values, [.. after.Select(n => n.Values)], target));

    private static IReadOnlyList<Numbers> Next(Numbers numbers) =>
        [.. CountdownRules.Next(numbers.Values).Select(n => new Numbers(n.Left))];

    private static CountdownFound Told(long[] numbers, SearchFound<Numbers> found)
    {
        List<CountdownMove> moves = [];
        foreach (Numbers after in found.Way)
        {
            (CountdownMove move, numbers) = CountdownRules.Next(numbers).First(n => new Numbers(n.Left).Equals(after));
            moves.Add(move);
        }

        return new CountdownFound(found.End, found.Checks, moves);
    }

    // Numbers are the same in any order.
    private sealed class Numbers(long[] values) : IEquatable<Numbers>
    {
        private readonly long[] _sorted = [.. values.Order()];

        public long[] Values => values;

        public bool Equals(Numbers? other) => other is not null && _sorted.AsSpan().SequenceEqual(other._sorted);

        public override bool Equals(object? obj) => Equals(obj as Numbers);

        public override int GetHashCode() => (int)_sorted.Aggregate(17L, (hash, x) => (hash * 31) + x);
    }
}
