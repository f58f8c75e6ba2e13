namespace Innate.Reports;

/// <summary>The level of a noisy curve.</summary>
internal static class Smoothing
{
    // Fewer points speak for themselves.
    private const int Fewest = 20;

    /// <summary>Whether a curve goes up and down more than four times its height: a schedule does not, a loss does.</summary>
    public static bool IsNoisy(ReadOnlySpan<double> values)
    {
        if (values.Length < Fewest) return false;
        double way = 0;
        double low = values[0];
        double high = low;
        for (int i = 1; i < values.Length; i++)
        {
            way += Math.Abs(values[i] - values[i - 1]);
            low = Math.Min(low, values[i]);
            high = Math.Max(high, values[i]);
        }

        return way > 4 * (high - low);
    }

    /// <summary>
    /// At each point the mean of those around it, a twentieth of the run in all: centred, so that the curve does not lag as a
    /// running average would.
    /// </summary>
    public static double[] Of(ReadOnlySpan<double> values)
    {
        int reach = Math.Max(2, values.Length / 40);
        var smooth = new double[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            // Triangular weights: a mean with hard edges would jump as peaks enter and leave it.
            double sum = 0;
            double weights = 0;
            for (int j = Math.Max(0, i - reach); j <= Math.Min(values.Length - 1, i + reach); j++)
            {
                double weight = reach + 1 - Math.Abs(i - j);
                sum += weight * values[j];
                weights += weight;
            }

            smooth[i] = sum / weights;
        }

        return smooth;
    }
}
