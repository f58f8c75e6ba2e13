using Innate.Reinforcement;

namespace Innate.Theory.Laws;

/// <summary>A clipped surrogate under advantages that are random.</summary>
/// <param name="Surrogate">Its expectation: to be maximised, never above 0.</param>
/// <param name="RatioSlope">Its derivative by the ratio.</param>
/// <param name="LogProbSlope">Its derivative by the log-probability: the ratio times the former.</param>
internal readonly record struct ClipBiasResult(double Surrogate, double RatioSlope, double LogProbSlope);

/// <summary>
/// What clipping does to a reward that says nothing (spurious rewards, arXiv 2506.10947; derived by us). With advantages of +1
/// and -1 at equal chance, whatever the response, and rho = pi / old:
/// <code>
/// E       = E_A min(rho A, clip(rho, 1 - low, 1 + high) A) = -|rho - clip(rho, 1 - low, 1 + high)| / 2
/// dE/drho = 0 inside the band, -1/2 above it, +1/2 below
/// </code>
/// Without a clip E is 0 everywhere. The pull back to the band is even-handed in rho alone: a token with old above 1 / (1 + high)
/// can never leave it upwards, so only the push up is left for it, and likely tokens are favoured.
/// </summary>
internal static class ClipBias
{
    /// <summary>The expected surrogate and its slopes; on the band's edges the slopes are 0.</summary>
    /// <param name="ratio">rho, 0 or more.</param>
    /// <param name="low">How far the band reaches below 1, 0 to 1.</param>
    /// <param name="high">How far it reaches above 1, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static ClipBiasResult Expected(double ratio, double low = 0.2, double high = 0.2)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(ratio);
        Require.Unit(low);
        ArgumentOutOfRangeException.ThrowIfNegative(high);
        double held = Math.Clamp(ratio, 1 - low, 1 + high), slope = Math.Sign(held - ratio) / 2.0;
        return new ClipBiasResult(-Math.Abs(ratio - held) / 2, slope, ratio * slope);
    }

    /// <summary>The greatest ratio that a token can have: 1 / old.</summary>
    /// <param name="old">Its probability under the policy that sampled, above 0 and at most 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is out of range.</exception>
    public static double GreatestRatio(double old)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(old);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(old, 1);
        return 1 / old;
    }

    /// <summary>Whether a token can be clipped from above at all: whether its greatest ratio lies above 1 + high.</summary>
    /// <param name="old">Its probability under the policy that sampled, above 0 and at most 1.</param>
    /// <param name="high">How far the band reaches above 1, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static bool CanLeaveUpwards(double old, double high = 0.2)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(high);
        return GreatestRatio(old) > 1 + high;
    }
}
