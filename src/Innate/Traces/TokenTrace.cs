using System.Diagnostics.CodeAnalysis;
using Innate.Compute;

namespace Innate.Traces;

/// <summary>
/// What a model says at each token of one response: the soft Q-function's values from which every inner reward is computed.
/// All arrays have one entry a response token h = 1..H. State s_h is the prompt and the first h-1 response tokens; action
/// a_h is the h-th response token. Padding never appears. Natural logarithms (nats) throughout.
/// </summary>
/// <remarks>
/// A trace with <see cref="TraceParts.LogProbabilities"/> alone (<see cref="OfLogProbabilities"/>), or with Q and V beside
/// them (<see cref="OfValues"/>), has no other arrays: to ask for one is an <see cref="InvalidOperationException"/>, never a
/// made-up number.
/// </remarks>
public sealed record TokenTrace
{
    /// <summary>A trace with all its parts.</summary>
    public TokenTrace()
    {
    }

    [SetsRequiredMembers]
    private TokenTrace(int[] tokens, double[] logProbability)
    {
        (Tokens, LogProbability) = (tokens, logProbability);
        Parts = TraceParts.LogProbabilities;
    }

    /// <summary>What this trace tells.</summary>
    public TraceParts Parts { get; private init; } = TraceParts.All;

    /// <summary>The response's token ids a_h.</summary>
    public required int[] Tokens { get; init; }

    /// <summary>Q(s_h, a_h): the logit of the token, in nats.</summary>
    public required double[] Q { get => field ?? throw Lacks("Q"); init; }

    /// <summary>V(s_h) = alpha logsumexp(Q(s_h, .) / alpha), in nats.</summary>
    public required double[] V { get => field ?? throw Lacks("V"); init; }

    /// <summary>log pi(a_h | s_h) at temperature 1, in nats.</summary>
    public required double[] LogProbability { get; init; }

    /// <summary>Entropy of pi(. | s_h) at temperature 1, in nats.</summary>
    public required double[] Entropy { get => field ?? throw Lacks("entropy"); init; }

    /// <summary>Mean of Q(s_h, .) over the vocabulary.</summary>
    public required double[] MeanLogit { get => field ?? throw Lacks("mean logit"); init; }

    /// <summary>The temperature alpha of <see cref="V"/>.</summary>
    public double Alpha { get; init; } = 1;

    /// <summary>The likeliest tokens at each state; null where they were not asked for.</summary>
    public LikelyTokens[]? Likeliest { get; init; }

    /// <summary>H, the number of response tokens.</summary>
    public int Length => Tokens.Length;

    /// <summary>A trace of log-probabilities alone.</summary>
    /// <param name="tokens">The response's token ids a_h.</param>
    /// <param name="logProbability">log pi(a_h | s_h) at temperature 1, in nats; as many.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static TokenTrace OfLogProbabilities(int[] tokens, double[] logProbability) => tokens.Length == logProbability.Length
        ? new TokenTrace(tokens, logProbability)
        : throw new ArgumentException($"{tokens.Length} tokens, but {logProbability.Length} log-probabilities.");

    /// <summary>A trace of Q, V and log-probabilities, without entropy and mean logit.</summary>
    /// <param name="tokens">The response's token ids a_h.</param>
    /// <param name="q">Q(s_h, a_h), in nats; as many.</param>
    /// <param name="v">V(s_h) at alpha 1, in nats; as many.</param>
    /// <param name="logProbability">log pi(a_h | s_h) at temperature 1, in nats; as many.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static TokenTrace OfValues(int[] tokens, double[] q, double[] v, double[] logProbability) =>
        tokens.Length == q.Length && tokens.Length == v.Length && tokens.Length == logProbability.Length
            ? new TokenTrace(tokens, logProbability) { Parts = TraceParts.Values, Q = q, V = v }
            : throw new ArgumentException(
                $"{tokens.Length} tokens, but {q.Length} logits, {v.Length} values, {logProbability.Length} log-probabilities.");

    /// <summary>What a head said of a response's tokens.</summary>
    /// <param name="tokens">The response.</param>
    /// <param name="head">The head's words, of other tokens too.</param>
    /// <param name="first">The place of the response's first token among them.</param>
    /// <param name="alpha">The temperature of V.</param>
    internal static TokenTrace Of(int[] tokens, HeadTrace head, int first, double alpha)
    {
        Range range = first..(first + tokens.Length);
        double[] q = head.Q[range];
        return new TokenTrace
        {
            Tokens = tokens,
            Q = q,
            V = head.V[range],
            LogProbability = [.. q.Zip(head.LogSumExp[range], (a, b) => a - b)],
            Entropy = head.Entropy[range],
            MeanLogit = head.MeanLogit[range],
            Alpha = alpha,
        };
    }

