using Innate.Models;
using Innate.Rewards;
using Innate.Sessions;
using Innate.Traces;

namespace Innate.Rows;

/// <summary>Scores prepared rows and makes their output lines.</summary>
/// <param name="traces">The model.</param>
/// <param name="classify">
/// A trained reward model's scores, one a response; asked for <see cref="RewardKind.Classifier"/> alone.
/// </param>
/// <param name="reference">The implicit reward's reference model; null: none.</param>
/// <param name="kind">Which reward.</param>
/// <param name="options">Its parameters.</param>
/// <param name="withTrace">Whether lines hold the traces too.</param>
internal sealed class RowScorer(
    ITraceSource traces, Func<IReadOnlyList<TraceQuery>, CancellationToken, IReadOnlyList<double[]>> classify,
    ITraceSource? reference, RewardKind kind, RewardOptions options, bool withTrace)
{
    private static readonly string[] TurnFields = ["turns"];

    /// <summary>The scorer of a model.</summary>
    /// <param name="session">The model.</param>
    /// <param name="reference">The implicit reward's reference model; null: none.</param>
    /// <param name="kind">Which reward.</param>
    /// <param name="options">Its parameters.</param>
    /// <param name="withTrace">Whether lines hold the traces too.</param>
    /// <exception cref="InputException">The model, or the reference, cannot give the reward.</exception>
    public static RowScorer Of(
        ModelSession session, ModelSession? reference, RewardKind kind, RewardOptions options, bool withTrace = false)
    {
        session.RequireReward(kind);
        reference?.RequireReward(kind);
        return new RowScorer(session.Traces, session.ScoreClassifier, reference?.Traces, kind, options, withTrace);
    }

    /// <summary>Rewards of each row's responses.</summary>
    /// <exception cref="InputException">A row that the model does not take.</exception>
    public ScoredResponse[][] Score(IReadOnlyList<EncodedRow> rows, CancellationToken cancellation)
    {
        TraceQuery[] queries = [.. rows.Select(r => r.Query)];
        if (kind == RewardKind.Classifier) return [.. classify(queries, cancellation).Select(RowRewards.OfClassifier)];
        IReadOnlyList<TokenTrace[]> own = traces.Trace(queries, options.Alpha, cancellation);
        IReadOnlyList<TokenTrace[]>? theirs = reference?.Trace(queries, options.Alpha, cancellation);
        return [.. own.Select((t, i) => RowRewards.Of(kind, t, options, theirs?[i], rows[i]))];
    }

    /// <summary>Output lines of a batch, in order; bad rows become error lines.</summary>
    public byte[][] Lines(IReadOnlyList<PreparedRow> rows, out int errors, CancellationToken cancellation)
    {
        List<PreparedRow> good = [.. rows.Where(r => r.Query is not null)];
        Dictionary<long, ScoredResponse[]> scored = [];
        Dictionary<long, string> refused = [];
        try
        {
            ScoredResponse[][] all = good.Count > 0 ? Score([.. good.Select(r => r.Encoded!)], cancellation) : [];
            for (int i = 0; i < all.Length; i++) scored[good[i].Line] = all[i];
        }
        catch (InputException)
        {
            // The encoder's checks let something through: find out whose fault it is, one row at a time.
            foreach (PreparedRow row in good)
            {
                try
                {
                    scored[row.Line] = Score([row.Encoded!], cancellation)[0];
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
            string? error = row.Error ?? refused.GetValueOrDefault(row.Line) ?? RowRewards.NotFinite(scored[row.Line], withTrace);
            if (error is not null) errors++;
            lines[i] = error is null ? Line(row, scored[row.Line]) : RowWriter.Error(row.Line, error);
        }

        return lines;
    }

    private byte[] Line(PreparedRow prepared, ScoredResponse[] scored)
    {
        Row row = prepared.Row!;
        IReadOnlyList<(int Message, int Start, int End)>? turns = prepared.Encoded!.Turns;
        ResponseShape shape = turns is null ? row.Shape : ResponseShape.Many;
        return RowWriter.Line(w =>
        {
            RowWriter.PassThrough(w, row.Fields, [.. RowRewards.Fields(shape, withTrace), .. turns is null ? [] : TurnFields]);
            if (turns is not null)
            {
                w.WriteStartArray("turns");
                foreach ((int message, _, _) in turns) w.WriteNumberValue(message);
                w.WriteEndArray();
            }

            RowRewards.Write(w, shape, scored, prepared.Texts, withTrace, prepared.Encoded.Straddles);
        });
    }
}
