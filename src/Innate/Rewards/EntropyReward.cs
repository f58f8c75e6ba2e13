using Innate.Traces;

namespace Innate.Rewards;

/// <summary>Minus the mean entropy of the next-token distributions (RENT, arXiv 2505.22660).</summary>
public static class EntropyReward
{
    /// <summary>Per token minus the entropy in nats; the value is their mean.</summary>
    public static RewardResult Compute(TokenTrace trace)
    {
        double[] perToken = [.. trace.Entropy.Select(e => -e)];
        return new RewardResult(perToken.Sum() / trace.Length, perToken);
    }
}
