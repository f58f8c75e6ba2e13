using Innate.Traces;

namespace Innate.Rewards;

/// <summary>
/// How far each next-token distribution is from uniform: logsumexp(z) - mean(z) = KL(uniform || pi) + log K, averaged over the
/// response (INTUITOR, arXiv 2505.19590). Unchanged when a constant is added to a state's logits.
/// </summary>
public static class SelfCertainty
{
    /// <summary>Per token the self-certainty in nats; the value is their mean.</summary>
    public static RewardResult Compute(TokenTrace trace)
    {
        var perToken = new double[trace.Length];
        for (int h = 0; h < perToken.Length; h++) perToken[h] = trace.SelfCertainty(h);
        return new RewardResult(perToken.Sum() / trace.Length, perToken);
    }
}
