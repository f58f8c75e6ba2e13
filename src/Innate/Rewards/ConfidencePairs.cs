namespace Innate.Rewards;

/// <summary>A right response of a question and a wrong one.</summary>
/// <param name="Chosen">The right one's place.</param>
/// <param name="Rejected">The wrong one's.</param>
/// <param name="Difference">By how much the model is surer of the right answer; below 0 where it is less sure.</param>
internal readonly record struct ConfidencePair(int Chosen, int Rejected, double Difference);

/// <summary>
/// The pairs that CRew-DPO learns from (arXiv 2510.13501; confirmed by the paper): of one question's 30 responses, sampled at
/// temperature 1, every right one with every wrong one, those with the greatest differences of <see cref="AnswerConfidence"/>
/// first. Direct preference optimization follows with beta 0.3, 128 pairs a batch, a rate of 5e-7, two epochs.
/// </summary>
internal static class ConfidencePairs
{
    /// <summary>Pairs that a question of MATH gives at most.</summary>
    public const int MostOfMath = 10;

    /// <summary>Pairs that a question of GSM8K gives at most.</summary>
    public const int MostOfGsm8K = 15;

    /// <summary>The pairs, greatest difference first; of equal ones the lower chosen, then the lower rejected (ours).</summary>
    /// <param name="confidences">One a response; null where it has no answer: it is in no pair.</param>
    /// <param name="correct">Whether each is right.</param>
    /// <param name="most">How many pairs are kept, 0 or more.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than 0 pairs are wanted.</exception>
    public static ConfidencePair[] Of(ReadOnlySpan<double?> confidences, ReadOnlySpan<bool> correct, int most = MostOfMath)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(most);
        if (confidences.Length != correct.Length)
        {
            throw new ArgumentException(
                $"correct: expected {confidences.Length} flags, found {correct.Length}.", nameof(correct));
        }

        List<ConfidencePair> pairs = [];
        for (int i = 0; i < correct.Length; i++)
        {
            for (int j = 0; j < correct.Length; j++)
            {
                if (!correct[i] || correct[j] || confidences[i] is not { } right || confidences[j] is not { } wrong) continue;
                pairs.Add(new ConfidencePair(i, j, right - wrong));
            }
        }

        // OrderBy is stable: pairs of equal difference stay in order.
        return [.. pairs.OrderByDescending(p => p.Difference).Take(most)];
    }
}
