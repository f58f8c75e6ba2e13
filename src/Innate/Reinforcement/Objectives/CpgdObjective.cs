using Innate.Compute;

namespace Innate.Reinforcement.Objectives;

/// <summary>The numbers of CPGD. The paper's values for the drift are not known to us; these are ours.</summary>
internal sealed record CpgdOptions
{
    /// <summary>e: the log-ratio is held between ln(1 - e) and ln(1 + e); above 0, below 1.</summary>
    public double Clip { get; init; } = 0.2;

    /// <summary>alpha: the weight of the drift from the policy that sampled, 0 or more.</summary>
    public double DriftWeight { get; init; } = 0.1;

    /// <summary>c: the most that the drift's gradient may pull back with, above 0, at most a million.</summary>
    public double DriftCap { get; init; } = 5;

    /// <summary>
    /// lambda of the tight-to-loose clip e_i = lambda e + (1 - lambda) e i / |y| at the i-th of |y| tokens, 0 to 1: how wide the
    /// clip is at the start. 1: as wide everywhere.
    /// </summary>
    public double ClipStart { get; init; } = 1;
}

/// <summary>
/// Clipped policy gradient optimization with policy drift (CPGD, arXiv 2505.12504): the ratio's logarithm in its place, which
/// cannot explode, and a term that pulls back to the policy that sampled. With rho_t = pi(t) / old(t):
/// <code>
/// l_t = -min(ln rho A, clip(ln rho, ln(1 - e), ln(1 + e)) A) + alpha D(rho)
/// L   = sum over tokens of w l_t,  w = 1 / (S |y|): the mean over S sequences of the mean over their |y| tokens
/// dL/dlog pi(t) = w (-A, or 0 where the clip decides, + alpha min(rho - 1, c))
/// </code>
/// The paper states the drift by its gradient alone, min(sg(rho) - 1, c) log pi. D is the function that has it:
/// rho - 1 - ln rho up to rho = 1 + c, a straight line in ln rho above.
/// A = w(x) (R - mean R): <see cref="Advantages.DrGrpoAdvantage"/> (w = 1), <see cref="Advantages.GroupNormalizedAdvantage"/>
/// (1 / std), or the former times <see cref="InformativeWeight"/>.
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
        BatchTotals batch, CpgdOptions? options = null)
    {
        options ??= new CpgdOptions();
        Check(options);
        Require.Length(logProbs.Length, oldLogProbs.Length, nameof(oldLogProbs));
        Require.Length(logProbs.Length, advantages.Length, nameof(advantages));
        double weight = Aggregation.SequenceMean.Weight(batch, logProbs.Length), loss = 0, oldKl = 0;
        double[] gradient = new double[logProbs.Length];
        int clippedTokens = 0;
        for (int t = 0; t < gradient.Length; t++)
        {
            double logRatio = logProbs[t] - oldLogProbs[t], place = (t + 1.0) / gradient.Length;
            double e = options.Clip * (options.ClipStart + ((1 - options.ClipStart) * place));
            double plain = -logRatio * advantages[t];
            double clipped = -Math.Clamp(logRatio, PortableMath.Log(1 - e), PortableMath.Log(1 + e)) * advantages[t];
            bool isClipped = clipped > plain;
            (double drift, double driftSlope) = Drift(logRatio, options.DriftCap);
            loss += weight * (Math.Max(plain, clipped) + (options.DriftWeight * drift));
            gradient[t] = weight * ((isClipped ? 0 : -advantages[t]) + (options.DriftWeight * driftSlope));
            oldKl += ClippedRatio.OldKl(logRatio);
            if (isClipped) clippedTokens++;
        }

        return new PolicyResult(loss, gradient, new PolicyStatistics(gradient.Length, clippedTokens, oldKl, 0));
    }

    /// <summary>w(x) = min(cap, prompts / prompts whose rewards differ): makes up for prompts that teach nothing.</summary>
    /// <param name="prompts">Prompts in the batch.</param>
    /// <param name="informative">Of these, prompts whose rewards are not all equal. 0 gives the cap.</param>
    /// <param name="cap">c_w.</param>
    /// <exception cref="ArgumentOutOfRangeException">Less than 0 or more than the prompts are informative.</exception>
    public static double InformativeWeight(int prompts, int informative, double cap)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(informative);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(informative, prompts);
        return informative == 0 ? cap : Math.Min(cap, (double)prompts / informative);
    }

    private static (double Value, double Slope) Drift(double logRatio, double cap)
    {
        double capAt = PortableMath.Log(1 + cap);
        return logRatio <= capAt
            ? (ClippedRatio.OldKl(logRatio), PortableMath.Exp(logRatio) - 1)
            : (cap - capAt + (cap * (logRatio - capAt)), cap);
    }

    private static void Check(CpgdOptions options)
    {
        Require.Unit(options.ClipStart);
        ArgumentOutOfRangeException.ThrowIfNegative(options.DriftWeight);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.DriftCap);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.DriftCap, 1e6);
        if (!(options.Clip is > 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), options.Clip, $"clip: expected more than 0 and less than 1, found {options.Clip}.");
        }
    }
}
