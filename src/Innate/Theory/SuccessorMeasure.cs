namespace Innate.Theory;

/// <summary>
/// Where a policy will be: the discounted occupancy of states (Dayan 1993), which INFOM's flows learn to sample (Zheng et al.
/// 2025, arXiv 2506.08902). With the chance P(s, s') of the policy's step:
/// <code>
/// M = (1 - gamma) sum_t gamma^t P^t = (1 - gamma) (I - gamma P)^-1        V = M r / (1 - gamma)
/// </code>
/// The reward is on the state where one stands, t = 0 included. Each row of M adds up to 1.
/// </summary>
internal static class SuccessorMeasure
{
    /// <summary>M, [states, states].</summary>
    /// <param name="transitions">P: rows that add up to 1.</param>
    /// <param name="gamma">0 to 1, 1 excluded.</param>
    /// <exception cref="ArgumentException">P is not square, or a row is not a distribution.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Gamma is out of range.</exception>
    public static double[][] Of(double[][] transitions, double gamma)
    {
        int n = transitions.Length;
        double[][] unit = [.. Enumerable.Range(0, n).Select(i => Enumerable.Range(0, n).Select(j => i == j ? 1.0 : 0).ToArray())];
        double[][] inverse = Solve(Resolvent(transitions, gamma), unit);
        return [.. inverse.Select(row => row.Select(x => (1 - gamma) * x).ToArray())];
    }

    /// <summary>
    /// What INFOM's loss draws an occupancy towards: the state itself, or what is thought of the next one,
    /// (1 - gamma) I + gamma P M. Its fixed point is <see cref="Of"/>, and it draws any two together by gamma.
    /// </summary>
    /// <param name="transitions">P.</param>
    /// <param name="gamma">0 to 1, 1 excluded.</param>
    /// <param name="occupancy">M as it is thought to be.</param>
    public static double[][] Mixture(double[][] transitions, double gamma, double[][] occupancy)
    {
        int n = transitions.Length;
        Require.Length(n, occupancy.Length, nameof(occupancy));
        double[][] mixed = new double[n][];
        for (int i = 0; i < n; i++)
        {
            mixed[i] = new double[n];
            mixed[i][i] = 1 - gamma;
            for (int k = 0; k < n; k++)
            {
                for (int j = 0; j < n; j++) mixed[i][j] += gamma * transitions[i][k] * occupancy[k][j];
            }
        }

        return mixed;
    }

    /// <summary>V by Bellman's equation itself: (I - gamma P) V = r.</summary>
    /// <param name="transitions">P.</param>
    /// <param name="gamma">0 to 1, 1 excluded.</param>
    /// <param name="reward">r: one a state.</param>
    public static double[] Value(double[][] transitions, double gamma, double[] reward)
    {
        Require.Length(transitions.Length, reward.Length, nameof(reward));
        return [.. Solve(Resolvent(transitions, gamma), [.. reward.Select(r => new[] { r })]).Select(row => row[0])];
    }

    /// <summary>V as the mean reward under M: M r / (1 - gamma).</summary>
    /// <param name="occupancy">M.</param>
    /// <param name="gamma">0 to 1, 1 excluded.</param>
    /// <param name="reward">r: one a state.</param>
    public static double[] Mean(IReadOnlyList<double[]> occupancy, double gamma, double[] reward) =>
        [.. occupancy.Select(row => row.Zip(reward, (m, r) => m * r).Sum() / (1 - gamma))];

    private static double[][] Resolvent(double[][] transitions, double gamma)
    {
        if (gamma is not (>= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(gamma), gamma, $"gamma: expected 0 to 1, 1 excluded, found {gamma}.");
        }

        int n = transitions.Length;
        double[][] resolvent = new double[n][];
        for (int i = 0; i < n; i++)
        {
            double[] row = transitions[i];
            Require.Length(n, row.Length, nameof(transitions));
            if (row.Any(p => p is not >= 0) || Math.Abs(row.Sum() - 1) > 1e-9)
            {
                throw new ArgumentException($"transitions: expected rows that add up to 1, found {row.Sum()} in row {i}.");
            }

            resolvent[i] = [.. row.Select((p, j) => (i == j ? 1 : 0) - (gamma * p))];
        }

        return resolvent;
    }

    // Gauss's elimination. The matrix's diagonal outweighs each row, so that no row need be exchanged.
    private static double[][] Solve(double[][] matrix, double[][] right)
    {
        int n = matrix.Length;
        for (int k = 0; k < n; k++)
        {
            for (int i = k + 1; i < n; i++)
            {
                double factor = matrix[i][k] / matrix[k][k];
                if (factor == 0) continue;
                for (int j = k; j < n; j++) matrix[i][j] -= factor * matrix[k][j];
                for (int j = 0; j < right[i].Length; j++) right[i][j] -= factor * right[k][j];
            }
        }

        for (int k = n - 1; k >= 0; k--)
        {
            for (int j = 0; j < right[k].Length; j++)
            {
                double sum = right[k][j];
                for (int i = k + 1; i < n; i++) sum -= matrix[k][i] * right[i][j];
                right[k][j] = sum / matrix[k][k];
            }
        }

        return right;
    }
}
