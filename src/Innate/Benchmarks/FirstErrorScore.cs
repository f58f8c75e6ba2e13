using System.Globalization;
using Innate.Scoring.Rules;

namespace Innate.Benchmarks;

/// <summary>
/// How well first errors are found (ProcessBench, arXiv 2412.06559; confirmed by code).
/// <code>
/// acc1 = share of exact predictions of solutions with a wrong step,  acc2 = the same of those without
/// F1   = 2 acc1 acc2 / (acc1 + acc2),  0 where both are 0 (ours: the authors' code divides by 0)
/// </code>
/// Of no such solutions an accuracy is 0.
/// </summary>
/// <param name="OnErrors">acc1.</param>
/// <param name="OnCorrect">acc2.</param>
internal readonly record struct FirstErrorScore(double OnErrors, double OnCorrect)
{
    /// <summary>The harmonic mean of both.</summary>
    public double F1 => OnErrors + OnCorrect > 0 ? 2 * OnErrors * OnCorrect / (OnErrors + OnCorrect) : 0;

    /// <summary>The score of predictions.</summary>
    /// <param name="predictions">
    /// The first wrong step, from 0, or -1 for none; and what was predicted, null where nothing could be read: a miss.
    /// </param>
    public static FirstErrorScore Of(IEnumerable<(int Label, int? Prediction)> predictions)
    {
        int errors = 0, foundErrors = 0, correct = 0, foundCorrect = 0;
        foreach ((int label, int? prediction) in predictions)
        {
            bool isExact = prediction == label;
            if (label >= 0)
            {
                errors++;
                if (isExact) foundErrors++;
            }
            else
            {
                correct++;
                if (isExact) foundCorrect++;
            }
        }

        return new FirstErrorScore(Share(foundErrors, errors), Share(foundCorrect, correct));

        static double Share(int found, int of) => of > 0 ? (double)found / of : 0;
    }

    /// <summary>
    /// The prediction of several critics: what most of them put in their box, letter by letter, a tie to the first seen.
    /// </summary>
    /// <param name="boxed">One a critic; null where it has no box, which casts no vote.</param>
    /// <returns>Null where nobody voted, or the winner is no whole number.</returns>
    public static int? Vote(IReadOnlyList<string?> boxed) =>
        MajorityVote.Elect(boxed) is { } elected
            && int.TryParse(boxed[elected.First], NumberStyles.Integer, CultureInfo.InvariantCulture, out int step) ? step : null;
}
