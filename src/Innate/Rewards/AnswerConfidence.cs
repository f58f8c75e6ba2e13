using Innate.Compute;

namespace Innate.Rewards;

/// <summary>
/// How sure a model is of its final answer (CRew, arXiv 2510.13501; confirmed by the paper): the mean probability, not
/// log-probability, of the tokens inside the answer's box, whatever came before:
/// <code>c = mean over the answer's tokens of pi(t)</code>
/// For tasks with one right answer only.
/// </summary>
internal static class AnswerConfidence
{
    /// <summary>c, above 0 and at most 1.</summary>
    /// <param name="answerLogProbs">log pi (nats) of the final answer's tokens.</param>
    /// <returns>Null where there is no boxed answer: the response has no score, which is not a 0.</returns>
    public static double? Compute(ReadOnlySpan<double> answerLogProbs)
    {
        if (answerLogProbs.IsEmpty) return null;
        double sum = 0;
        foreach (double logProb in answerLogProbs) sum += PortableMath.Exp(logProb);
        return sum / answerLogProbs.Length;
    }
}
