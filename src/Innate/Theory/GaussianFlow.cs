namespace Innate.Theory;

/// <summary>
/// Flow matching (Lipman et al. 2023) where everything is known: from N(0, 1) to N(m, s^2) along straight paths
/// x_t = t x_1 + (1 - t) x_0, x_0 and x_1 independent. The velocity that the loss is least at has a closed form:
/// <code>
/// v(x, t) = E[x_1 - x_0 | x_t = x] = m + (t s^2 - (1 - t)) / (t^2 s^2 + (1 - t)^2) (x - t m)
/// </code>
/// and its flow takes x_0 to m + s x_0. Steps of Euler's, which samplers take, end elsewhere: the fewer, the further off.
/// </summary>
/// <param name="Mean">m.</param>
/// <param name="Deviation">s, above 0.</param>
internal sealed record GaussianFlow(double Mean, double Deviation)
{
    /// <summary>v.</summary>
    /// <param name="x">Where.</param>
    /// <param name="time">t, 0 to 1.</param>
    public double Velocity(double x, double time)
    {
        double rest = 1 - time, square = Deviation * Deviation;
        return Mean + (((time * square) - rest) / ((time * time * square) + (rest * rest)) * (x - (time * Mean)));
    }

    /// <summary>Where the flow itself takes a start.</summary>
    public double Exact(double start) => Mean + (Deviation * start);

    /// <summary>Where Euler's steps take it: x += v(x, i / steps) / steps.</summary>
    /// <param name="start">x_0.</param>
    /// <param name="steps">1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no step.</exception>
    public double Euler(double start, int steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        double x = start;
        for (int i = 0; i < steps; i++) x += Velocity(x, (double)i / steps) / steps;
        return x;
    }
}
