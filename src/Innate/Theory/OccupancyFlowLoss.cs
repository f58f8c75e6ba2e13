namespace Innate.Theory;

/// <summary>
/// INFOM's loss of an occupancy's flow (Zheng et al. 2025, arXiv 2506.08902; from its published code): the fixed point of the
/// mixture is <see cref="SuccessorMeasure"/>.
/// <code>
/// L = (1 - gamma) current + gamma future + kl_weight KL(q(z | s', a') || N(0, I))
/// </code>
/// </summary>
internal static class OccupancyFlowLoss
{
    /// <summary>L.</summary>
    /// <param name="current">The flow-matching loss towards the state itself.</param>
    /// <param name="future">That towards the target flow's sample at the next state.</param>
    /// <param name="kl">The divergence of the intention's encoder, the mean over its dimensions.</param>
    /// <param name="gamma">0 to 1.</param>
    /// <param name="klWeight">0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static double Compute(double current, double future, double kl, double gamma, double klWeight)
    {
        Require.Unit(gamma);
        ArgumentOutOfRangeException.ThrowIfNegative(klWeight);
        return ((1 - gamma) * current) + (gamma * future) + (klWeight * kl);
    }
}
