using Innate.Compute;
using Innate.Traces;

namespace Innate.Rewards;

/// <summary>The numbers of TCER. The paper's are not known to us; these are ours.</summary>
internal sealed record TcerOptions
{
    /// <summary>What a token weighs, by its log-probability under the specialist: <see cref="TcerReward.Doubt"/> of 1.</summary>
    public Func<double, double> Weight { get; init; } = TcerReward.Doubt(1);

    /// <summary>
    /// The most nats that a log-ratio counts, either way, above 0; infinity: all. Needed where the specialist is not frozen, for
    /// then the ratio grows by itself: <see cref="TcerReward.DriftingRatioCap"/>.
    /// </summary>
    public double RatioCap { get; init; } = double.PositiveInfinity;
}

/// <summary>
/// TCER (arXiv 2604.11522): what a specialist has learned beyond the generalist that it came from, most where it was in doubt.
/// That both models enter and that likely tokens weigh less is known; the formula is ours:
/// <code>
/// r_t = w(l_t) (l_t - ref_t),  l = log pi of the specialist, ref of the generalist
/// w   = (1 - exp(l))^k, or min(-l, cap)
/// R   = mean over the response's tokens of r_t
/// </code>
/// A token that the specialist is sure of brings nothing, whatever its ratio. Plain <see cref="ImplicitReward"/> is w = 1.
/// </summary>
internal static class TcerReward
{
    /// <summary>The cap to take for a specialist that goes on learning, in nats (ours).</summary>
    public const double DriftingRatioCap = 5;

    /// <summary>The weight (1 - p)^power.</summary>
    /// <param name="power">k, 0 or more; 0: every token alike.</param>
    /// <exception cref="ArgumentOutOfRangeException">The power is below 0.</exception>
    public static Func<double, double> Doubt(double power)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(power);
        return logProb =>
        {
            double doubt = Math.Max(0, 1 - PortableMath.Exp(logProb));
            return power == 1 ? doubt : power == 0 ? 1 : PortableMath.Pow(doubt, power);
        };
    }

    /// <summary>The weight min(-log p, cap).</summary>
    /// <param name="cap">Nats, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The cap is not above 0.</exception>
    public static Func<double, double> Surprise(double cap)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(cap);
        return logProb => Math.Min(-logProb, cap);
    }

    /// <summary>Per token r_t; the value is their mean.</summary>
    /// <param name="specialist">The specialist's trace.</param>
    /// <param name="generalist">The generalist's trace of the same tokens.</param>
    /// <param name="options">Weight and cap; null: the defaults.</param>
    /// <exception cref="ArgumentException">The traces are of different tokens.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The cap is not above 0.</exception>
    public static RewardResult Compute(TokenTrace specialist, TokenTrace generalist, TcerOptions? options = null)
    {
        options ??= new TcerOptions();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.RatioCap);
        double[] perToken = ImplicitReward.Compute(specialist, generalist).PerToken;
        for (int t = 0; t < perToken.Length; t++)
        {
            double ratio = Math.Clamp(perToken[t], -options.RatioCap, options.RatioCap);
            perToken[t] = options.Weight(specialist.LogProbability[t]) * ratio;
        }

        return new RewardResult(perToken.Sum() / perToken.Length, perToken);
    }
}
