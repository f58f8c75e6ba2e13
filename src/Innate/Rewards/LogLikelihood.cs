using Innate.Traces;

namespace Innate.Rewards;

/// <summary>
/// log pi(y | x) = sum_h log pi(a_h | s_h), in nats. At alpha = gamma = 1 it differs from the endogenous reward by V(s_1)
/// alone, so at an equal prompt both rank alike; longer responses get less. The mean over tokens removes the length.
/// </summary>
public static class LogLikelihood
{
    /// <summary>Per token log pi(a_h | s_h); the value is their sum.</summary>
    public static RewardResult Sum(TokenTrace trace) => new(trace.LogProbability.Sum(), [.. trace.LogProbability]);

    /// <summary>Per token log pi(a_h | s_h); the value is their mean.</summary>
    public static RewardResult Mean(TokenTrace trace) =>
        new(trace.LogProbability.Sum() / trace.Length, [.. trace.LogProbability]);
}
