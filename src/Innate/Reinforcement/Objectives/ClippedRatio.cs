using Innate.Compute;

namespace Innate.Reinforcement.Objectives;

/// <summary>One token's clipped term, its derivative by the log-ratio, and whether a clip took the derivative away.</summary>
internal readonly record struct ClippedTerm(double Loss, double Slope, bool Clipped);

/// <summary>
/// What the clipping objectives share. With rho = exp(log-ratio), the log-ratio clamped to +-20 first:
/// <code>
/// loss  = -min(rho A, clip(rho, 1 - low, 1 + high) A)
/// where A is negative and there is a dual clip c: loss = min(loss, -c A)
/// slope = dloss / dlog rho = -rho A, or 0 where a clip decides
/// </code>
/// </summary>
internal static class ClippedRatio
{
    public static ClippedTerm Term(double logRatio, double advantage, double low, double high, double? dualClip = null)
    {
        double rho = Ratio(logRatio), plain = -rho * advantage;
        double clipped = -Math.Clamp(rho, 1 - low, 1 + high) * advantage;
        if (advantage < 0 && dualClip is double c && Math.Max(plain, clipped) > -c * advantage)
        {
            return new ClippedTerm(-c * advantage, 0, true);
        }

        if (clipped > plain) return new ClippedTerm(clipped, 0, true);
        return new ClippedTerm(plain, Math.Abs(logRatio) > KlEstimator.MaxLogRatio ? 0 : plain, false);
    }

    public static double Ratio(double logRatio) =>
        PortableMath.Exp(Math.Clamp(logRatio, -KlEstimator.MaxLogRatio, KlEstimator.MaxLogRatio));

    /// <summary>k3 of the policy that sampled against the policy now: rho - 1 - ln rho.</summary>
    public static double OldKl(double logRatio) => KlEstimator.K3(-logRatio);

    public static void CheckClips(double low, double high)
    {
        Require.Unit(low, "clip low");
        if (high >= 0) return;
        throw new ArgumentOutOfRangeException(nameof(high), high, $"clip high: expected 0 or more, found {high}.");
    }

    /// <summary>A response's objective without a divergence: PPO's, Dr. GRPO's and DAPO's differ in their numbers.</summary>
    public static PolicyResult Compute(
        ReadOnlySpan<double> logProbs, ReadOnlySpan<double> oldLogProbs, ReadOnlySpan<double> advantages,
        double weight, double low, double high, double? dualClip = null)
    {
        Require.Length(logProbs.Length, oldLogProbs.Length, nameof(oldLogProbs));
        Require.Length(logProbs.Length, advantages.Length, nameof(advantages));
        CheckClips(low, high);
        double[] gradient = new double[logProbs.Length];
        double loss = 0, oldKl = 0;
        int clippedTokens = 0;
        for (int t = 0; t < gradient.Length; t++)
        {
            double logRatio = logProbs[t] - oldLogProbs[t];
            ClippedTerm term = Term(logRatio, advantages[t], low, high, dualClip);
            loss += weight * term.Loss;
            gradient[t] = weight * term.Slope;
            oldKl += OldKl(logRatio);
            if (term.Clipped) clippedTokens++;
        }

        return new PolicyResult(loss, gradient, new PolicyStatistics(gradient.Length, clippedTokens, oldKl, 0));
    }
}
