namespace Innate.Benchmarks.BestOf;

/// <summary>A response's score, the probability made of it, and whether it is right.</summary>
/// <param name="Score">As the scorer gave it.</param>
/// <param name="Probability">0 to 1.</param>
/// <param name="IsRight">Whether the answer is the known one.</param>
internal readonly record struct CheckedScore(double Score, double Probability, bool IsRight);

/// <summary>How well scores of single responses, whatever their question, tell right ones from wrong ones.</summary>
internal static class VerdictQuality
{
    private const int Bins = 10;

    /// <summary>
    /// The area under the receiver's curve: the chance that a right response has a higher score than a wrong one, equal scores a
    /// half (the rank-sum statistic of Mann and Whitney); NaN where there are not both.
    /// </summary>
    /// <param name="scores">In any order.</param>
    public static double Auc(IReadOnlyList<CheckedScore> scores)
    {
        CheckedScore[] sorted = [.. scores.OrderBy(s => s.Score)];
        double wins = 0, wrongBelow = 0, rights = 0;
        for (int first = 0; first < sorted.Length;)
        {
            int end = first, right = 0;
            for (; end < sorted.Length && sorted[end].Score.Equals(sorted[first].Score); end++)
            {
                if (sorted[end].IsRight) right++;
            }

            int wrong = end - first - right;
            wins += right * (wrongBelow + (wrong / 2.0));
            rights += right;
            wrongBelow += wrong;
            first = end;
        }

        return rights > 0 && wrongBelow > 0 ? wins / (rights * wrongBelow) : double.NaN;
    }

    /// <summary>The mean squared distance of the probability from the outcome (Brier 1950): 0 best.</summary>
    /// <param name="scores">At least one.</param>
    public static double Brier(IReadOnlyList<CheckedScore> scores) => scores.Average(s =>
    {
        double miss = s.Probability - (s.IsRight ? 1 : 0);
        return miss * miss;
    });

    /// <summary>
    /// The expected calibration error (Naeini et al. 2015): responses fall into ten bins of equal width by their probability; the
    /// mean over responses of how far their bin's mean probability lies from its share of right ones.
    /// </summary>
    /// <param name="scores">At least one.</param>
    public static double CalibrationError(IReadOnlyList<CheckedScore> scores) => scores
        .GroupBy(s => Math.Min((int)(s.Probability * Bins), Bins - 1))
        .Sum(bin => Math.Abs(bin.Sum(s => s.Probability - (s.IsRight ? 1 : 0)))) / scores.Count;
}
