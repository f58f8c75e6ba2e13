namespace Innate.Reinforcement.Advantages;

/// <summary>
/// The return from each token of a response on: what dense token rewards (the endogenous r_h = Q - V', a log-ratio to a
/// reference, a KL penalty) still bring, and so what a token should be credited with:
/// <code>G_t = r_t + gamma G_{t+1},  G after the last token = 0</code>
/// </summary>
internal static class TokenReturns
{
    /// <summary>One return a token.</summary>
    /// <param name="tokenRewards">One reward a token, in order.</param>
    /// <param name="gamma">The discount, 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">Gamma lies outside [0, 1].</exception>
    public static double[] Compute(ReadOnlySpan<double> tokenRewards, double gamma = 1)
    {
        Require.Unit(gamma);
        double[] returns = new double[tokenRewards.Length];
        double next = 0;
        for (int t = returns.Length - 1; t >= 0; t--) returns[t] = next = tokenRewards[t] + (gamma * next);
        return returns;
    }
}
