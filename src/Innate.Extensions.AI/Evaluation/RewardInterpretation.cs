using System.Globalization;
using Microsoft.Extensions.AI.Evaluation;

namespace Innate.Extensions.AI.Evaluation;

/// <summary>What a reward's number says of an answer, in the words of Microsoft.Extensions.AI.Evaluation.</summary>
internal static class RewardInterpretation
{
    /// <summary>
    /// An inner reward has no scale of its own: a limit that the user knows decides, or other answers to the same prompt; without
    /// either nothing is said.
    /// </summary>
    /// <param name="reward">The answer's reward.</param>
    /// <param name="failsBelow">The limit; null: none.</param>
    /// <param name="others">The alternatives' rewards; empty: none.</param>
    public static EvaluationMetricInterpretation OfReward(double reward, double? failsBelow, IReadOnlyList<double> others)
    {
        if (failsBelow is { } limit)
        {
            bool fails = reward < limit;
            return new EvaluationMetricInterpretation(
                fails ? EvaluationRating.Unacceptable : EvaluationRating.Good, fails,
                Text($"the limit is {limit:0.####}, and the reward lies {(fails ? "below" : "at or above")} it"));
        }

        return others.Count > 0
            ? new EvaluationMetricInterpretation(
                OfShare(Beaten(reward, others)), failed: false,
                Text($"it is above {others.Count(o => reward > o)} of {others.Count} other answers to the same prompt"))
            : new EvaluationMetricInterpretation(
                EvaluationRating.Inconclusive, failed: false,
                "a reward compares answers to one prompt: give alternatives, or a limit below which an answer fails");
    }

    /// <summary>A score with a lowest and a highest: each fifth of the range is a rating.</summary>
    public static EvaluationMetricInterpretation OfScore(
        double score, double lowest, double highest, double? failsBelow)
    {
        bool fails = score < failsBelow;
        return new EvaluationMetricInterpretation(
            OfShare((score - lowest) / (highest - lowest)), fails,
            failsBelow is { } limit
                ? Text($"from {lowest:0.##} to {highest:0.##}; an answer fails below {limit:0.####}")
                : Text($"from {lowest:0.##} to {highest:0.##}"));
    }

    /// <summary>The share of the others below it, equals by half.</summary>
    public static double Beaten(double reward, IReadOnlyList<double> others) =>
        others.Average(o => reward > o ? 1 : reward == o ? 0.5 : 0);

    private static EvaluationRating OfShare(double share) => share switch
    {
        >= 0.8 => EvaluationRating.Exceptional,
        >= 0.6 => EvaluationRating.Good,
        >= 0.4 => EvaluationRating.Average,
        >= 0.2 => EvaluationRating.Poor,
        >= 0 => EvaluationRating.Unacceptable,
        _ => EvaluationRating.Inconclusive, // NaN: no share
    };

    private static string Text(FormattableString said) => said.ToString(CultureInfo.InvariantCulture);
}
