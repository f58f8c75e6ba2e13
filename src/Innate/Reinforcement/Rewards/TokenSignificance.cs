namespace Innate.Reinforcement.Rewards;

/// <summary>How many tokens of a text say something, and how many do not.</summary>
/// <param name="Insignificant">Tokens below the threshold.</param>
/// <param name="Significant">The others.</param>
internal readonly record struct SignificanceCount(int Insignificant, int Significant);

/// <summary>
/// Which tokens matter, as Bingo counts them (arXiv 2506.08125, confirmed by code): an outside compressor gives each token a
/// probability of being kept, in chunks as long as its encoder reads; within a chunk they are brought to 0..1:
/// <code>
/// n_t = (p_t - min p) / (max p - min p);  1 where all are equal
/// insignificant: n_t below the threshold
/// </code>
/// Ours: a text's chunks are added up. The code counts each chunk as a response of its own, which shifts the batch.
/// </summary>
internal static class TokenSignificance
{
    /// <summary>The threshold of the authors' scripts; 0.3 in their code.</summary>
    public const double DefaultThreshold = 0.5;

    /// <summary>n of one chunk.</summary>
    /// <param name="probabilities">p: one a token of the chunk.</param>
    public static double[] Normalize(ReadOnlySpan<double> probabilities)
    {
        double[] normal = new double[probabilities.Length];
        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        foreach (double p in probabilities) (low, high) = (Math.Min(low, p), Math.Max(high, p));
        for (int t = 0; t < normal.Length; t++) normal[t] = high == low ? 1 : (probabilities[t] - low) / (high - low);
        return normal;
    }

    /// <summary>The counts of a text.</summary>
    /// <param name="chunks">p: one array a chunk.</param>
    /// <param name="threshold">Below it a token is insignificant.</param>
    public static SignificanceCount Count(IEnumerable<double[]> chunks, double threshold = DefaultThreshold)
    {
        double[] normal = [.. chunks.SelectMany(c => Normalize(c))];
        int insignificant = normal.Count(n => n < threshold);
        return new SignificanceCount(insignificant, normal.Length - insignificant);
    }
}
