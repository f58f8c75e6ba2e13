using System.Text.Json;
using Innate.Rewards;
using Innate.Traces;

namespace Innate.Rows;

/// <summary>A response's reward, and the trace it came from; a classifier's head leaves none.</summary>
public sealed record ScoredResponse(RewardResult Reward, TokenTrace? Trace);

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
    public static ScoredResponse[] Of(
        RewardKind kind, TokenTrace[] traces, RewardOptions options, TokenTrace[]? references = null) =>
        [.. traces.Select((trace, j) => new ScoredResponse(Reward.Compute(kind, trace, options, references?[j]), trace))];

    /// <summary>A classifier's scores as rewards.</summary>
    public static ScoredResponse[] OfClassifier(double[] scores) =>
        [.. scores.Select(s => new ScoredResponse(new RewardResult(s, []), null))];

    /// <summary>The names of the fields that <see cref="Write"/> writes.</summary>
    public static string[] Fields(ResponseShape shape, bool withTrace) => shape switch
    {
        ResponseShape.One => withTrace ? OneTraceFields : OneFields,
        ResponseShape.Many => withTrace ? ManyTraceFields : ManyFields,
        _ => withTrace ? PairTraceFields : PairFields,
    };

    /// <summary>Writes the rewards, and the traces where asked for, under the names that the row's shape has.</summary>
    public static void Write(Utf8JsonWriter w, ResponseShape shape, ScoredResponse[] scored, string[][]? texts, bool withTrace)
    {
        switch (shape)
        {
            case ResponseShape.One:
                w.WriteNumber("reward", scored[0].Reward.Value);
                if (withTrace) WriteTrace(w, "trace", scored[0], texts?[0]);
                break;
            case ResponseShape.Many:
                w.WriteStartArray("rewards");
                foreach (ScoredResponse s in scored) w.WriteNumberValue(s.Reward.Value);
                w.WriteEndArray();
                if (withTrace) WriteTraces(w, scored, texts);
                break;
            default:
                w.WriteNumber("reward_chosen", scored[0].Reward.Value);
                w.WriteNumber("reward_rejected", scored[1].Reward.Value);
                if (!withTrace) break;
                WriteTrace(w, "trace_chosen", scored[0], texts?[0]);
                WriteTrace(w, "trace_rejected", scored[1], texts?[1]);
                break;
        }
    }

    /// <summary>Writes a trace: arrays of equal length, those that its source tells.</summary>
    public static void WriteTrace(Utf8JsonWriter w, string? name, ScoredResponse scored, string[]? texts)
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

        bool all = trace.Parts == TraceParts.All;
        if (all)
        {
            Numbers("q", h => trace.Q[h]);
            Numbers("v", h => trace.V[h]);
            Numbers("v_next", trace.NextV);
        }

        Numbers("logprob", h => trace.LogProbability[h]);
        if (all)
        {
            Numbers("entropy", h => trace.Entropy[h]);
            Numbers("self_certainty", trace.SelfCertainty);
        }

        Numbers("reward", h => scored.Reward.PerToken[h]);
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
            && (t.Parts == TraceParts.LogProbabilities
                || (double.IsFinite(t.Q[h]) && double.IsFinite(t.V[h]) && double.IsFinite(t.Entropy[h])
                    && double.IsFinite(t.MeanLogit[h])));

        static string Name(double x) => double.IsNaN(x) ? "NaN" : x > 0 ? "infinite" : "minus infinity";
    }

    private static void WriteTraces(Utf8JsonWriter w, ScoredResponse[] scored, string[][]? texts)
    {
        w.WriteStartArray("traces");
        for (int i = 0; i < scored.Length; i++) WriteTrace(w, null, scored[i], texts?[i]);
        w.WriteEndArray();
    }
}
