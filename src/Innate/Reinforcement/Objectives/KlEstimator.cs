using Innate.Compute;

namespace Innate.Reinforcement.Objectives;

/// <summary>Which estimate of KL(pi || ref) a token gives.</summary>
public enum KlKind
{
    /// <summary>d: unbiased, may be negative.</summary>
    K1,

    /// <summary>d^2 / 2: biased, never negative.</summary>
    K2,

    /// <summary>e^-d - 1 + d: unbiased and never negative.</summary>
    K3,
}

/// <summary>
/// Estimates of the divergence of a policy from its reference from tokens that the policy sampled (Schulman, "Approximating KL
/// divergence", 2020). With d = log pi(t) - log ref(t):
/// <code>
/// k1 = d            dk1/dlog pi = 1
/// k2 = d^2 / 2      dk2/dlog pi = d
/// k3 = e^-d - 1 + d dk3/dlog pi = 1 - e^-d
/// </code>
/// As a loss that is differentiated on the policy's own samples they are three different things: the expected gradient of k1
/// is 0, of k2 that of KL(pi || ref), of k3 that of KL(ref || pi), the other direction. As a part of the reward, which is not
/// differentiated, k1 gives the gradient of KL(pi || ref). Below d = -20 k3 stays at its value there, with gradient 0.
/// </summary>
internal static class KlEstimator
{
    /// <summary>The log-ratio beyond which nothing is exponentiated.</summary>
    public const double MaxLogRatio = 20;

    /// <summary>One token's estimate, in nats.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="logProb">log pi(t).</param>
    /// <param name="referenceLogProb">log ref(t).</param>
    public static double Value(KlKind kind, double logProb, double referenceLogProb)
    {
        double d = logProb - referenceLogProb;
        return kind switch
        {
            KlKind.K1 => d,
            KlKind.K2 => d * d / 2,
            KlKind.K3 => K3(d),
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
    }

    /// <summary>The estimate's derivative by log pi(t).</summary>
    /// <inheritdoc cref="Value"/>
    public static double Gradient(KlKind kind, double logProb, double referenceLogProb)
    {
        double d = logProb - referenceLogProb;
        return kind switch
        {
            KlKind.K1 => 1,
            KlKind.K2 => d,
            KlKind.K3 => d < -MaxLogRatio ? 0 : 1 - PortableMath.Exp(-d),
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
    }

    /// <summary>Each token's estimate, in nats.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="logProbs">log pi: one a token.</param>
    /// <param name="referenceLogProbs">log ref: one a token.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double[] Values(KlKind kind, ReadOnlySpan<double> logProbs, ReadOnlySpan<double> referenceLogProbs)
    {
        Require.Length(logProbs.Length, referenceLogProbs.Length, nameof(referenceLogProbs));
        double[] values = new double[logProbs.Length];
        for (int t = 0; t < values.Length; t++) values[t] = Value(kind, logProbs[t], referenceLogProbs[t]);
        return values;
    }

    /// <summary>
    /// The coefficient for the next step of a controller that holds the divergence at a target (Ziegler et al. 2019, arXiv
    /// 1909.08593, section 2.2): coefficient * (1 + clip(kl / target - 1, -0.2, 0.2) * sequences / horizon).
    /// </summary>
    /// <param name="coefficient">The step's.</param>
    /// <param name="kl">The divergence that the step measured, in nats, per sequence or token as the target is.</param>
    /// <param name="target">The divergence wanted, more than 0.</param>
    /// <param name="sequences">Responses in the step.</param>
    /// <param name="horizon">Over how many responses an error is corrected, at least <paramref name="sequences"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The target is not above 0, or the horizon below the sequences.</exception>
    public static double Adapt(double coefficient, double kl, double target, int sequences, double horizon)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(target);
        ArgumentOutOfRangeException.ThrowIfLessThan(sequences, 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(horizon, Math.Max(1, sequences));
        return coefficient * (1 + (Math.Clamp((kl / target) - 1, -0.2, 0.2) * sequences / horizon));
    }

    /// <summary>
    /// k2 held in bounds, as ProRLv2's loss has it (confirmed by code, NeMo RL; its coefficient is 1e-4):
    /// <code>min(clip(d, -20, 20)^2 / 2, 10),  derivative by d: d, or 0 where a bound decides</code>
    /// </summary>
    /// <param name="logRatio">d = log pi(t) - log ref(t).</param>
    /// <param name="inputBound">How far d may go either way, 0 or more.</param>
    /// <param name="outputBound">How large the estimate may get, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A bound is below 0.</exception>
    public static (double Value, double Slope) BoundedK2(
        double logRatio, double inputBound = MaxLogRatio, double outputBound = 10)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(inputBound);
        ArgumentOutOfRangeException.ThrowIfNegative(outputBound);
        double d = Math.Clamp(logRatio, -inputBound, inputBound), value = d * d / 2;
        if (value > outputBound) return (outputBound, 0);
        return (value, Math.Abs(logRatio) > inputBound ? 0 : d);
    }

    /// <summary>e^-d - 1 + d, never negative.</summary>
    internal static double K3(double d)
    {
        d = Math.Max(d, -MaxLogRatio);

        // Near 0 the three terms cancel; the series does not.
        if (Math.Abs(d) < 1e-3) return d * d * (0.5 - (d * ((1.0 / 6) - (d * ((1.0 / 24) - (d / 120))))));
        return PortableMath.Exp(-d) - 1 + d;
    }
}
