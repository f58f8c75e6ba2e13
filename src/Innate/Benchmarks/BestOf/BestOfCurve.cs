namespace Innate.Benchmarks.BestOf;

/// <summary>What the best of n responses is worth.</summary>
/// <param name="Gold">The chance that it is right.</param>
/// <param name="Proxy">The mean of the score by which it was chosen, in the scores' own unit.</param>
internal readonly record struct BestOfPoint(double Gold, double Proxy);

/// <summary>
/// Best-of-n, exactly over all subsets: from N scored responses n are drawn without replacement, and the one with the highest
/// score is taken (of several at the top each is as likely). With the scores' groups of equals from the lowest up, b responses
/// below a group of m:
/// <code>
/// P(the best of n lies in the group) = (C(b + m, n) - C(b, n)) / C(N, n)
/// gold(n)  = sum over groups of P * share of right ones in the group
/// proxy(n) = sum over groups of P * the group's score
/// </code>
/// Where the proxy goes on rising and gold falls, the score is over-optimised (Gao, Schulman and Hilton, arXiv 2210.10760). The
/// count is ours: their curves are drawn from samples.
/// </summary>
internal static class BestOfCurve
{
    /// <summary>The sizes of a curve: the powers of 2 up to N, and N itself.</summary>
    /// <param name="responses">N, 1 or more.</param>
    public static IReadOnlyList<int> Sizes(int responses) =>
        [.. Enumerable.Range(1, responses).Where(n => int.IsPow2(n) || n == responses)];

    /// <summary>One point.</summary>
    /// <param name="scores">One a response, numbers.</param>
    /// <param name="isRight">One a response.</param>
    /// <param name="n">From 1 to N.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a score is NaN.</exception>
    /// <exception cref="ArgumentOutOfRangeException">n is below 1 or above N.</exception>
    public static BestOfPoint At(ReadOnlySpan<double> scores, ReadOnlySpan<bool> isRight, int n)
    {
        Require.Length(scores.Length, isRight.Length, nameof(isRight));
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(n, scores.Length);
        double[] sorted = scores.ToArray();
        if (sorted.Any(double.IsNaN)) throw new ArgumentException("scores: expected numbers, found NaN.", nameof(scores));
        int[] order = [.. Enumerable.Range(0, sorted.Length)];
        Array.Sort(sorted, order);
        double gold = 0, proxy = 0, below = 0;
        for (int first = 0; first < sorted.Length;)
        {
            int end = first + 1, right = isRight[order[first]] ? 1 : 0;
            for (; end < sorted.Length && sorted[end].Equals(sorted[first]); end++)
            {
                if (isRight[order[end]]) right++;
            }

            double upTo = ShareWithin(end, sorted.Length, n);
            gold += (upTo - below) * right / (end - first);
            proxy += (upTo - below) * sorted[first];
            (below, first) = (upTo, end);
        }

        return new BestOfPoint(gold, proxy);
    }

    // C(inside, n) / C(all, n), as a product without large numbers: that all n drawn lie inside.
    private static double ShareWithin(int inside, int all, int n)
    {
        if (inside < n) return 0;
        double share = 1;
        for (int i = 0; i < n; i++) share *= (double)(inside - i) / (all - i);
        return share;
    }
}
