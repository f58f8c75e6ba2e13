using Innate.Compute;

namespace Innate.Theory;

/// <summary>
/// Preferences of a reward by Bradley and Terry: P(y over y') = sigmoid(R(y) - R(y')). Two of them differ, in total variation
/// on a pair, by the difference of the sigmoids.
/// </summary>
internal static class Preference
{
    /// <summary>The greatest total variation over all pairs of sequences.</summary>
    /// <param name="first">Outcomes of one reward, one a sequence.</param>
    /// <param name="second">Outcomes of another, as many.</param>
    public static double GreatestTotalVariation(double[] first, double[] second)
    {
        double most = 0;
        for (int i = 0; i < first.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                most = Math.Max(most, Math.Abs(Sigmoid(first[i] - first[j]) - Sigmoid(second[i] - second[j])));
            }
        }

        return most;
    }

    /// <summary>1 / (1 + e^-x).</summary>
    public static double Sigmoid(double x) => 1 / (1 + PortableMath.Exp(-x));
}
