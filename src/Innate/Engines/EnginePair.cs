using System.Globalization;
using Innate.Models;
using Innate.Traces;

namespace Innate.Engines;

/// <summary>
/// Two vLLM engines of one model, one in <c>raw_logprobs</c> and one in <c>raw_logits</c> mode: together they tell Q(s, a) and
/// V(s) = Q(s, a) - log pi(a | s), which carries the rounding of both. How far that goes is measured: the first responses are
/// asked twice, and V is computed from another token's numbers too.
/// </summary>
/// <remarks>
/// V(s) is the same whichever token it is computed from, if the two engines serve one model: each place is asked for the
/// likeliest token too, and where the two values of V lie apart the pair is refused.
/// </remarks>
internal sealed class EnginePair(EnginePool probabilities, EnginePool logits, Action<string>? tell)
{
    /// <summary>
    /// How far two values of one V may lie apart, on average over a response, in nats; those of two models are nats apart.
    /// </summary>
    /// <remarks>Logits of bfloat16 engines are rounded to steps of 0.125 between 16 and 32.</remarks>
    internal const double Apart = 0.5;

    // Where V is as near to 0 as this everywhere, what came for logits are log-probabilities.
    private const double Nothing = 0.02;

    private const int AskedTwice = 8;

    // Ids that every vocabulary has.
    private static readonly TraceQuery Handshake = new([1, 2], [[.. Enumerable.Range(3, 24)]]);

    private readonly Lock _lock = new();
    private int _asked;
    private EngineSpread _spread = new();

    /// <summary>What two askings of the same responses differed by so far.</summary>
    public EngineSpread Spread
    {
        get
        {
            lock (_lock) return _spread;
        }
    }

    /// <summary>Asks both about a few tokens, before any work.</summary>
    /// <exception cref="InputException">They are no pair, in a sentence that says why.</exception>
    public async Task RequirePairAsync(CancellationToken cancellation)
    {
        foreach ((EnginePool pool, string mode) in ((EnginePool, string)[])
            [(probabilities, "raw_logprobs"), (logits, "raw_logits")])
        {
            if (pool.Facts.Kind == EngineKind.Vllm) continue;
            throw new InputException(
                $"engine: expected vLLM in {mode} mode, one of a pair, found {EngineNames.NameOf(pool.Facts.Kind)}, which "
                + (pool.Facts.Kind == EngineKind.Innate ? "tells whole traces by itself." : "hands out no logits."));
        }

        (TokenValues[] one, TokenValues[] other, string source) = await AskAsync(Handshake, cancellation).ConfigureAwait(false);
        try
        {
            Join(Handshake.Responses[0], one, other, source);
        }
        catch (EngineException e)
        {
            throw new InputException(e.Message, e);
        }
    }

    /// <summary>A trace, and how far another token's V lies from its own at each place that told one.</summary>
    internal sealed record PairedTrace(TokenTrace Trace, double[] Apart);

    /// <summary>One response's trace.</summary>
    /// <exception cref="EngineException">The engines failed, or do not say what a pair says.</exception>
    public async Task<TokenTrace> TraceAsync(TraceQuery query, CancellationToken cancellation)
    {
        bool twice = Interlocked.Increment(ref _asked) <= AskedTwice;
        PairedTrace first = await TraceOnceAsync(query, cancellation).ConfigureAwait(false);
        PairedTrace? second = twice ? await TraceOnceAsync(query, cancellation).ConfigureAwait(false) : null;
        Add(first, second);
        return first.Trace;
    }

    private async Task<PairedTrace> TraceOnceAsync(TraceQuery query, CancellationToken cancellation)
    {
        (TokenValues[] one, TokenValues[] other, string source) = await AskAsync(query, cancellation).ConfigureAwait(false);
        return Join(query.Responses[0], one, other, source);
    }

    private async Task<(TokenValues[] LogProbabilities, TokenValues[] Logits, string Source)> AskAsync(
        TraceQuery query, CancellationToken cancellation)
    {
        Task<Reply> one = Ask(probabilities), other = Ask(logits);
        await Task.WhenAll(one, other).ConfigureAwait(false);
        Reply fromLogits = await other.ConfigureAwait(false);
        return (
            TokenValues.Read(await one.ConfigureAwait(false), query), TokenValues.Read(fromLogits, query), fromLogits.Source);

        Task<Reply> Ask(EnginePool pool)
        {
            EngineRequest request = TokenValues.Ask(pool.Facts.Model, query);
            return pool.PostAsync(request.Path, request.Body, cancellation);
        }
    }

    /// <summary>Q, V and log pi of a response, of what the two engines say at its tokens.</summary>
    /// <exception cref="EngineException">They are no pair.</exception>
    internal static PairedTrace Join(int[] response, TokenValues[] logProbabilities, TokenValues[] values, string source)
    {
        double[] logProbs = [.. logProbabilities.Select(p => p.Chosen)], q = [.. values.Select(v => v.Chosen)];
        if (logProbs.Any(p => p > Reply.RoundingAboveZero))
        {
            throw new EngineException(
                $"{source}: expected a pair whose first engine tells log-probabilities, found one that tells logits: name first "
                + "the one in raw_logprobs mode.");
        }

        double[] v = [.. q.Zip(logProbs, (a, b) => a - b)];
        if (!q.Any(x => x > Reply.RoundingAboveZero) && v.All(x => Math.Abs(x) < Nothing))
        {
            throw new EngineException(
                $"{source}: expected logits, found log-probabilities: does it run with --logprobs-mode raw_logits, and is it a "
                + "vLLM whose prompt values follow the mode? Those before August 2026 give log-probabilities of prompts in every "
                + "mode.");
        }

        double[] apart = [.. Enumerable.Range(0, v.Length).SelectMany(h => logProbabilities[h].Others
            .Where(o => values[h].Others.ContainsKey(o.Key)).Select(o => Math.Abs(values[h].Others[o.Key] - o.Value - v[h])))
            .Where(double.IsFinite)];

        // Engines of two models do not even agree on the likeliest token, but for a few.
        int told = logProbabilities.Count(p => p.Others.Count > 0);
        if (apart.Length > 0 ? apart.Average() > Apart : told >= 8)
        {
            throw new EngineException(string.Create(
                CultureInfo.InvariantCulture,
                $"{source}: expected the model that the other engine serves, found another: V(s) = Q - log pi is the same for "
                + $"any token of one model, and {(apart.Length > 0 ? $"here lies {apart.Average():0.##} nats apart"
                    : "here the two engines hold no token for the likeliest alike")}."));
        }

        return new PairedTrace(TokenTrace.OfValues(response, q, v, logProbs), apart);
    }

    private void Add(PairedTrace first, PairedTrace? second)
    {
        EngineSpread now;
        lock (_lock)
        {
            _spread = now = _spread.With(first, second?.Trace);
        }

        if (second is not null && now.Responses == AskedTwice) tell?.Invoke(now.InWords);
    }

    /// <summary>At the end of the work: tells the spread where fewer responses came than are asked twice.</summary>
    public void TellRest()
    {
        if (Spread is { Responses: > 0 and < AskedTwice } rest) tell?.Invoke(rest.InWords);
    }
}
