using Innate.Compute;

namespace Innate.Traces;

/// <summary>
/// A state at which only some tokens may come, such as an image's codes: what is not allowed is left out before the logsumexp, so
/// that Q - V is the log-probability of the policy that sampled, and rewards made of both keep their identities.
/// </summary>
internal static class RestrictedLogits
{
    /// <summary>V over the allowed tokens, and the chosen one's log-probability among them, in nats.</summary>
    /// <param name="Value">V.</param>
    /// <param name="LogProbability">Q - V.</param>
    public readonly record struct Scored(double Value, double LogProbability);

    /// <summary>Scores one token.</summary>
    /// <param name="logits">One a token of the vocabulary.</param>
    /// <param name="chosen">The token's id.</param>
    /// <param name="allowed">The ids that may come, each once; empty: all.</param>
    /// <exception cref="ArgumentOutOfRangeException">An id is not in the vocabulary.</exception>
    /// <exception cref="ArgumentException">The chosen token is not allowed: it could not have been sampled.</exception>
    public static Scored Score(ReadOnlySpan<double> logits, int chosen, ReadOnlySpan<int> allowed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(chosen);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(chosen, logits.Length);
        if (allowed.IsEmpty)
        {
            double all = LogitRow.SoftMaximum(logits);
            return new Scored(all, logits[chosen] - all);
        }

        if (!allowed.Contains(chosen))
        {
            throw new ArgumentException($"chosen: expected one of the {allowed.Length} tokens allowed, found {chosen}.");
        }

        double[] kept = new double[allowed.Length];
        for (int i = 0; i < kept.Length; i++)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(allowed[i], nameof(allowed));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(allowed[i], logits.Length, nameof(allowed));
            kept[i] = logits[allowed[i]];
        }

        double value = LogitRow.SoftMaximum(kept);
        return new Scored(value, logits[chosen] - value);
    }
}
