using System.Text.Json;
using Innate.Models;
using Innate.Rewards;
using Innate.Traces;

namespace Innate.Rows;

/// <summary>A response's reward, and the trace it came from; a classifier's head leaves none.</summary>
public sealed record ScoredResponse(RewardResult Reward, TokenTrace? Trace)
{
    /// <summary>The chance that each of its steps is right, as a process reward model says; null: none was asked.</summary>
    internal double[]? Steps { get; init; }

    /// <summary>What each group of its tokens gives to its reward; null: its row has no groups.</summary>
    internal double[]? Groups { get; init; }
}

/// <summary>A row's rewards, from traces to the fields of its output.</summary>
public static class RowRewards
{
    private static readonly string[] OneFields = ["reward"];
    private static readonly string[] OneTraceFields = ["reward", "trace"];
    private static readonly string[] ManyFields = ["rewards"];
    private static readonly string[] ManyTraceFields = ["rewards", "traces"];
    private static readonly string[] PairFields = ["reward_chosen", "reward_rejected"];
    private static readonly string[] PairTraceFields = ["reward_chosen", "reward_rejected", "trace_chosen", "trace_rejected"];

    /// <summary>One query's rewards.</summary>
    /// <param name="kind">Which; not the classifier's.</param>
    /// <param name="traces">One a response.</param>
    /// <param name="options">The reward's parameters.</param>
    /// <param name="references">The reference model's traces of the same responses, for the implicit reward.</param>
    /// <param name="row">What of the responses is rewarded; null: all.</param>
    public static ScoredResponse[] Of(
        RewardKind kind, TokenTrace[] traces, RewardOptions options, TokenTrace[]? references = null,
        EncodedRow? row = null)
    {
        traces = Rewarded(traces, row);
        references = references is null ? null : Rewarded(references, row);
        return
        [
            .. traces.Select((trace, j) =>
            {
                RewardResult reward = Reward.Compute(kind, trace, options, references?[j]);
                return Grouped(
                    new ScoredResponse(reward, trace), row, j,
                    row?.Group is null ? [] : GroupSums.Shares(kind, reward, options));
            }),
        ];
    }

    /// <summary>A response with what each group of its tokens gives to its reward, where its row has groups.</summary>
    /// <param name="scored">The response.</param>
    /// <param name="row">Its row; null: not known.</param>
    /// <param name="response">Its place in the row.</param>
    /// <param name="shares">What each rewarded token gives; empty: no token has a share of the reward.</param>
    internal static ScoredResponse Grouped(ScoredResponse scored, EncodedRow? row, int response, double[] shares)
    {
        if (row?.Group is not { } size || shares.Length == 0) return scored;
        if (row.Rewarded?[response] is { } places)
        {
            double[] all = new double[row.Query.Responses[response].Length];
            for (int i = 0; i < places.Length; i++) all[places[i]] = shares[i];
            shares = all;
        }

        return scored with { Groups = GroupSums.Of(shares, size) };
    }

    /// <summary>A classifier's scores as rewards.</summary>
    public static ScoredResponse[] OfClassifier(double[] scores) =>
        [.. scores.Select(s => new ScoredResponse(new RewardResult(s, []), null))];

    /// <summary>
    /// A score head's numbers as rewards; of one that judges steps, with the steps' chances, and each token's payment
    /// of what its step changed.
    /// </summary>
    /// <param name="query">What was read.</param>
    /// <param name="read">One a response, or one a step.</param>
    /// <param name="rule">How steps become one score.</param>
    public static ScoredResponse[] OfHead(TraceQuery query, double[] read, StepRule rule)
    {
        if (query.Places is not { } places) return OfClassifier(read);
        double[] values = StepScores.Values(query, read, rule);
        double[][] steps = StepScores.Of(query, read);
        return [.. values.Select((value, i) =>
        {
            var tokens = new double[query.Responses[i].Length];
            double[] paid = StepScores.Payments(steps[i], rule);
            for (int k = 0; k < paid.Length; k++) tokens[places[i][k]] = paid[k];
            return new ScoredResponse(new RewardResult(value, tokens), null) { Steps = steps[i] };
        })];
    }

    /// <summary>The names of the fields that <see cref="Write"/> writes.</summary>
    public static string[] Fields(ResponseShape shape, bool withTrace) => shape switch
    {
        ResponseShape.One => withTrace ? OneTraceFields : OneFields,
        ResponseShape.Many => withTrace ? ManyTraceFields : ManyFields,
        _ => withTrace ? PairTraceFields : PairFields,
    };

    /// <summary>The names of the fields in which <see cref="Write"/> tells the steps' chances; none where it does not.</summary>
    internal static IReadOnlyList<string> StepFields(ResponseShape shape, ScoredResponse[] scored) =>
        scored.All(s => s.Steps is null) ? []
        : shape == ResponseShape.Pair ? ["step_rewards_chosen", "step_rewards_rejected"] : ["step_rewards"];

    /// <summary>The names of the fields in which <see cref="Write"/> tells groups of tokens; none where it does not.</summary>
    public static IReadOnlyList<string> GroupFields(ResponseShape shape, ScoredResponse[] scored) =>
        scored.All(s => s.Groups is null) ? []
        : shape == ResponseShape.Pair ? ["groups_chosen", "groups_rejected"] : ["groups"];

