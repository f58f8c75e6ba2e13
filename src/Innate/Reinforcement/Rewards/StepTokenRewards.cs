namespace Innate.Reinforcement.Rewards;

/// <summary>
/// Math-Shepherd's step rewards on tokens (arXiv 2312.08935, secondary): a process reward model's score of a step stands on the
/// step's last token, less the divergence at every token.
/// <code>
/// r_t = (score of the step that ends at t, 0 where none does) - kl * k_t,  k_t = log pi(t) - log ref(t)
/// </code>
/// The KL coefficient 0.04 is the paper's. <see cref="Advantages.GeneralizedAdvantage"/> with gamma and lambda 1 and a clip of
/// 0.2 are ours: the paper does not say.
/// </summary>
internal static class StepTokenRewards
{
    /// <summary>The paper's coefficient.</summary>
    public const double Kl = 0.04;

    /// <summary>One reward a token.</summary>
    /// <param name="ends">The place of each step's last token, from 0, ascending.</param>
    /// <param name="scores">One a step.</param>
    /// <param name="divergence">k: one a token, in nats.</param>
    /// <param name="kl">The coefficient, 0 or more.</param>
    /// <exception cref="ArgumentException">As many scores as steps were expected, or the ends do not ascend.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An end outside the tokens, or a coefficient below 0.</exception>
    public static double[] Compute(
        ReadOnlySpan<int> ends, ReadOnlySpan<double> scores, ReadOnlySpan<double> divergence, double kl = Kl)
    {
        Require.Length(ends.Length, scores.Length, nameof(scores));
        ArgumentOutOfRangeException.ThrowIfNegative(kl);
        double[] rewards = new double[divergence.Length];
        for (int t = 0; t < rewards.Length; t++) rewards[t] = -kl * divergence[t];
        int before = -1;
        for (int s = 0; s < ends.Length; s++)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(ends[s], rewards.Length, nameof(ends));
            if (ends[s] <= before)
            {
                throw new ArgumentException(
                    $"ends: expected places from 0 upwards, found {ends[s]} after {before}.", nameof(ends));
            }

            rewards[before = ends[s]] += scores[s];
        }

        return rewards;
    }
}
