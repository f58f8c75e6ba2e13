using Innate.Compute;
using Innate.Models;

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

    /// <summary>All that a trace holds of one state, over the tokens that may come.</summary>
    /// <param name="Q">The chosen token's logit.</param>
    /// <param name="Value">V = alpha logsumexp(Q / alpha).</param>
    /// <param name="LogProbability">log pi of the chosen token at temperature 1, in nats.</param>
    /// <param name="Entropy">At temperature 1, in nats.</param>
    /// <param name="MeanLogit">The mean logit.</param>
    public readonly record struct State(double Q, double Value, double LogProbability, double Entropy, double MeanLogit);

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
        if (allowed.IsEmpty) return Of(Read(logits, chosen, alpha: 1));
        int place = allowed.IndexOf(chosen);
        if (place < 0)
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

        return Of(Read(kept, place, alpha: 1));

        static Scored Of(State state) => new(state.Value, state.LogProbability);
    }

    /// <summary>The logits of the tokens that may come, in order of their ids.</summary>
    /// <param name="logits">One a token of the vocabulary.</param>
    /// <param name="allowed">Their ranges, in order and apart, within the vocabulary; null: all.</param>
    public static double[] Keep(ReadOnlySpan<float> logits, IReadOnlyList<IdRange>? allowed)
    {
        allowed ??= [new IdRange(0, logits.Length)];
        double[] kept = new double[allowed.Sum(r => r.Count)];
        int at = 0;
        foreach (IdRange range in allowed)
        {
            foreach (float logit in logits[range.Start..range.End]) kept[at++] = logit;
        }

        return kept;
    }

    /// <summary>What logits say of a state and of the token that came.</summary>
    /// <param name="kept">Those of the tokens that may come.</param>
    /// <param name="chosen">The token's place among them.</param>
    /// <param name="alpha">The temperature of V, above 0.</param>
    public static State Read(ReadOnlySpan<double> kept, int chosen, double alpha)
    {
        double norm = LogitRow.SoftMaximum(kept);
        return new State(
            kept[chosen], alpha == 1 ? norm : LogitRow.SoftMaximum(kept, alpha), kept[chosen] - norm,
            LogitRow.Entropy(kept, norm), LogitRow.Mean(kept));
    }
}
