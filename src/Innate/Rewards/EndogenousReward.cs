using Innate.Traces;

namespace Innate.Rewards;

/// <summary>
/// The reward inside a next-token-trained model ("Generalist Reward Models: Found Inside Large Language Models",
/// arXiv 2506.23235): its logits are a soft Q-function, and the inverse soft Bellman operator turns them into
/// r_h = Q(s_h, a_h) - V(s_{h+1}), with V(s_{H+1}) = 0 after the last token. The outcome is sum_h w_h r_h with
/// w_h = max(gamma^(h-1), beta).
/// </summary>
public static class EndogenousReward
{
    /// <summary>Per token r_h; the value is their weighted sum.</summary>
    /// <param name="trace">One response's trace; its alpha is V's temperature.</param>
    /// <param name="options">gamma and beta.</param>
    public static RewardResult Compute(TokenTrace trace, RewardOptions options)
    {
        double[] weights = options.Weights(trace.Length);
        var perToken = new double[trace.Length];
        double value = 0;
        for (int h = 0; h < perToken.Length; h++)
        {
            perToken[h] = trace.Q[h] - trace.NextV(h);
            value += weights[h] * perToken[h];
        }

        return new RewardResult(value, perToken);
    }
}
