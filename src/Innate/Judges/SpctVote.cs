using Innate.Compute;

namespace Innate.Judges;

/// <summary>The votes of several judgements.</summary>
/// <param name="Sums">One a response: the sum of its scores over the judgements that count.</param>
/// <param name="Best">The place of the greatest sum; a tie goes to the first.</param>
/// <param name="Counted">The judgements that count; with a meta reward model the best first.</param>
/// <param name="Least">The least that a sum can be: 1 a judgement.</param>
/// <param name="Most">The most: 10 a judgement.</param>
internal sealed record SpctVoteResult(int[] Sums, int Best, IReadOnlyList<int> Counted, int Least, int Most);

/// <summary>
/// SPCT, DeepSeek-GRM (arXiv 2504.02495, secondary): a judge writes principles, a critique, and one score from 1 to 10 for each
/// of n responses; k of its judgements vote.
/// <code>
/// vote@k:     S_i = sum_{j up to k} S_{i,j},  k to 10 k
/// meta:       the sum over the k_meta judgements that a meta reward model holds for the best, k_meta = k / 2
/// reward:     +1 where the truly best response is strictly the highest, else -1
///             n = 1: +1 where the score is the known 0 or 1, else -1
/// </code>
/// The -1 for ties teaches the judge to spread its scores.
/// </summary>
internal static class SpctVote
{
    /// <summary>The lowest and the highest score.</summary>
    public const int LowestScore = 1, HighestScore = 10;

    /// <summary>All judgements vote.</summary>
    /// <param name="judgements">One array a judgement: a score a response. At least one of each.</param>
    /// <exception cref="ArgumentException">The judgements differ in length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No judgement, no response, or a score outside 1 to 10.</exception>
    public static SpctVoteResult Compute(IReadOnlyList<int[]> judgements) =>
        Sum(judgements, [.. Enumerable.Range(0, judgements.Count)]);

    /// <summary>The judgements that a meta reward model likes best vote; of equals the earlier one.</summary>
    /// <param name="judgements">One array a judgement: a score a response.</param>
    /// <param name="meta">The meta reward model's score of each judgement.</param>
    /// <param name="kept">k_meta, from 1 to the number of judgements.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">k_meta is out of range, or as in <see cref="Compute"/>.</exception>
    public static SpctVoteResult Guided(IReadOnlyList<int[]> judgements, IReadOnlyList<double> meta, int kept)
    {
        Require.Length(judgements.Count, meta.Count, nameof(meta));
        ArgumentOutOfRangeException.ThrowIfLessThan(kept, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(kept, judgements.Count);
        return Sum(judgements, [.. Enumerable.Range(0, meta.Count).OrderByDescending(j => meta[j]).Take(kept)]);
    }

    /// <summary>The rule's reward of a judgement on two responses or more, +1 or -1.</summary>
    /// <param name="scores">One a response.</param>
    /// <param name="best">The place of the truly best response.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than two responses, or a place that is none.</exception>
    public static int Reward(ReadOnlySpan<int> scores, int best)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(scores.Length, 2, nameof(scores));
        ArgumentOutOfRangeException.ThrowIfNegative(best);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(best, scores.Length);
        for (int i = 0; i < scores.Length; i++)
        {
            if (i != best && scores[i] >= scores[best]) return -1;
        }

        return 1;
    }

    /// <summary>The rule's reward of a judgement on a single response, +1 or -1.</summary>
    /// <param name="score">What the judge said.</param>
    /// <param name="gold">What is true: 0 or 1.</param>
    public static int SingleReward(int score, int gold) => score == gold ? 1 : -1;

    /// <summary>
    /// How often vote@k is right of a pair whose judge errs as a normal variable does (derived): Phi(d sqrt(k) / sigma).
    /// </summary>
    /// <param name="gap">d: by how much the better response's score is higher on average.</param>
    /// <param name="deviation">sigma: the standard deviation of the difference of the scores of one judgement, above 0.</param>
    /// <param name="votes">k, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">Sigma not above 0, k below 1.</exception>
    public static double Accuracy(double gap, double deviation, int votes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(deviation);
        ArgumentOutOfRangeException.ThrowIfLessThan(votes, 1);
        return NormalDistribution.Cumulative(gap * Math.Sqrt(votes) / deviation);
    }

    private static SpctVoteResult Sum(IReadOnlyList<int[]> judgements, int[] counted)
    {
        ArgumentOutOfRangeException.ThrowIfZero(judgements.Count, nameof(judgements));
        ArgumentOutOfRangeException.ThrowIfZero(judgements[0].Length, nameof(judgements));
        foreach (int[] judgement in judgements)
        {
            Require.Length(judgements[0].Length, judgement.Length, nameof(judgements));
            foreach (int score in judgement)
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(score, LowestScore, nameof(judgements));
                ArgumentOutOfRangeException.ThrowIfGreaterThan(score, HighestScore, nameof(judgements));
            }
        }

        int[] sums = new int[judgements[0].Length];
        foreach (int j in counted)
        {
            for (int i = 0; i < sums.Length; i++) sums[i] += judgements[j][i];
        }

        return new SpctVoteResult(
            sums, Array.IndexOf(sums, sums.Max()), counted, LowestScore * counted.Length, HighestScore * counted.Length);
    }
}
