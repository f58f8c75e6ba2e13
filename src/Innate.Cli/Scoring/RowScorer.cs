using System.Text.Json;
using Innate.Cli.Rows;
using Innate.Rewards;
using Innate.Traces;

namespace Innate.Cli.Scoring;

/// <summary>A response's reward, and the trace it came from; a classifier's head leaves none.</summary>
internal sealed record ScoredResponse(RewardResult Reward, TokenTrace? Trace);

/// <summary>Scores prepared rows and makes their output lines.</summary>
internal sealed class RowScorer(
    ModelSession session, ModelSession? reference, RewardKind kind, RewardOptions options, bool withTrace)
{
    private static readonly string[] OneFields = ["reward"];
    private static readonly string[] OneTraceFields = ["reward", "trace"];
    private static readonly string[] ManyFields = ["rewards"];
    private static readonly string[] ManyTraceFields = ["rewards", "traces"];
    private static readonly string[] PairFields = ["reward_chosen", "reward_rejected"];
    private static readonly string[] PairTraceFields = ["reward_chosen", "reward_rejected", "trace_chosen", "trace_rejected"];

    /// <summary>Rewards of each query's responses.</summary>
    /// <exception cref="InputException">A query that the model does not take.</exception>
    public ScoredResponse[][] Score(IReadOnlyList<TraceQuery> queries, CancellationToken cancellation)
    {
        if (kind == RewardKind.Classifier)
        {
            return [.. session.ScoreClassifier(queries, cancellation)
                .Select(scores => scores.Select(s => new ScoredResponse(new RewardResult(s, []), null)).ToArray())];
        }

        IReadOnlyList<TokenTrace[]> traces = session.Traces.Trace(queries, options.Alpha, cancellation);
        IReadOnlyList<TokenTrace[]>? references = reference?.Traces.Trace(queries, options.Alpha, cancellation);
        ScoredResponse[][] scored = new ScoredResponse[queries.Count][];
        for (int i = 0; i < scored.Length; i++)
        {
            scored[i] = new ScoredResponse[traces[i].Length];
            for (int j = 0; j < traces[i].Length; j++)
            {
                RewardResult reward = Reward.Compute(kind, traces[i][j], options, references?[i][j]);
                scored[i][j] = new ScoredResponse(reward, traces[i][j]);
            }
        }

        return scored;
    }

    /// <summary>Output lines of a batch, in order; bad rows become error lines.</summary>
    public byte[][] Lines(IReadOnlyList<PreparedRow> rows, out int errors, CancellationToken cancellation)
    {
        List<PreparedRow> good = [.. rows.Where(r => r.Query is not null)];
        Dictionary<long, ScoredResponse[]> scored = [];
        Dictionary<long, string> refused = [];
        try
        {
            ScoredResponse[][] all = good.Count > 0 ? Score([.. good.Select(r => r.Query!)], cancellation) : [];
            for (int i = 0; i < all.Length; i++) scored[good[i].Line] = all[i];
        }
        catch (InputException)
        {
            // The encoder's checks let something through: find out whose fault it is, one row at a time.
            foreach (PreparedRow row in good)
            {
                try
                {
                    scored[row.Line] = Score([row.Query!], cancellation)[0];
                }
                catch (InputException e)
                {
                    refused[row.Line] = e.Message;
                }
            }
        }

        byte[][] lines = new byte[rows.Count][];
        errors = 0;
        for (int i = 0; i < lines.Length; i++)
        {
            PreparedRow row = rows[i];
            string? error = row.Error ?? refused.GetValueOrDefault(row.Line) ?? NotFinite(scored[row.Line]);
            if (error is not null) errors++;
            lines[i] = error is null ? Line(row, scored[row.Line]) : RowWriter.Error(row.Line, error);
        }

        return lines;
    }

    /// <summary>Writes a trace: arrays of equal length.</summary>
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

        Numbers("q", h => trace.Q[h]);
        Numbers("v", h => trace.V[h]);
        Numbers("v_next", trace.NextV);
        Numbers("logprob", h => trace.LogProbability[h]);
        Numbers("entropy", h => trace.Entropy[h]);
        Numbers("self_certainty", trace.SelfCertainty);
        Numbers("reward", h => scored.Reward.PerToken[h]);
        w.WriteEndObject();

        void Numbers(string field, Func<int, double> value)
        {
            w.WriteStartArray(field);
            for (int h = 0; h < trace.Length; h++) w.WriteNumberValue(value(h));
            w.WriteEndArray();
        }
    }

    private byte[] Line(PreparedRow prepared, ScoredResponse[] scored)
    {
        Row row = prepared.Row!;
        return RowWriter.Line(w =>
        {
            RowWriter.PassThrough(w, row.Fields, row.Shape switch
            {
                ResponseShape.One => withTrace ? OneTraceFields : OneFields,
                ResponseShape.Many => withTrace ? ManyTraceFields : ManyFields,
                _ => withTrace ? PairTraceFields : PairFields,
            });
            switch (row.Shape)
            {
                case ResponseShape.One:
                    w.WriteNumber("reward", scored[0].Reward.Value);
                    if (withTrace) WriteTrace(w, "trace", scored[0], prepared.Texts?[0]);
                    break;
                case ResponseShape.Many:
                    w.WriteStartArray("rewards");
                    foreach (ScoredResponse s in scored) w.WriteNumberValue(s.Reward.Value);
                    w.WriteEndArray();
                    if (withTrace) WriteTraces(w, scored, prepared.Texts);
                    break;
                default:
                    w.WriteNumber("reward_chosen", scored[0].Reward.Value);
                    w.WriteNumber("reward_rejected", scored[1].Reward.Value);
                    if (!withTrace) break;
                    WriteTrace(w, "trace_chosen", scored[0], prepared.Texts?[0]);
                    WriteTrace(w, "trace_rejected", scored[1], prepared.Texts?[1]);
                    break;
            }
        });
    }

    private static void WriteTraces(Utf8JsonWriter w, ScoredResponse[] scored, string[][]? texts)
    {
        w.WriteStartArray("traces");
        for (int i = 0; i < scored.Length; i++) WriteTrace(w, null, scored[i], texts?[i]);
        w.WriteEndArray();
    }

    private string? NotFinite(ScoredResponse[] scored)
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
            double.IsFinite(t.Q[h]) && double.IsFinite(t.V[h]) && double.IsFinite(t.LogProbability[h])
            && double.IsFinite(t.Entropy[h]) && double.IsFinite(t.MeanLogit[h]);

        static string Name(double x) => double.IsNaN(x) ? "NaN" : x > 0 ? "infinite" : "minus infinity";
    }
}
