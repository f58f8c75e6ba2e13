using Innate.Compute;
using Innate.Rewards;

namespace Innate.Reinforcement.Rewards;

/// <summary>How likely a span of tokens is to a model, whatever its length, from the tokens' log-probabilities (nats).</summary>
internal static class MeanProbability
{
    /// <summary>The mean of the tokens' probabilities: one unlikely token costs 1 / n, no more. 0 of no tokens.</summary>
    /// <param name="logProbs">One a token.</param>
    public static double Of(ReadOnlySpan<double> logProbs) => AnswerConfidence.Compute(logProbs) ?? 0;

    /// <summary>
    /// exp of the mean log-probability, for contrast: one unlikely token can take all of it. 0 of no tokens. Its reciprocal is
    /// the perplexity.
    /// </summary>
    /// <param name="logProbs">One a token.</param>
    public static double Geometric(ReadOnlySpan<double> logProbs)
    {
        double sum = 0;
        foreach (double logProb in logProbs) sum += logProb;
        return logProbs.Length == 0 ? 0 : PortableMath.Exp(sum / logProbs.Length);
    }
}