    /// <summary>Writes the rewards, and the traces where asked for, under the names that the row's shape has.</summary>
    /// <param name="w">The row's object.</param>
    /// <param name="shape">How the responses were given.</param>
    /// <param name="scored">One a response.</param>
    /// <param name="texts">Each response's tokens as text; null: not known.</param>
    /// <param name="withTrace">Whether traces are written.</param>
    /// <param name="straddles">For each response, whether a token lies across the end of the prompt; empty: none.</param>
    public static void Write(
        Utf8JsonWriter w, ResponseShape shape, ScoredResponse[] scored, string[][]? texts, bool withTrace,
        IReadOnlyList<bool>? straddles = null)
    {
        switch (shape)
        {
            case ResponseShape.One:
                w.WriteNumber("reward", scored[0].Reward.Value);
                if (withTrace) One("trace", 0);
                break;
            case ResponseShape.Many:
                w.WriteStartArray("rewards");
                foreach (ScoredResponse s in scored) w.WriteNumberValue(s.Reward.Value);
                w.WriteEndArray();
                if (!withTrace) break;
                w.WriteStartArray("traces");
                for (int i = 0; i < scored.Length; i++) One(null, i);
                w.WriteEndArray();
                break;
            default:
                w.WriteNumber("reward_chosen", scored[0].Reward.Value);
                w.WriteNumber("reward_rejected", scored[1].Reward.Value);
                if (!withTrace) break;
                One("trace_chosen", 0);
                One("trace_rejected", 1);
                break;
        }

        WriteParts(w, shape, StepFields(shape, scored), scored, s => s.Steps);
        WriteParts(w, shape, GroupFields(shape, scored), scored, s => s.Groups);

        void One(string? name, int i) => WriteTrace(w, name, scored[i], texts?[i], straddles is { Count: > 0 } && straddles[i]);
    }

    // Numbers of a response's parts: a list a response, and of several responses a list of lists.
    private static void WriteParts(
        Utf8JsonWriter w, ResponseShape shape, IReadOnlyList<string> names, ScoredResponse[] scored,
        Func<ScoredResponse, double[]?> parts)
    {
        if (names.Count == 0) return;
        if (shape == ResponseShape.Many) w.WriteStartArray(names[0]);
        for (int i = 0; i < scored.Length; i++)
        {
            if (shape != ResponseShape.Many) w.WritePropertyName(names[i]);
            w.WriteStartArray();
            foreach (double part in parts(scored[i]) ?? []) w.WriteNumberValue(part);
            w.WriteEndArray();
        }

        if (shape == ResponseShape.Many) w.WriteEndArray();
    }

    /// <summary>Writes a trace: arrays of equal length, those that its source tells.</summary>
    /// <param name="w">The row's object.</param>
    /// <param name="name">The field; null: an array's item.</param>
    /// <param name="scored">The response.</param>
    /// <param name="texts">Its tokens as text; null: not known.</param>
    /// <param name="straddles">Whether a token lies across the end of the prompt, which is said then.</param>
    public static void WriteTrace(
        Utf8JsonWriter w, string? name, ScoredResponse scored, string[]? texts, bool straddles = false)
    {
        TokenTrace trace = scored.Trace!;
        if (name is not null) w.WritePropertyName(name);
        w.WriteStartObject();
        w.WriteStartArray("tokens");
        foreach (int id in trace.Tokens) w.WriteNumberValue(id);
        w.WriteEndArray();
        if (texts is not null)
        {
            w.WriteStartArray("text");
            foreach (string text in texts) w.WriteStringValue(text);
            w.WriteEndArray();
        }

        if (trace.Parts >= TraceParts.Values)
        {
            Numbers("q", h => trace.Q[h]);
            Numbers("v", h => trace.V[h]);
            Numbers("v_next", trace.NextV);
        }

        Numbers("logprob", h => trace.LogProbability[h]);
        if (trace.Parts == TraceParts.All)
        {
            Numbers("entropy", h => trace.Entropy[h]);
            Numbers("self_certainty", trace.SelfCertainty);
        }

        Numbers("reward", h => scored.Reward.PerToken[h]);
        if (straddles) w.WriteBoolean("straddles", true);
        w.WriteEndObject();

        void Numbers(string field, Func<int, double> value)
        {
            w.WriteStartArray(field);
            for (int h = 0; h < trace.Length; h++) w.WriteNumberValue(value(h));
            w.WriteEndArray();
        }
    }

    /// <summary>What is wrong with numbers that JSON cannot hold; null where all are finite.</summary>
    public static string? NotFinite(ScoredResponse[] scored, bool withTrace)
    {
        foreach (ScoredResponse s in scored)
        {
            if (!double.IsFinite(s.Reward.Value)) return $"the reward is {Name(s.Reward.Value)}, not a finite number";
            if (withTrace && s.Trace is { } t
                && Enumerable.Range(0, t.Length).Any(h => !Finite(t, h) || !double.IsFinite(s.Reward.PerToken[h])))
            {
                return "the trace holds a number that is not finite";
            }
        }

        return null;

        static bool Finite(TokenTrace t, int h) =>
            double.IsFinite(t.LogProbability[h])
            && (t.Parts < TraceParts.Values || (double.IsFinite(t.Q[h]) && double.IsFinite(t.V[h])))
            && (t.Parts < TraceParts.All || (double.IsFinite(t.Entropy[h]) && double.IsFinite(t.MeanLogit[h])));

        static string Name(double x) => double.IsNaN(x) ? "NaN" : x > 0 ? "infinite" : "minus infinity";
    }

    /// <summary>What of traces is rewarded: a conversation's turns, spans, or all.</summary>
    internal static TokenTrace[] Rewarded(TokenTrace[] traces, EncodedRow? row) =>
        row?.Turns is { } turns ? [.. turns.Select(t => traces[0].Turn(t.Start, t.End))]
        : row?.Rewarded is { } parts ? [.. traces.Select((t, i) => parts[i] is { } places ? t.Select(places) : t)]
        : traces;
}
