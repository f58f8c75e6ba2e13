namespace Innate.Scoring.Rules;

/// <summary>What a response that repeats itself pays: runs of n tokens that were there before.</summary>
public static class RepetitionPenalty
{
    /// <summary>The share of the n-grams that are repeats: 1 - distinct / all; 0 where there are fewer than n tokens.</summary>
    /// <param name="tokens">The response's token ids.</param>
    /// <param name="n">Tokens of an n-gram, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">n is less than 1.</exception>
    public static double RepeatedShare(ReadOnlySpan<int> tokens, int n)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        int all = tokens.Length - n + 1;
        if (all < 1) return 0;

        // An n-gram is its first n - 1 tokens, which have a number by now, and its last: no hash can confuse two.
        int[] names = new int[tokens.Length];
        int distinct = 0;
        for (int size = 1; size <= n; size++)
        {
            Dictionary<(int, int), int> seen = [];
            for (int i = 0; i + size <= tokens.Length; i++)
            {
                (int, int) key = (names[i], tokens[i + size - 1]);
                if (!seen.TryGetValue(key, out int name)) seen[key] = name = seen.Count;
                names[i] = name;
            }

            distinct = seen.Count;
        }

        return 1 - ((double)distinct / all);
    }

    /// <summary>-weight times the repeated share: a reward to be added to the answer's.</summary>
    /// <param name="tokens">The response's token ids.</param>
    /// <param name="n">Tokens of an n-gram, 1 or more.</param>
    /// <param name="weight">What a response of nothing but repeats pays, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static double Compute(ReadOnlySpan<int> tokens, int n = 4, double weight = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(weight);
        double share = RepeatedShare(tokens, n);
        return share == 0 ? 0 : -weight * share;
    }
}
