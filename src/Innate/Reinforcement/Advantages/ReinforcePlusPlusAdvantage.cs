using Innate.Reinforcement.Objectives;

namespace Innate.Reinforcement.Advantages;

/// <summary>
/// REINFORCE++ (Hu et al. 2025, arXiv 2501.03262): no critic and no group; every token gets what is still to come, and the whole
/// batch is the baseline:
/// <code>
/// r_t = -beta (log pi(t) - log ref(t)), plus R on the last token
/// A   = whiten over all tokens of the batch (sum of r from t on)
/// </code>
/// The form with a baseline takes each response's group mean off first and gives every token the same:
/// <code>A = whiten over all tokens of the batch (R_i - mean of its group's R)</code>
/// </summary>
internal static class ReinforcePlusPlusAdvantage
{
    /// <summary>One array a response, one advantage a token.</summary>
    /// <param name="rewards">One reward a response: the whole batch.</param>
    /// <param name="logProbs">The sampling policy's log-probabilities (nats): one array a response.</param>
    /// <param name="referenceLogProbs">The reference's, in the same shape.</param>
    /// <param name="beta">The penalty of a nat of log-ratio, 0 or more.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static double[][] Compute(
        ReadOnlySpan<double> rewards, IReadOnlyList<double[]> logProbs, IReadOnlyList<double[]> referenceLogProbs, double beta)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(beta);
        Require.Length(rewards.Length, logProbs.Count, nameof(logProbs));
        Require.Length(rewards.Length, referenceLogProbs.Count, nameof(referenceLogProbs));
        double[][] tokenRewards = new double[rewards.Length][];
        for (int i = 0; i < tokenRewards.Length; i++)
        {
            double[] penalties = KlEstimator.Values(KlKind.K1, logProbs[i], referenceLogProbs[i]);
            tokenRewards[i] = [.. penalties.Select(k1 => -beta * k1)];
            if (penalties.Length > 0) tokenRewards[i][^1] += rewards[i];
        }

        return FromTokenRewards(tokenRewards);
    }

    /// <summary>The same where the rewards are dense already: token returns, whitened over the batch.</summary>
    /// <param name="tokenRewards">One array a response, one reward a token: the whole batch.</param>
    /// <param name="gamma">The discount, 0 to 1.</param>
    public static double[][] FromTokenRewards(IReadOnlyList<double[]> tokenRewards, double gamma = 1) =>
        Whitening.Compute([.. tokenRewards.Select(r => TokenReturns.Compute(r, gamma))]);

    /// <summary>The form with a group baseline. A group of one has none: its reward itself is whitened.</summary>
    /// <param name="groups">The rewards of each group's responses: the whole batch.</param>
    /// <param name="lengths">Tokens of each response, in the same shape.</param>
    /// <returns>One array a response, one advantage a token, group after group.</returns>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static double[][] WithBaseline(IReadOnlyList<double[]> groups, IReadOnlyList<int[]> lengths)
    {
        Require.Length(groups.Count, lengths.Count, nameof(lengths));
        List<double[]> tiled = [];
        for (int g = 0; g < groups.Count; g++)
        {
            Require.Length(groups[g].Length, lengths[g].Length, nameof(lengths));
            double[] centred = groups[g].Length == 1 ? groups[g] : DrGrpoAdvantage.Compute(groups[g]);
            for (int i = 0; i < centred.Length; i++)
            {
                double[] row = new double[lengths[g][i]];
                Array.Fill(row, centred[i]);
                tiled.Add(row);
            }
        }

        return Whitening.Compute(tiled);
    }
}
