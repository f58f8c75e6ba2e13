namespace Innate.Rewards;

/// <summary>How many directions a response's hidden states use.</summary>
/// <param name="FrobeniusSquared">The sum of all squares: the squares of the singular values, added up.</param>
/// <param name="SpectralSquared">The square of the largest singular value.</param>
internal readonly record struct StableRankResult(double FrobeniusSquared, double SpectralSquared)
{
    /// <summary>The stable rank, from 1 to the lesser of tokens and dimensions; 0 where every state is 0.</summary>
    public double Value => SpectralSquared == 0 ? 0 : FrobeniusSquared / SpectralSquared;
}

/// <summary>
/// The stable rank of a response's hidden states (SR-GRPO, arXiv 2512.02807; secondary: abstract and notes), those of the last
/// layer of a frozen model:
/// <code>R = ||H||_F^2 / ||H||_2^2,  H: tokens times dimensions</code>
/// 1 where all tokens lie on one direction. Its bound grows with the length of the response: a use of it has to show that it is
/// no reward for length. The largest singular value is found by power iteration on the smaller of the two Gram matrices.
/// </summary>
internal static class StableRank
{
    // The error falls by (second / first eigenvalue)^2 a round. Where so many rounds are too few the two are equal but for a
    // thousandth, and the estimate lies between them.
    private const int MaxRounds = 20000;

    /// <summary>The rank of hidden states.</summary>
    /// <param name="hidden">One row a token, of equal lengths; none: rank 0.</param>
    /// <exception cref="ArgumentException">The rows' lengths differ.</exception>
    public static StableRankResult Compute(IReadOnlyList<double[]> hidden)
    {
        double frobenius = 0;
        foreach (double[] row in hidden)
        {
            if (row.Length != hidden[0].Length)
            {
                throw new ArgumentException($"hidden: expected rows of {hidden[0].Length}, found {row.Length}.", nameof(hidden));
            }

            frobenius += Dot(row, row);
        }

        return frobenius == 0 ? default : new StableRankResult(frobenius, LargestEigenvalue(Gram(hidden)));
    }

    // H H' or H' H, whichever is smaller: their eigenvalues other than 0 are the same.
    private static double[][] Gram(IReadOnlyList<double[]> hidden)
    {
        double[][] rows = hidden.Count <= hidden[0].Length
            ? [.. hidden]
            : [.. Enumerable.Range(0, hidden[0].Length).Select(c => hidden.Select(row => row[c]).ToArray())];
        double[][] gram = [.. rows.Select(_ => new double[rows.Length])];
        for (int i = 0; i < rows.Length; i++)
        {
            for (int j = 0; j <= i; j++) gram[i][j] = gram[j][i] = Dot(rows[i], rows[j]);
        }

        return gram;
    }

    private static double LargestEigenvalue(double[][] gram)
    {
        // Numbers without a pattern, so that no matrix that people write down has its first eigenvector at right angles to them.
        double[] v = [.. gram.Select((_, i) => 0.5 + RandomBits.Uniform(RandomBits.Bits(0, (ulong)i)))];
        double last = 0;
        for (int round = 0; round < MaxRounds; round++)
        {
            double norm = Math.Sqrt(Dot(v, v));
            double[] unit = [.. v.Select(x => x / norm)];
            v = [.. gram.Select(row => Dot(row, unit))];
            double rayleigh = Dot(unit, v);

            // The estimates of a matrix without negative eigenvalues rise; where they no longer do, what is left is rounding.
            if (rayleigh <= last) break;
            last = rayleigh;
        }

        return last;
    }

    private static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }
}
