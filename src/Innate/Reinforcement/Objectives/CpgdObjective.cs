using Innate.Compute;

namespace Innate.Reinforcement.Objectives;

/// <summary>The numbers of CPGD: those of the authors' scripts.</summary>
internal sealed record CpgdOptions
{
    /// <summary>e: the log-ratio is held between ln(1 - e) and ln(1 + e); above 0, below 1.</summary>
    public double Clip { get; init; } = 0.2;

    /// <summary>alpha: the weight of the drift from the policy that sampled, 0 or more.</summary>
    public double DriftWeight { get; init; } = 0.01;

    /// <summary>c: the most that the drift may pull back with, above 0; the ratio counts for 1 + c at most.</summary>
    public double DriftCap { get; init; } = 2;

    /// <summary>
    /// lambda of the paper's tight-to-loose clip e_i = lambda e + (1 - lambda) e i / |y| at the i-th of |y| tokens, 0 to 1: how
    /// wide the clip is at the start. 1: as wide everywhere, as in the code.
    /// </summary>
    public double ClipStart { get; init; } = 1;
}

/// <summary>One response's part of CPGD's loss, in its two terms.</summary>
/// <param name="Policy">The clipped term's part.</param>
/// <param name="Drift">The drift's part, before alpha.</param>
/// <param name="Whole">Both, with alpha: the loss and its gradient.</param>
internal sealed record CpgdParts(double Policy, double Drift, PolicyResult Whole);

/// <summary>
/// Clipped policy gradient optimization with policy drift (CPGD, arXiv 2505.12504, confirmed by code, MM-EUREKA's loss): the
/// log-probability in the ratio's place, which cannot explode, and a term that pulls back to the policy that sampled. With
/// rho_t = pi(t) / old(t):
/// <code>
/// u_t = min(log pi, log old + ln(1 + e)) where A is above 0, else max(log pi, log old + ln(1 - e))
/// l_t = -A u_t + alpha sg(min(rho - 1, c)) log pi(t)
/// L   = sum over tokens of w l_t,  w = 1 / N: the mean over all N tokens of the batch
/// dL/dlog pi(t) = w (-A, or 0 where the clip decides, + alpha min(rho - 1, c))
/// </code>
/// sg: not differentiated, so of the loss only the gradient means something; and it holds log pi itself, so its value cannot be
/// compared between batches. The pull is weaker on tokens that fell (not below -1) than on those that rose.
/// A is <see cref="Advantages.CpgdAdvantage"/>'s.
/// </summary>
internal static class CpgdObjective
{
    /// <summary>One response's part of the batch's loss.</summary>
    /// <param name="logProbs">log pi (nats): one a token of the response.</param>
    /// <param name="oldLogProbs">The same tokens' log-probabilities under the policy that sampled them.</param>
    /// <param name="advantages">A: one a token.</param>
    /// <param name="batch">The whole batch's totals.</param>
    /// <param name="options">Clip and drift; null: the defaults.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range, or the batch too small.</exception>
    public static PolicyResult Compute(
        ReadOnlySpan<double> logProbs, ReadOnlySpan<double> oldLogProbs, ReadOnlySpan<double> advantages,
        BatchTotals batch, CpgdOptions? options = null) =>
        Parts(logProbs, oldLogProbs, advantages, batch, options).Whole;

    /// <summary>The same with its two terms apart.</summary>
    /// <inheritdoc cref="Compute"/>
    public static CpgdParts Parts(
        ReadOnlySpan<double> logProbs, ReadOnlySpan<double> oldLogProbs, ReadOnlySpan<double> advantages,
        BatchTotals batch, CpgdOptions? options = null)
    {
        options ??= new CpgdOptions();
        Check(options);
        Require.Length(logProbs.Length, oldLogProbs.Length, nameof(oldLogProbs));
        Require.Length(logProbs.Length, advantages.Length, nameof(advantages));
        double weight = Aggregation.TokenMean.Weight(batch, logProbs.Length), policy = 0, drift = 0, oldKl = 0;
        double[] gradient = new double[logProbs.Length];
        int clippedTokens = 0;
        for (int t = 0; t < gradient.Length; t++)
        {
            double logRatio = logProbs[t] - oldLogProbs[t], place = (t + 1.0) / gradient.Length;
            double e = options.Clip * (options.ClipStart + ((1 - options.ClipStart) * place));
            double held = advantages[t] > 0
                ? Math.Min(logProbs[t], oldLogProbs[t] + PortableMath.Log(1 + e))
                : Math.Max(logProbs[t], oldLogProbs[t] + PortableMath.Log(1 - e));
            bool isClipped = held != logProbs[t] && advantages[t] != 0;
            double pull = Math.Min(PortableMath.Exp(logRatio) - 1, options.DriftCap);
            policy -= weight * advantages[t] * held;
            drift += weight * pull * logProbs[t];
            gradient[t] = weight * ((isClipped ? 0 : -advantages[t]) + (options.DriftWeight * pull));
            oldKl += ClippedRatio.OldKl(logRatio);
            if (isClipped) clippedTokens++;
        }

        PolicyStatistics statistics = new(gradient.Length, clippedTokens, oldKl, 0);
        return new CpgdParts(policy, drift, new PolicyResult(policy + (options.DriftWeight * drift), gradient, statistics));
    }

    private static void Check(CpgdOptions options)
    {
        Require.Unit(options.ClipStart);
        ArgumentOutOfRangeException.ThrowIfNegative(options.DriftWeight);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.DriftCap);
        if (!(options.Clip is > 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), options.Clip, $"clip: expected more than 0 and less than 1, found {options.Clip}.");
        }
    }
}
