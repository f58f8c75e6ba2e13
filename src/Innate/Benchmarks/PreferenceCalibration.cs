using Innate.Learning.Objectives;

namespace Innate.Benchmarks;

/// <summary>Two responses' scores and whom people preferred.</summary>
/// <param name="First">The first response's score.</param>
/// <param name="Second">The second's.</param>
/// <param name="FirstWins">Whether people preferred the first; null: they were undecided.</param>
internal readonly record struct HumanPair(double First, double Second, bool? FirstWins);

/// <summary>
/// PPE's measures on human preferences (arXiv 2410.14872), with sigmoid(r_a - r_b) as the reward model's probability that a wins
/// (ours: the repository could not be had):
/// <code>
/// accuracy = share of pairs whose preferred response has strictly the higher score
/// Brier    = mean of (sigmoid(r_a - r_b) - [a wins])^2,  0 best, 1/4 for knowing nothing
/// </code>
/// Pairs about which people were undecided are dropped (ours); equal scores are a miss, as everywhere here.
/// </summary>
/// <param name="Pairs">How many pairs were decided.</param>
/// <param name="Accuracy">0 to 1; null where none was decided.</param>
/// <param name="Brier">0 to 1; null likewise.</param>
internal readonly record struct PreferenceCalibration(int Pairs, double? Accuracy, double? Brier)
{
    /// <summary>The measures of some pairs.</summary>
    public static PreferenceCalibration Of(IReadOnlyList<HumanPair> pairs)
    {
        int count = 0, right = 0;
        double squares = 0;
        foreach (HumanPair pair in pairs)
        {
            if (pair.FirstWins is not { } wins) continue;
            double gap = pair.First - pair.Second, miss = Sigmoid.Of(gap) - (wins ? 1 : 0);
            count++;
            if (wins ? gap > 0 : gap < 0) right++;
            squares += miss * miss;
        }

        return count == 0
            ? new PreferenceCalibration(0, null, null)
            : new PreferenceCalibration(count, (double)right / count, squares / count);
    }
}
