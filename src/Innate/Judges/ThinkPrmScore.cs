namespace Innate.Judges;

/// <summary>A position of a verification chain at which the model might decide.</summary>
/// <param name="Top">The id that is likeliest there.</param>
/// <param name="LogYes">ln p(" Yes"), in nats.</param>
/// <param name="LogNo">ln p(" No"), in nats.</param>
internal readonly record struct DecisionPosition(int Top, double LogYes, double LogNo);

/// <summary>The score of parallel chains.</summary>
/// <param name="Score">The mean over the chains that decided (ours); null where none did.</param>
/// <param name="Coverage">The share of chains that decided.</param>
/// <param name="AuthorsMean">The authors' mean: a chain that did not decide counts as -1 in it.</param>
internal readonly record struct ChainAverage(double? Score, double Coverage, double AuthorsMean);

/// <summary>
/// ThinkPRM's score (arXiv 2504.16828; confirmed by the authors' code): a verification chain decides where " Yes" or " No" is the
/// likeliest token, and the last such position counts.
/// <code>
/// s = exp(l_yes / T) / (exp(l_yes / T) + exp(l_no / T)),  T the decision temperature, 1
/// score = mean over K parallel chains of s
/// </code>
/// The authors give a chain without a decision -1 and average it in; ours leaves it out and says how many were left.
/// </summary>
internal static class ThinkPrmScore
{
    /// <summary>A chain's score at its decision.</summary>
    /// <param name="logYes">ln p(" Yes"), in nats.</param>
    /// <param name="logNo">ln p(" No"), in nats.</param>
    /// <param name="temperature">T, above 0: high ones draw the score to 1/2.</param>
    /// <exception cref="ArgumentOutOfRangeException">T is not above 0.</exception>
    public static double OfChain(double logYes, double logNo, double temperature = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        return GenRmScore.OfBoth(logYes / temperature, logNo / temperature);
    }

    /// <summary>A chain's score at the last position where the model decides; null where it never does.</summary>
    /// <param name="positions">The chain's, in order.</param>
    /// <param name="yes">The id of " Yes", with its space.</param>
    /// <param name="no">The id of " No".</param>
    /// <param name="temperature">T, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">T is not above 0.</exception>
    public static double? OfChain(
        IReadOnlyList<DecisionPosition> positions, int yes, int no, double temperature = 1)
    {
        for (int i = positions.Count - 1; i >= 0; i--)
        {
            DecisionPosition at = positions[i];
            if (at.Top == yes || at.Top == no) return OfChain(at.LogYes, at.LogNo, temperature);
        }

        return null;
    }

    /// <summary>The score of K chains.</summary>
    /// <param name="chains">One score a chain, 0 to 1; null where it did not decide. At least one.</param>
    /// <param name="undecided">What the authors count for such a chain.</param>
    /// <exception cref="ArgumentOutOfRangeException">No chain, or a score outside [0, 1].</exception>
    public static ChainAverage Average(IReadOnlyList<double?> chains, double undecided = -1)
    {
        ArgumentOutOfRangeException.ThrowIfZero(chains.Count, nameof(chains));
        double sum = 0;
        int decided = 0;
        foreach (double? chain in chains)
        {
            if (chain is not { } score) continue;
            Require.Unit(score, nameof(chains));
            sum += score;
            decided++;
        }

        return new ChainAverage(
            decided > 0 ? sum / decided : null,
            (double)decided / chains.Count,
            (sum + (undecided * (chains.Count - decided))) / chains.Count);
    }
}
