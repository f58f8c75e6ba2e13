using Innate.Compute;

namespace Innate.Theory.Laws;

/// <summary>
/// Why the three rewards that a policy gives itself are one (arXiv 2506.17219 shows them to be partially equivalent, secondary;
/// the derivation is ours). One ascent step on the logits z of a state, of size eta, with p = softmax(z) and H its entropy:
/// <code>
/// token entropy   raise -H                          dz = eta p (ln p + H)
/// trajectory      raise E[ln p], rewards held       dz = eta p (ln p + H)        the same
/// self-certainty  raise logsumexp(z) - mean(z)      dz = eta (p - 1/K)
/// dH/deta = -sum of p^2 (ln p + H)^2 for the first two, -(sum of p^2 ln p + H sum of p^2) for the third
/// </code>
/// None is above 0, and each is 0 only where p is uniform: whatever the reward says of answers, entropy falls. So an entropy that
/// falls shows nothing.
/// </summary>
internal static class EntropyLaw
{
    /// <summary>dH/deta of token entropy and of the trajectory's log-likelihood, in nats; at most 0.</summary>
    /// <param name="logits">z: one a token.</param>
    public static double OfLikelihood(ReadOnlySpan<double> logits) => Rate(logits, (p, centred, _) => p * centred);

    /// <summary>dH/deta of self-certainty, in nats; at most 0.</summary>
    /// <param name="logits">z: one a token.</param>
    public static double OfSelfCertainty(ReadOnlySpan<double> logits) => Rate(logits, (p, _, k) => p - (1.0 / k));

    // dH/dz = -p (ln p + H), times dz/deta.
    private static double Rate(ReadOnlySpan<double> logits, Func<double, double, int, double> direction)
    {
        double norm = LogitRow.SoftMaximum(logits), entropy = LogitRow.Entropy(logits, norm), rate = 0;
        foreach (double z in logits)
        {
            double logP = z - norm, p = PortableMath.Exp(logP);
            rate -= p * (logP + entropy) * direction(p, logP + entropy, logits.Length);
        }

        return rate;
    }
}
