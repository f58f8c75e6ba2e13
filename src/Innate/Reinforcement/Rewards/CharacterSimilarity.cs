namespace Innate.Reinforcement.Rewards;

/// <summary>
/// How alike two texts look, without a model (ours; <see cref="NoveltyReward"/> was published with an embedding model): the
/// cosine of the counts of their runs of n characters.
/// <code>s = sum over runs of a(run) b(run) / (|a| |b|),  from 0, nothing in common, to 1</code>
/// Runs are of UTF-16 units; a text shorter than n is one run. Two empty texts are alike, an empty one and another are not.
/// </summary>
internal static class CharacterSimilarity
{
    /// <summary>The similarity of each text with each: symmetric, with 1 on the diagonal.</summary>
    /// <param name="texts">The group's texts.</param>
    /// <param name="n">Characters of a run, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">n is less than 1.</exception>
    public static double[][] Matrix(IReadOnlyList<string> texts, int n = 3)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        Dictionary<string, int>[] counts = [.. texts.Select(t => Counts(t, n))];
        double[] squares = [.. counts.Select(c => Product(c, c))];
        double[][] matrix = [.. counts.Select(_ => new double[counts.Length])];
        for (int i = 0; i < matrix.Length; i++)
        {
            matrix[i][i] = 1;
            for (int j = 0; j < i; j++) matrix[i][j] = matrix[j][i] = Cosine(i, j);
        }

        return matrix;

        double Cosine(int i, int j)
        {
            if (squares[i] == 0 || squares[j] == 0) return squares[i] == squares[j] ? 1 : 0;

            // One root of both: for two equal texts it is exact.
            return Math.Min(1, Product(counts[i], counts[j]) / Math.Sqrt(squares[i] * squares[j]));
        }
    }

    private static Dictionary<string, int> Counts(string text, int n)
    {
        Dictionary<string, int> counts = new(StringComparer.Ordinal);
        if (text.Length == 0) return counts;
        int run = Math.Min(n, text.Length);
        for (int i = 0; i + run <= text.Length; i++)
        {
            string key = text.Substring(i, run);
            counts[key] = counts.GetValueOrDefault(key) + 1;
        }

        return counts;
    }

    // Whole numbers: their sum is the same in any order.
    private static double Product(Dictionary<string, int> a, Dictionary<string, int> b)
    {
        long sum = 0;
        foreach ((string run, int count) in a) sum += (long)count * b.GetValueOrDefault(run);
        return sum;
    }
}
