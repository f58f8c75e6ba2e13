namespace Innate.Tests.Support;

/// <summary>A gradient that was derived by hand, against the loss's own slope.</summary>
internal static class CentralDifferences
{
    /// <summary>Every entry of the gradient is the loss's central difference there.</summary>
    /// <param name="loss">The loss as a function of all its arguments.</param>
    /// <param name="at">Where.</param>
    /// <param name="gradient">What is claimed.</param>
    /// <param name="tolerance">Of the difference, absolute.</param>
    public static void Match(Func<double[], double> loss, double[] at, double[] gradient, double tolerance = 1e-7)
    {
        const double Step = 1e-5;
        Assert.Equal(at.Length, gradient.Length);
        for (int i = 0; i < at.Length; i++)
        {
            double slope = (loss(Moved(i, Step)) - loss(Moved(i, -Step))) / (2 * Step);
            Assert.Equal(slope, gradient[i], tolerance);
        }

        double[] Moved(int i, double step)
        {
            double[] moved = [.. at];
            moved[i] += step;
            return moved;
        }
    }
}
