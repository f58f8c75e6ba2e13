namespace Innate.Reinforcement.Advantages;

/// <summary>
/// Token-reinforced policy optimization's weights (TRePO, arXiv 2506.02553, by secondary source: an author's own blog): a token
/// is worth what it adds to the expected reward, so the weights of a response add up to its reward less the prompt's value:
/// <code>
/// V_n = E[R | the prompt and the response's first n tokens],  V of the whole response = R
/// A_t = V_t - V_{t-1}
/// sum over t of A_t = R - V_0
/// </code>
/// V is estimated by rollouts from a few prefixes (<see cref="Schedules.PrefixPositions"/>) and lies on a straight line between
/// them, which smears a decisive token over its segment. There is no discount. Use the weights in
/// <see cref="Objectives.ReinforceObjective"/> or a clipped ratio.
/// </summary>
internal static class PrefixValueAdvantage
{
    /// <summary>A: one a token, as many as the last prefix has.</summary>
    /// <param name="prefixLengths">Where V is known: tokens of each prefix, rising from 0 to the whole response.</param>
    /// <param name="values">V there; the last is the response's reward.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the prefixes do not rise from 0.</exception>
    public static double[] Compute(ReadOnlySpan<int> prefixLengths, ReadOnlySpan<double> values)
    {
        double[] all = Values(prefixLengths, values), weights = new double[all.Length - 1];
        for (int t = 0; t < weights.Length; t++) weights[t] = all[t + 1] - all[t];
        return weights;
    }

    /// <summary>V after 0, 1, 2, ... tokens.</summary>
    /// <inheritdoc cref="Compute"/>
    public static double[] Values(ReadOnlySpan<int> prefixLengths, ReadOnlySpan<double> values)
    {
        Require.Length(prefixLengths.Length, values.Length, nameof(values));
        if (prefixLengths.Length == 0 || prefixLengths[0] != 0)
        {
            throw new ArgumentException("prefixLengths: expected 0 first, the prompt alone.", nameof(prefixLengths));
        }

        double[] all = new double[prefixLengths[^1] < 0 ? 0 : prefixLengths[^1] + 1];
        for (int k = 1; k < values.Length; k++)
        {
            int from = prefixLengths[k - 1], to = prefixLengths[k];
            if (to <= from || to >= all.Length)
            {
                throw new ArgumentException(
                    $"prefixLengths: expected more than {from} tokens next, found {to}.", nameof(prefixLengths));
            }

            double slope = (values[k] - values[k - 1]) / (to - from);
            for (int n = from; n < to; n++) all[n] = values[k - 1] + (slope * (n - from));
        }

        all[^1] = values[^1];
        return all;
    }
}
