using Innate.Compute;

namespace Innate.Reinforcement.Objectives;

/// <summary>
/// ICE-POP's answer to a trainer and a generator whose numbers differ for the same weights (as ProRLv2 has it; confirmed by code,
/// NeMo RL): each token's loss is multiplied by the ratio of the two, and where that ratio is implausible the token is left out:
/// <code>
/// w_t = exp(log trainer(t) - log generator(t));  0 outside [0.5, 5]
/// for mixtures of experts, a response:  1 where exp(mean of (log trainer - log generator)) lies in [0.999, 1.002], else 0
/// </code>
/// Outside the window a weight is 0, not the window's edge. The weights are not differentiated.
/// </summary>
internal static class IcePop
{
    /// <summary>The least weight that is kept.</summary>
    public const double DefaultLow = 0.5;

    /// <summary>The largest weight that is kept.</summary>
    public const double DefaultHigh = 5;

    /// <summary>The least geometric mean with which a response is kept, for mixtures of experts.</summary>
    public const double SequenceLow = 0.999;

    /// <summary>The largest geometric mean with which a response is kept, for mixtures of experts.</summary>
    public const double SequenceHigh = 1.002;

    /// <summary>w before the window: one a token.</summary>
    /// <param name="trainerLogProbs">Of the sampling policy as the trainer computes them, nats: one a token.</param>
    /// <param name="generatorLogProbs">As the generator reported them.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double[] Ratios(ReadOnlySpan<double> trainerLogProbs, ReadOnlySpan<double> generatorLogProbs) =>
        [.. KlEstimator.Values(KlKind.K1, trainerLogProbs, generatorLogProbs).Select(PortableMath.Exp)];

    /// <summary>w: one a token.</summary>
    /// <inheritdoc cref="Ratios"/>
    /// <param name="trainerLogProbs">Of the sampling policy as the trainer computes them, nats: one a token.</param>
    /// <param name="generatorLogProbs">As the generator reported them.</param>
    /// <param name="low">The least weight that is kept.</param>
    /// <param name="high">The largest weight that is kept.</param>
    public static double[] Weights(
        ReadOnlySpan<double> trainerLogProbs, ReadOnlySpan<double> generatorLogProbs,
        double low = DefaultLow, double high = DefaultHigh) =>
        [.. Ratios(trainerLogProbs, generatorLogProbs).Select(w => w >= low && w <= high ? w : 0)];

    /// <summary>Whether a response of a mixture of experts is kept; an empty one is.</summary>
    /// <inheritdoc cref="Ratios"/>
    /// <param name="trainerLogProbs">Of the sampling policy as the trainer computes them, nats: one a token.</param>
    /// <param name="generatorLogProbs">As the generator reported them.</param>
    /// <param name="low">The least geometric mean that is kept.</param>
    /// <param name="high">The largest geometric mean that is kept.</param>
    public static bool Keeps(
        ReadOnlySpan<double> trainerLogProbs, ReadOnlySpan<double> generatorLogProbs,
        double low = SequenceLow, double high = SequenceHigh)
    {
        double[] logRatios = KlEstimator.Values(KlKind.K1, trainerLogProbs, generatorLogProbs);
        double mean = PortableMath.Exp(logRatios.DefaultIfEmpty().Average());
        return mean >= low && mean <= high;
    }
}
