namespace Innate.Reinforcement.Advantages;

/// <summary>
/// ReMax (Li et al. 2023, arXiv 2310.10505): the baseline is the reward of the policy's own greedy answer to the same prompt:
/// <code>A_t = (sum of token rewards from t on) - R(greedy answer)</code>
/// With one outcome reward on the last token, every token gets R - R(greedy answer).
/// </summary>
internal static class ReMaxAdvantage
{
    /// <summary>One advantage a token.</summary>
    /// <param name="tokenRewards">One reward a token of the sampled response; an outcome reward stands on the last.</param>
    /// <param name="greedyReward">The reward of the greedy answer.</param>
    public static double[] Compute(ReadOnlySpan<double> tokenRewards, double greedyReward)
    {
        double[] advantages = TokenReturns.Compute(tokenRewards);
        for (int t = 0; t < advantages.Length; t++) advantages[t] -= greedyReward;
        return advantages;
    }
}
