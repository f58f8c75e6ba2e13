using Innate.Compute;

namespace Innate.Reinforcement.Objectives;

/// <summary>The numbers of Critique-GRPO.</summary>
internal sealed record CritiqueOptions
{
    /// <summary>L: the longest response allowed, in tokens, 1 or more. The same in every step of a run.</summary>
    public required int TokenBudget { get; init; }

    /// <summary>gamma: the probability at which a refinement's token is pushed most, above 0.</summary>
    public double Gamma { get; init; } = 0.1;
}

/// <summary>
/// Critique-GRPO (arXiv 2506.03106, confirmed by code with both switches of its script on: no clip, no mean over a response's
/// tokens): a group holds own rollouts and a refinement that was written with a critique in sight, on which there is no ratio to
/// be had; there the token's own probability, shaped, takes its place:
/// <code>
/// own rollout: l_t = -A rho,             dl_t/dlog pi = -A rho,  rho = pi(t) / old(t), the log-ratio clamped to +-20
/// refinement:  l_t = -A p / (p + gamma), dl_t/dlog pi = -A p gamma / (p + gamma)^2,  p = pi(t)
/// L = sum over tokens of w l_t,  w = 1 / (S L): S sequences in the batch, L the token budget
/// </code>
/// The refinement's weight is largest, 1/4, at p = gamma and fades towards both ends: unlikely tokens are learnt, likely ones
/// left alone. A is <see cref="Advantages.DrGrpoAdvantage"/>'s over own and refined together. Nothing bounds rho: one pass over
/// each batch, not several.
/// </summary>
internal static class CritiqueObjective
{
    /// <summary>One response's part of the batch's loss.</summary>
    /// <param name="logProbs">log pi (nats): one a token of the response.</param>
    /// <param name="oldLogProbs">Those under the policy that sampled it; may be empty for a refinement.</param>
    /// <param name="advantages">A: one a token.</param>
    /// <param name="refined">Whether it is a refinement.</param>
    /// <param name="batch">The whole batch's totals.</param>
    /// <param name="options">The budget and gamma.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The budget or gamma is out of range, or the batch too small.</exception>
    public static PolicyResult Compute(
        ReadOnlySpan<double> logProbs, ReadOnlySpan<double> oldLogProbs, ReadOnlySpan<double> advantages, bool refined,
        BatchTotals batch, CritiqueOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Gamma, nameof(options.Gamma));
        if (!refined) Require.Length(logProbs.Length, oldLogProbs.Length, nameof(oldLogProbs));
        Require.Length(logProbs.Length, advantages.Length, nameof(advantages));
        double weight = Aggregation.TokenBudget(options.TokenBudget).Weight(batch, logProbs.Length), loss = 0, oldKl = 0;
        double[] gradient = new double[logProbs.Length];
        for (int t = 0; t < gradient.Length; t++)
        {
            (double term, double slope) = refined
                ? Refined(logProbs[t], options.Gamma)
                : Own(logProbs[t] - oldLogProbs[t]);
            loss -= weight * advantages[t] * term;
            gradient[t] = -weight * advantages[t] * slope;
            if (!refined) oldKl += ClippedRatio.OldKl(logProbs[t] - oldLogProbs[t]);
        }

        return new PolicyResult(loss, gradient, new PolicyStatistics(gradient.Length, 0, oldKl, 0));
    }

    /// <summary>p / (p + gamma) and its derivative by log p.</summary>
    /// <param name="logProb">log p.</param>
    /// <param name="gamma">Above 0.</param>
    internal static (double Value, double Slope) Refined(double logProb, double gamma)
    {
        double p = PortableMath.Exp(logProb), sum = p + gamma;
        return (p / sum, p * gamma / (sum * sum));
    }

    private static (double Value, double Slope) Own(double logRatio)
    {
        double rho = ClippedRatio.Ratio(logRatio);
        return (rho, Math.Abs(logRatio) > KlEstimator.MaxLogRatio ? 0 : rho);
    }
}
