namespace Innate.Tests.Support;

/// <summary>Comparison of float32 results with float64 ones, by the size of the largest expected.</summary>
internal static class Near
{
    /// <summary>Every element is within <paramref name="relative"/> of the largest expected one; and none is missing.</summary>
    public static void Equal(double[,] expected, double[,] found, double relative, string what)
    {
        Assert.Equal((expected.GetLength(0), expected.GetLength(1)), (found.GetLength(0), found.GetLength(1)));
        double largest = 1e-30;
        foreach (double e in expected) largest = Math.Max(largest, Math.Abs(e));
        for (int r = 0; r < expected.GetLength(0); r++)
        {
            for (int c = 0; c < expected.GetLength(1); c++)
            {
                double off = Math.Abs(expected[r, c] - found[r, c]) / largest;
                // Written so that what is not a number fails.
                if (!(off <= relative)) Assert.Fail($"{what}: [{r}, {c}]: expected {expected[r, c]}, found {found[r, c]}");
            }
        }
    }

    /// <summary>The norm of the difference by the norm of what is expected.</summary>
    public static double Distance(ReadOnlySpan<float> expected, ReadOnlySpan<float> found)
    {
        Assert.Equal(expected.Length, found.Length);
        double difference = 0, size = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            difference += Math.Pow((double)expected[i] - found[i], 2);
            size += Math.Pow(expected[i], 2);
        }

        return difference == 0 ? 0 : Math.Sqrt(difference / size);
    }
}