    /// <summary>What logits in float64 say of a response: every part of a trace.</summary>
    /// <param name="tokens">The response.</param>
    /// <param name="logits">Q(s_h, .): one row a token, one logit a vocabulary entry.</param>
    /// <param name="alpha">The temperature of V, above 0.</param>
    /// <exception cref="ArgumentException">There are not as many rows as tokens.</exception>
    internal static TokenTrace OfLogits(int[] tokens, IReadOnlyList<double[]> logits, double alpha = 1)
    {
        if (tokens.Length != logits.Count)
        {
            throw new ArgumentException($"{tokens.Length} tokens, but {logits.Count} rows of logits.", nameof(logits));
        }

        double[] norms = [.. logits.Select(row => LogitRow.SoftMaximum(row))];
        double[] q = [.. tokens.Select((token, h) => logits[h][token])];
        return new TokenTrace
        {
            Tokens = tokens,
            Q = q,
            V = alpha == 1 ? norms : [.. logits.Select(row => LogitRow.SoftMaximum(row, alpha))],
            LogProbability = [.. q.Zip(norms, (a, b) => a - b)],
            Entropy = [.. logits.Zip(norms, (row, norm) => LogitRow.Entropy(row, norm))],
            MeanLogit = [.. logits.Select(row => LogitRow.Mean(row))],
            Alpha = alpha,
        };
    }

    /// <summary>V(s_{h+1}) of the whole response, where this trace holds a part of it; null: it holds all.</summary>
    private double[]? FollowingV { get; init; }

    /// <summary>V(s_{h+1}), where V(s_{H+1}) = 0: nothing follows the last action.</summary>
    /// <param name="h">The token, from 0.</param>
    public double NextV(int h) => FollowingV is { } next ? next[h] : h + 1 < V.Length ? V[h + 1] : 0;

    /// <summary>A part of the response: the tokens at these places, each with what the model said of it in the whole.</summary>
    /// <param name="places">Places from 0, in order.</param>
    public TokenTrace Select(int[] places) => Parts switch
    {
        TraceParts.LogProbabilities => OfLogProbabilities(At(Tokens, places), At(LogProbability, places)),
        TraceParts.Values => OfValues(At(Tokens, places), At(Q, places), At(V, places), At(LogProbability, places))
            with { FollowingV = [.. places.Select(NextV)] },
        _ => new TokenTrace
        {
            Tokens = At(Tokens, places),
            Q = At(Q, places),
            V = At(V, places),
            LogProbability = At(LogProbability, places),
            Entropy = At(Entropy, places),
            MeanLogit = At(MeanLogit, places),
            Alpha = Alpha,
            Likeliest = Likeliest is { } likeliest ? At(likeliest, places) : null,
            FollowingV = [.. places.Select(NextV)],
        },
    };

    /// <summary>A turn of a conversation whose turns were traced together: as if it were the whole response.</summary>
    /// <param name="start">Its first token, from 0.</param>
    /// <param name="end">One past its last, after which nothing follows.</param>
    internal TokenTrace Turn(int start, int end) =>
        Select([.. Enumerable.Range(start, end - start)]) with { FollowingV = null };

    /// <summary>
    /// The tokens at these places as one response: what comes after a token is the state at the next of them, so that tokens
    /// which the world wrote between two turns are a step from state to state.
    /// </summary>
    /// <param name="places">Places from 0, in order.</param>
    internal TokenTrace Written(int[] places) => Select(places) with { FollowingV = null };

    /// <summary>Traces of several turns as one response, in order.</summary>
    internal static TokenTrace Join(IReadOnlyList<TokenTrace> turns)
    {
        int[] tokens = [.. turns.SelectMany(t => t.Tokens)];
        double[] logProbability = [.. turns.SelectMany(t => t.LogProbability)];
        if (turns.Any(t => t.Parts == TraceParts.LogProbabilities)) return OfLogProbabilities(tokens, logProbability);
        double[] q = [.. turns.SelectMany(t => t.Q)], v = [.. turns.SelectMany(t => t.V)];
        if (turns.Any(t => t.Parts == TraceParts.Values)) return OfValues(tokens, q, v, logProbability);
        return new TokenTrace
        {
            Tokens = tokens,
            Q = q,
            V = v,
            LogProbability = logProbability,
            Entropy = [.. turns.SelectMany(t => t.Entropy)],
            MeanLogit = [.. turns.SelectMany(t => t.MeanLogit)],
        };
    }

    private static T[] At<T>(T[] values, int[] places) => Array.ConvertAll(places, h => values[h]);

    /// <summary>
    /// Self-certainty at one token, logsumexp(z) - mean(z) = KL(uniform || pi) + log K (INTUITOR, arXiv 2505.19590).
    /// </summary>
    /// <param name="h">The token, from 0.</param>
    public double SelfCertainty(int h) => Q[h] - LogProbability[h] - MeanLogit[h];

    /// <summary>Its length and parts; a record's own text would ask for arrays that may be absent.</summary>
    public override string ToString() => $"TokenTrace of {Length} tokens ({Parts})";

    private InvalidOperationException Lacks(string part) => new(
        $"The trace has {(Parts == TraceParts.Values ? "Q, V and log-probabilities" : "log-probabilities")} alone, and no "
        + $"{part}: its source keeps its logits.");
}
