namespace Innate.Environments.CapSets;

/// <summary>
/// Cap sets, on which FunSearch was shown (Romera-Paredes et al. 2024): points of Z_3^n of which no three different ones add up
/// to 0. A priority of points makes one, greedily, and its size is exact.
/// </summary>
internal static class CapSet
{
    /// <summary>The largest sizes known for n = 1..8; those to n = 6 cannot be beaten.</summary>
    public static IReadOnlyList<int> BestKnown { get; } = [2, 4, 9, 20, 45, 112, 236, 512];

    /// <summary>The points of Z_3^n in lexicographic order.</summary>
    /// <param name="dimensions">n, 1 to 10.</param>
    /// <exception cref="ArgumentOutOfRangeException">n is out of range.</exception>
    public static int[][] Points(int dimensions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dimensions, 10);
        int count = (int)Math.Pow(3, dimensions);
        int[][] points = new int[count][];
        for (int p = 0; p < count; p++)
        {
            points[p] = new int[dimensions];
            for (int d = dimensions - 1, rest = p; d >= 0; d--, rest /= 3) points[p][d] = rest % 3;
        }

        return points;
    }

    /// <summary>
    /// The point of the highest priority is taken, and each that would complete a line with two taken ones is struck out, until
    /// none is left. Of equal points the first is taken.
    /// </summary>
    /// <param name="dimensions">n.</param>
    /// <param name="priority">Of a point; called once each.</param>
    /// <returns>The points taken, in that order.</returns>
    public static IReadOnlyList<int[]> Greedy(int dimensions, Func<int[], double> priority)
    {
        int[][] points = Points(dimensions);
        double[] priorities = [.. points.Select(priority)];
        bool[] isOut = new bool[points.Length];
        List<int[]> taken = [];

        // A stable order by falling priority is the greedy order, as nothing but strikes happens between.
        foreach (int p in Enumerable.Range(0, points.Length).OrderByDescending(p => priorities[p]))
        {
            if (isOut[p]) continue;
            foreach (int[] other in taken) isOut[Third(points[p], other)] = true;
            taken.Add(points[p]);
        }

        return taken;
    }

    /// <summary>Whether no three different points of these add up to 0.</summary>
    public static bool IsCap(IReadOnlyList<int[]> points)
    {
        HashSet<int> indices = [.. points.Select(Index)];
        if (indices.Count != points.Count) return false;
        for (int i = 0; i < points.Count; i++)
        {
            for (int j = i + 1; j < points.Count; j++)
            {
                if (indices.Contains(Third(points[i], points[j]))) return false;
            }
        }

        return true;
    }

    // The point that completes the line through two: -(a + b) mod 3.
    private static int Third(int[] a, int[] b)
    {
        int index = 0;
        for (int d = 0; d < a.Length; d++) index = (3 * index) + ((6 - a[d] - b[d]) % 3);
        return index;
    }

    private static int Index(int[] point) => point.Aggregate(0, (index, x) => (3 * index) + x);
}
