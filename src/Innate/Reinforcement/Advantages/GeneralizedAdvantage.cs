namespace Innate.Reinforcement.Advantages;

/// <summary>Advantages, and the targets of the value function.</summary>
/// <param name="Advantages">One number a token; not whitened.</param>
/// <param name="Returns">One number a token: the advantage plus the value, the value function's target.</param>
internal sealed record AdvantageEstimate(double[] Advantages, double[] Returns);

/// <summary>
/// Generalized advantage estimation (GAE, Schulman et al. 2015, arXiv 1506.02438, equation 16): temporal differences, summed
/// with weights (gamma lambda)^k:
/// <code>
/// delta_t  = r_t + gamma V_{t+1} - V_t,  V after the last token = 0 (or the bootstrap)
/// A_t      = delta_t + gamma lambda A_{t+1}
/// return_t = A_t + V_t
/// </code>
/// Lambda 0 is the one-step difference, lambda 1 the return minus the value. Policies are usually updated with the advantages
/// after <see cref="Whitening"/> over the batch; returns are taken before.
/// </summary>
internal static class GeneralizedAdvantage
{
    /// <summary>One response's advantages and returns.</summary>
    /// <param name="tokenRewards">r: one a token.</param>
    /// <param name="values">V: the value before each token was chosen, one a token.</param>
    /// <param name="gamma">The discount, 0 to 1.</param>
    /// <param name="lambda">The weight of later differences, 0 to 1.</param>
    /// <param name="bootstrap">V after the last token: 0 where the response ended, the value where it was cut off.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Gamma or lambda lies outside [0, 1].</exception>
    public static AdvantageEstimate Compute(
        ReadOnlySpan<double> tokenRewards, ReadOnlySpan<double> values, double gamma = 1, double lambda = 1, double bootstrap = 0)
    {
        Require.Length(tokenRewards.Length, values.Length, nameof(values));
        Require.Unit(gamma);
        Require.Unit(lambda);
        double[] advantages = new double[values.Length], returns = new double[values.Length];
        double next = 0, nextValue = bootstrap;
        for (int t = values.Length - 1; t >= 0; t--)
        {
            double delta = tokenRewards[t] + (gamma * nextValue) - values[t];
            advantages[t] = next = delta + (gamma * lambda * next);
            returns[t] = next + values[t];
            nextValue = values[t];
        }

        return new AdvantageEstimate(advantages, returns);
    }
}
