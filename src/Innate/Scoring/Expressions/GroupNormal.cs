namespace Innate.Scoring.Expressions;

/// <summary>
/// A group's numbers brought to mean 0 and deviation 1: (x - mean) / (sd + epsilon), where sd is the unbiased one (n - 1). GRPO's
/// advantage (arXiv 2402.03300), a recipe's <c>normalized</c> and an expression's <c>z</c> are this.
/// </summary>
internal static class GroupNormal
{
    /// <summary>What is added to the standard deviation.</summary>
    public const double Epsilon = 1e-6;

    /// <summary>The numbers; exactly 0 where all are equal, a group of one included, and that with an epsilon of 0 too.</summary>
    public static double[] Of(ReadOnlySpan<double> values, double epsilon = Epsilon)
    {
        double mean = Mean(values), scale = StandardDeviation(values, mean) + epsilon;
        double[] normal = new double[values.Length];
        if (scale == 0) return normal;
        for (int i = 0; i < normal.Length; i++) normal[i] = (values[i] - mean) / scale;
        return normal;
    }

    /// <summary>Whether all are the same number.</summary>
    public static bool AllEqual(ReadOnlySpan<double> values)
    {
        foreach (double value in values)
        {
            if (value != values[0]) return false;
        }

        return true;
    }

    /// <summary>The mean. Of equal numbers it is that number: their sum divided by their count may be its neighbour.</summary>
    public static double Mean(ReadOnlySpan<double> values)
    {
        if (AllEqual(values)) return values.Length == 0 ? 0 : values[0];
        double sum = 0;
        foreach (double value in values) sum += value;
        return sum / values.Length;
    }

    /// <summary>The unbiased standard deviation; 0 for fewer than two.</summary>
    public static double StandardDeviation(ReadOnlySpan<double> values, double mean)
    {
        if (values.Length < 2) return 0;
        double squares = 0;
        foreach (double value in values) squares += (value - mean) * (value - mean);
        return Math.Sqrt(squares / (values.Length - 1));
    }
}
