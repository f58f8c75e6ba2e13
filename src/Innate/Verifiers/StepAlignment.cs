namespace Innate.Verifiers;

/// <summary>A column of an alignment: a student's step beside a reference's, or either beside a gap.</summary>
/// <param name="Student">The student's step, from 0; null: a gap, the student left the reference's step out.</param>
/// <param name="Reference">The reference's step, from 0; null: a gap, the student's step is one more.</param>
internal readonly record struct AlignedSteps(int? Student, int? Reference);

/// <summary>A solution beside its reference.</summary>
/// <param name="Cost">What the alignment costs; the authors drop solutions of more than 3.0 (their code's default: 1.8).</param>
/// <param name="Columns">From the first step to the last.</param>
/// <param name="Costs">D, [students + 1][references + 1]: what it costs to align the first i steps with the first j.</param>
internal sealed record StepAlignmentResult(double Cost, IReadOnlyList<AlignedSteps> Columns, double[][] Costs);

/// <summary>
/// GRACE's alignment of a sampled solution with a reference (arXiv 2305.14934; confirmed by the authors' code): Needleman and
/// Wunsch's, with costs.
/// <code>
/// D[i][0] = g i,  D[0][j] = g j
/// D[i][j] = D[i-1][j-1]                                    where sim(i, j) is at least the threshold
///         = min(D[i-1][j-1] + 1 - sim(i, j),               a pair that differs
///               D[i-1][j] + g,                             a student's step alone
///               D[i][j-1] + g)                             a reference's step alone
/// </code>
/// sim: the cosine of the steps' embeddings. Going back, of equal costs a pair comes first, then the student's step, then the
/// reference's. A pair above the threshold is taken without looking at gaps, and rightly: it is free, and to leave its reference
/// out of what comes before saves a gap at most (derived; the tests compare with every alignment).
/// </summary>
internal static class StepAlignment
{
    /// <summary>The authors' cost of a gap.</summary>
    public const double Gap = 0.5;

    /// <summary>From this similarity on two steps are the same.</summary>
    public const double Threshold = 0.8;

    /// <summary>Aligns a solution with its reference.</summary>
    /// <param name="similarity">[students][references]; no rows: the solution has no step.</param>
    /// <param name="references">How many steps the reference has.</param>
    /// <param name="gap">g, 0 or more.</param>
    /// <param name="threshold">The similarity of two steps that are the same.</param>
    /// <exception cref="ArgumentException">A row of another length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A gap below 0, a negative number of references.</exception>
    public static StepAlignmentResult Align(
        IReadOnlyList<double[]> similarity, int references, double gap = Gap, double threshold = Threshold)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(references);
        ArgumentOutOfRangeException.ThrowIfNegative(gap);
        foreach (double[] row in similarity) Require.Length(references, row.Length, nameof(similarity));
        double[][] costs = [.. Enumerable.Range(0, similarity.Count + 1).Select(_ => new double[references + 1])];
        for (int j = 1; j <= references; j++) costs[0][j] = gap * j;
        for (int i = 1; i <= similarity.Count; i++)
        {
            costs[i][0] = gap * i;
            for (int j = 1; j <= references; j++)
            {
                double sim = similarity[i - 1][j - 1], pair = costs[i - 1][j - 1];
                costs[i][j] = sim >= threshold
                    ? pair
                    : Math.Min(pair + 1 - sim, Math.Min(costs[i - 1][j] + gap, costs[i][j - 1] + gap));
            }
        }

        return new StepAlignmentResult(costs[^1][references], Back(similarity, costs, gap, threshold), costs);
    }

    // The same expressions as forward: equal costs have equal bits.
    private static List<AlignedSteps> Back(
        IReadOnlyList<double[]> similarity, double[][] costs, double gap, double threshold)
    {
        List<AlignedSteps> columns = [];
        int i = costs.Length - 1, j = costs[0].Length - 1;
        while (i > 0 || j > 0)
        {
            if (i > 0 && j > 0 && IsPair(i, j)) columns.Add(new AlignedSteps(--i, --j));
            else if (i > 0 && (j == 0 || costs[i][j].Equals(costs[i - 1][j] + gap))) columns.Add(new AlignedSteps(--i, null));
            else columns.Add(new AlignedSteps(null, --j));
        }

        columns.Reverse();
        return columns;

        bool IsPair(int a, int b) => similarity[a - 1][b - 1] is var sim
            && (sim >= threshold || costs[a][b].Equals(costs[a - 1][b - 1] + 1 - sim));
    }
}
