using Innate.Reinforcement.Advantages;
using Innate.Reinforcement.Objectives;

namespace Innate.Reinforcement.Rewards;

/// <summary>
/// Reinforcement as a pretraining objective (RLP, arXiv 2510.01265; secondary: the repository's readme and notes): a thought is
/// worth what it adds to the prediction of the text's own next token, over a slow copy of the model that did not think. No
/// verifier is needed:
/// <code>
/// r_i = log pi(next | text, thought i) - log ema(next | text)
/// A_i = G / (G - 1) (r_i - mean r)
/// </code>
/// A is <see cref="LeaveOneOutAdvantage"/>. It goes into a clipped surrogate over the thought's tokens alone; 16 thoughts of up
/// to 2048 tokens at one position a document, no divergence, the copy kept at 0.999 of itself a step. A copy that lags behind
/// inflates r: compare with the same model without thoughts as well.
/// </summary>
internal static class ThoughtGain
{
    /// <summary>What is kept of the slow copy at each step.</summary>
    public const double CopyKept = 0.999;

    /// <summary>r, in nats: one a thought about the same position.</summary>
    /// <param name="withThought">log pi (nats) of the next token after each thought.</param>
    /// <param name="withoutThought">The slow copy's, without a thought; one a thought.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double[] Compute(ReadOnlySpan<double> withThought, ReadOnlySpan<double> withoutThought) =>
        KlEstimator.Values(KlKind.K1, withThought, withoutThought);
}
