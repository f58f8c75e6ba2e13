using Innate.Models;
using Innate.Rewards;
using Innate.Sessions;
using Innate.Traces;

namespace Innate.Rows;

/// <summary>Scores prepared rows and makes their output lines.</summary>
/// <param name="score">Rows' rewards, in order; a row with its ids alone will do where a reward reads no more.</param>
/// <param name="withTrace">Whether lines hold the traces too.</param>
internal sealed class RowScorer(
    Func<IReadOnlyList<PreparedRow>, CancellationToken, IReadOnlyList<RowScores>> score, bool withTrace = false)
{
    /// <summary>Is told each row that has rewards, in order; null: nobody is.</summary>
    public Action<PreparedRow, ScoredResponse[]>? Told { get; init; }

    private static readonly string[] TurnFields = ["turns"];

    /// <summary>The scorer of one reward of a model.</summary>
    /// <param name="session">The model.</param>
    /// <param name="reference">The implicit reward's reference model; null: none.</param>
    /// <param name="kind">Which reward.</param>
    /// <param name="options">Its parameters.</param>
    /// <param name="withTrace">Whether lines hold the traces too.</param>
    /// <param name="told">Is told each row that has rewards, in order; null: nobody is.</param>
    /// <exception cref="InputException">The model, or the reference, cannot give the reward.</exception>
    public static RowScorer Of(
        ModelSession session, ModelSession? reference, RewardKind kind, RewardOptions options, bool withTrace = false,
        Action<PreparedRow, ScoredResponse[]>? told = null)
    {
        session.RequireReward(kind);
        session.RequireAlpha(options.Alpha);
        reference?.RequireReward(kind);
        return new RowScorer((rows, cancellation) => OfModel(session, reference, kind, options, rows, cancellation), withTrace)
        {
            Told = told,
        };
    }

    /// <summary>Rewards of each row's responses, or why there are none.</summary>
    /// <exception cref="InputException">A row that the model does not take.</exception>
    public IReadOnlyList<RowScores> Score(IReadOnlyList<PreparedRow> rows, CancellationToken cancellation) =>
        score(rows, cancellation);

    /// <summary>Output lines of a batch, in order; bad rows become error lines.</summary>
    public byte[][] Lines(IReadOnlyList<PreparedRow> rows, out int errors, CancellationToken cancellation)
    {
        List<PreparedRow> good = [.. rows.Where(r => r.Query is not null)];
        Dictionary<long, RowScores> scored = [];
        try
        {
            IReadOnlyList<RowScores> all = good.Count > 0 ? score(good, cancellation) : [];
            for (int i = 0; i < all.Count; i++) scored[good[i].Line] = all[i];
        }
        catch (InputException)
        {
            // The encoder's checks let something through: find out whose fault it is, one row at a time.
            foreach (PreparedRow row in good)
            {
                try
                {
                    scored[row.Line] = score([row], cancellation)[0];
                }
                catch (InputException e)
                {
                    scored[row.Line] = new RowScores(null, e.Message);
                }
            }
        }

        byte[][] lines = new byte[rows.Count][];
        errors = 0;
        for (int i = 0; i < lines.Length; i++)
        {
            PreparedRow row = rows[i];
            string? error = row.Error ?? scored[row.Line].Error ?? RowRewards.NotFinite(scored[row.Line].Scored!, withTrace);
            if (error is not null) errors++;
            else Told?.Invoke(row, scored[row.Line].Scored!);
            lines[i] = error is null ? Line(row, scored[row.Line].Scored!) : RowWriter.Error(row.Line, error);
        }

        return lines;
    }

    private static RowScores[] OfModel(
        ModelSession session, ModelSession? reference, RewardKind kind, RewardOptions options, IReadOnlyList<PreparedRow> rows,
        CancellationToken cancellation)
    {
        TraceQuery[] queries = [.. rows.Select(r => r.Query!)];
        if (RewardNames.IsOfHead(kind))
        {
            IReadOnlyList<double[]> scores = session.ScoreClassifier(queries, cancellation);
            return [.. scores.Select((s, i) => new RowScores(RowRewards.OfHead(queries[i], s, options.Steps), null))];
        }

        IReadOnlyList<TokenTrace[]> own = session.Traces.Trace(queries, options.Alpha, cancellation);
        IReadOnlyList<TokenTrace[]>? theirs = reference?.Traces.Trace(queries, options.Alpha, cancellation);
        return
        [
            .. own.Select((t, i) => new RowScores(RowRewards.Of(kind, t, options, theirs?[i], rows[i].Encoded), null)),
        ];
    }

    private byte[] Line(PreparedRow prepared, ScoredResponse[] scored)
    {
        Row row = prepared.Row!;
        IReadOnlyList<(int Message, int Start, int End)>? turns = prepared.Encoded!.Turns;
        ResponseShape shape = turns is null ? row.Shape : ResponseShape.Many;
        return RowWriter.Line(w =>
        {
            RowWriter.PassThrough(w, row.Fields, [
                .. RowRewards.Fields(shape, withTrace), .. RowRewards.StepFields(shape, scored),
                .. RowRewards.GroupFields(shape, scored),
                .. turns is null ? [] : TurnFields,
            ]);
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
