using Innate.Traces;

namespace Innate.Rewards;

/// <summary>
/// Reinforcement learning by entropy minimization (RENT, arXiv 2505.22660; by the authors' code): <see cref="EntropyReward"/>,
/// and the worst there is where no answer can be read from the response, so that nothing is gained by not answering:
/// <code>R = -mean over tokens of H_t, or -7 without an answer</code>
/// </summary>
internal static class RentReward
{
    /// <summary>What stands in the place of every token's entropy where there is no answer, in nats.</summary>
    public const double EntropyWithoutAnswer = 7;

    /// <summary>Per token minus the entropy, or minus what stands in its place; the value is their mean.</summary>
    /// <param name="trace">The response's trace.</param>
    /// <param name="answerFound">Whether an answer could be read from the response.</param>
    public static RewardResult Compute(TokenTrace trace, bool answerFound)
    {
        if (answerFound) return EntropyReward.Compute(trace);
        double[] perToken = new double[trace.Length];
        Array.Fill(perToken, -EntropyWithoutAnswer);
        return new RewardResult(-EntropyWithoutAnswer, perToken);
    }
}
