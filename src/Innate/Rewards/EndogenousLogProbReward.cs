using Innate.Traces;

namespace Innate.Rewards;

/// <summary>
/// The endogenous reward's weights on log-probabilities alone: sum_h w_h log pi(a_h | s_h), w_h = max(gamma^(h-1), beta).
/// Third-party evaluators score so under the endogenous reward's name; it drops the V terms, which matter wherever the
/// weights still decay, so it has a name of its own here.
/// </summary>
public static class EndogenousLogProbReward
{
    /// <summary>Per token log pi(a_h | s_h); the value is their weighted sum.</summary>
    public static RewardResult Compute(TokenTrace trace, RewardOptions options)
    {
        double[] weights = options.Weights(trace.Length);
        double value = 0;
        for (int h = 0; h < weights.Length; h++) value += weights[h] * trace.LogProbability[h];
        return new RewardResult(value, [.. trace.LogProbability]);
    }
}
