namespace Innate.Audits;

/// <summary>
/// A detector's two rates and their mean, so that neither saying yes always nor no always scores above 1/2 (used with VFT, arXiv
/// 2506.22777, secondary).
/// </summary>
/// <param name="Sensitivity">The share of true cases that it finds; null where there are none.</param>
/// <param name="Specificity">The share of false ones that it lets be; null likewise.</param>
internal readonly record struct BalancedAccuracy(double? Sensitivity, double? Specificity)
{
    /// <summary>The mean of the two; null where either is.</summary>
    public double? Value => (Sensitivity + Specificity) / 2;

    /// <summary>From counts.</summary>
    /// <param name="truePositives">True, and said so.</param>
    /// <param name="falseNegatives">True, and not said so.</param>
    /// <param name="trueNegatives">False, and not said so.</param>
    /// <param name="falsePositives">False, and said so: a false alarm.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count below 0.</exception>
    public static BalancedAccuracy Of(int truePositives, int falseNegatives, int trueNegatives, int falsePositives)
    {
        return new BalancedAccuracy(Share(truePositives, falseNegatives), Share(trueNegatives, falsePositives));

        static double? Share(int right, int wrong)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(right);
            ArgumentOutOfRangeException.ThrowIfNegative(wrong);
            return right + wrong > 0 ? right / ((double)right + wrong) : null;
        }
    }
}
