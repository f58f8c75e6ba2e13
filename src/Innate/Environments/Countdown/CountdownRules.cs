namespace Innate.Environments.Countdown;

/// <summary>What all sequences of moves come to.</summary>
/// <param name="RandomSuccess">The chance that moves drawn alike at each turn make the target.</param>
/// <param name="Winning">Sequences that make it.</param>
/// <param name="All">All sequences.</param>
internal readonly record struct CountdownCount(double RandomSuccess, long Winning, long All);

/// <summary>
/// Countdown with all numbers: two are put together until one is left, which is to be the target. The larger less the smaller;
/// a quotient only where it is whole. Moves of two numbers that come to the same by other signs are different moves.
/// </summary>
internal static class CountdownRules
{
    /// <summary>The most numbers: seven have some 10^9 sequences.</summary>
    public const int MostNumbers = 6;

    /// <summary>The moves, pair by pair, and what is left after each: the result last.</summary>
    /// <param name="numbers">0 or more each.</param>
    /// <exception cref="OverflowException">A product is beyond 64 bits.</exception>
    public static IEnumerable<(CountdownMove Move, long[] Left)> Next(long[] numbers)
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            for (int j = i + 1; j < numbers.Length; j++)
            {
                long[] rest = [.. numbers.Where((_, k) => k != i && k != j)];
                foreach (CountdownMove move in Moves(numbers[i], numbers[j])) yield return (move, [.. rest, move.Result]);
            }
        }
    }

    /// <summary>Counts all sequences.</summary>
    /// <param name="numbers">1 to <see cref="MostNumbers"/> numbers.</param>
    /// <param name="target">What is to be made.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are none, or too many.</exception>
    public static CountdownCount Count(long[] numbers, long target)
    {
        ArgumentOutOfRangeException.ThrowIfZero(numbers.Length, nameof(numbers));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(numbers.Length, MostNumbers, nameof(numbers));
        return Count(numbers, target, []);
    }

    /// <summary>Moves that make the target; null: there are none.</summary>
    public static IReadOnlyList<CountdownMove>? Solve(long[] numbers, long target)
    {
        if (numbers.Length == 1) return numbers[0] == target ? [] : null;
        foreach ((CountdownMove move, long[] left) in Next(numbers))
        {
            if (Solve(left, target) is { } rest) return [move, .. rest];
        }

        return null;
    }

    private static CountdownCount Count(long[] numbers, long target, Dictionary<string, CountdownCount> known)
    {
        if (numbers.Length == 1)
        {
            bool isRight = numbers[0] == target;
            return new CountdownCount(isRight ? 1 : 0, isRight ? 1 : 0, 1);
        }

        // The numbers' order does not matter.
        string key = string.Join(' ', numbers.Order());
        if (known.TryGetValue(key, out CountdownCount count)) return count;
        double success = 0;
        long winning = 0, all = 0;
        int moves = 0;
        foreach ((_, long[] left) in Next(numbers))
        {
            CountdownCount rest = Count(left, target, known);
            (success, winning, all, moves) = (success + rest.RandomSuccess, winning + rest.Winning, all + rest.All, moves + 1);
        }

        return known[key] = new CountdownCount(success / moves, winning, all);
    }

    private static IEnumerable<CountdownMove> Moves(long a, long b)
    {
        (long high, long low) = a >= b ? (a, b) : (b, a);
        yield return new CountdownMove(a, '+', b, checked(a + b));
        yield return new CountdownMove(high, '-', low, high - low);
        yield return new CountdownMove(a, '*', b, checked(a * b));
        if (low > 0 && high % low == 0) yield return new CountdownMove(high, '/', low, high / low);
    }
}
