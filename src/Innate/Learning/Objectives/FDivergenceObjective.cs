using Innate.Compute;

namespace Innate.Learning.Objectives;

/// <summary>Which divergence of the demonstrations from the policy is made small.</summary>
internal enum FDivergence
{
    /// <summary>Total variation: plain supervised training, but for a constant.</summary>
    TotalVariation,

    /// <summary>Pearson's chi squared: it stops at u = 2 and turns back.</summary>
    ChiSquared,

    /// <summary>Squared Hellinger: it tires, and never gives more than 1.</summary>
    Hellinger,

    /// <summary>Jensen and Shannon's: it tires, and never gives more than ln 2.</summary>
    JensenShannon,
}

/// <summary>
/// Supervised training as learning an implicit reward, with the divergence that plain supervised training loses (the view is
/// arXiv 2507.00018's, secondary; the formulas are ours, from the convex conjugates phi(u) = -f*(-u)). With
/// u = beta times the sum over the response's tokens of (log pi(t) - log ref(t)), the mean over the batch's S demonstrations:
/// <code>
/// L = -(1/S) sum of phi(u),   dL/dlog pi(t) = -(beta/S) phi'(u), the same at every token
///
///                   phi(u)             phi'(u)
/// TotalVariation    u                  1
/// ChiSquared        u - u^2 / 4        1 - u / 2
/// Hellinger         u / (1 + u)        1 / (1 + u)^2          below u = -0.5: the tangent there
/// JensenShannon     ln(2 - e^-u)       e^-u / (2 - e^-u)      below u = -0.5: the tangent there
/// </code>
/// All have slope 1 at u = 0, so a first step is the same; they part as the policy leaves its start. The tangents (ours) keep a
/// bad start from exploding. u is a sum: of a mean it would be too small for the divergence to matter.
/// </summary>
internal static class FDivergenceObjective
{
    /// <summary>beta where none is given (ours).</summary>
    public const double DefaultBeta = 0.1;

    // Where the functions with a pole go on along their tangent.
    private const double TangentAt = -0.5;

    /// <summary>One demonstration's part of the batch's loss.</summary>
    /// <param name="divergence">Which.</param>
    /// <param name="logProbs">log pi (nats): one a token of the demonstration.</param>
    /// <param name="referenceLogProb">log ref of the whole demonstration: the sum over its tokens.</param>
    /// <param name="batchResponses">S: demonstrations in the whole batch.</param>
    /// <param name="beta">The worth of a nat, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">Beta is not above 0, or S below 1.</exception>
    public static ObjectiveResult Compute(
        FDivergence divergence, ReadOnlySpan<double> logProbs, double referenceLogProb, int batchResponses,
        double beta = DefaultBeta)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchResponses, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(beta);
        double sum = 0;
        foreach (double logProb in logProbs) sum += logProb;
        (double phi, double slope) = Phi(divergence, beta * (sum - referenceLogProb));
        double[] gradient = new double[logProbs.Length];
        Array.Fill(gradient, -beta * slope / batchResponses);
        return new ObjectiveResult(-phi / batchResponses, gradient);
    }

    /// <summary>phi(u) and phi'(u).</summary>
    /// <param name="divergence">Which.</param>
    /// <param name="u">The implicit reward.</param>
    public static (double Value, double Slope) Phi(FDivergence divergence, double u)
    {
        switch (divergence)
        {
            case FDivergence.TotalVariation:
                return (u, 1);
            case FDivergence.ChiSquared:
                return (u - (u * u / 4), 1 - (u / 2));
            case FDivergence.Hellinger or FDivergence.JensenShannon when u < TangentAt:
                (double value, double slope) = Phi(divergence, TangentAt);
                return (value + (slope * (u - TangentAt)), slope);
            case FDivergence.Hellinger:
                return (u / (1 + u), 1 / ((1 + u) * (1 + u)));
            case FDivergence.JensenShannon:
                double e = PortableMath.Exp(-u);
                return (PortableMath.Log(2 - e), e / (2 - e));
            default:
                throw new ArgumentOutOfRangeException(nameof(divergence));
        }
    }
}
