namespace Innate.Reinforcement.Rewards;

/// <summary>A response's reward and what it is made of.</summary>
/// <param name="Raw">The mean probability of the reference answer after the response's reasoning.</param>
/// <param name="NoReasoning">The same right after the prompt.</param>
/// <param name="Debiased">What the reasoning adds, never below 0.</param>
/// <param name="Reward">That and the format together.</param>
internal readonly record struct ReferenceProbability(double Raw, double NoReasoning, double Debiased, double Reward);

/// <summary>
/// Reference probability as a reward without a verifier (RLPR, arXiv 2506.18254, confirmed by code): how likely the reference
/// answer becomes in the place of the response's own, against how likely it was without reasoning:
/// <code>
/// p  = mean over the reference's tokens of exp(log pi(token | reasoning))
/// p0 = the same without reasoning
/// R  = (1 - c) max(0, p - p0) + c format,  c = 0.1
/// </code>
/// A mean of probabilities, not of logarithms: one odd token of the reference does not decide. A reference that can be guessed
/// (p0 near 1) carries no signal. Prompts are kept by <see cref="Schedules.StdFilter"/>.
/// </summary>
internal static class ReferenceProbabilityReward
{
    /// <summary>c: the share of the format.</summary>
    public const double DefaultFormatCoefficient = 0.1;

    /// <summary>The reward of one response.</summary>
    /// <param name="referenceLogProbs">Log-probabilities (nats) of the reference's tokens after the response's reasoning.</param>
    /// <param name="noReasoningLogProbs">Those right after the prompt; empty where they are missing: p0 is 0.</param>
    /// <param name="format">1 where the response keeps the form, else 0.</param>
    /// <param name="formatCoefficient">c, 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">c lies outside [0, 1].</exception>
    public static ReferenceProbability Compute(
        ReadOnlySpan<double> referenceLogProbs, ReadOnlySpan<double> noReasoningLogProbs, double format,
        double formatCoefficient = DefaultFormatCoefficient)
    {
        Require.Unit(formatCoefficient);
        double raw = MeanProbability.Of(referenceLogProbs), without = MeanProbability.Of(noReasoningLogProbs);
        double debiased = Math.Max(0, raw - without);
        return new ReferenceProbability(
            raw, without, debiased, ((1 - formatCoefficient) * debiased) + (formatCoefficient * format));
    }
}
