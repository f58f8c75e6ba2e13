using Innate.Judges;
using Innate.Rows;

namespace Innate.Scoring;

/// <summary>A row with its responses' scores, or what is wrong with it.</summary>
internal sealed record CandidateRow(long Line, Row? Row, JudgeVerdict? Verdict, string? Error)
{
    /// <summary>Whether it could not be read as a row at all.</summary>
    public bool IsUnread { get; init; }
}

/// <summary>Rows with their responses, given or sampled, scored a batch at a time. No row depends on its neighbours.</summary>
/// <param name="sampler">Samples the responses; null: they are given.</param>
/// <param name="scorer">Scores them.</param>
/// <param name="takesIds">Whether rows of ids can be scored: a judge reads words.</param>
internal sealed class CandidateRows(CandidateSampler? sampler, ResponseScorer scorer, bool takesIds)
{
    private const int RowsATime = 16;

    /// <summary>The rows, scored, as they are asked for.</summary>
    /// <param name="input">The rows.</param>
    /// <param name="progress">Is told how far it is after each batch.</param>
    /// <param name="cancellation">Stops between batches.</param>
    public IEnumerable<CandidateRow> Read(RowInput input, IProgress<WorkDone>? progress, CancellationToken cancellation)
    {
        long done = 0;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            List<(InputLine Line, Row? Row, string? Error, bool IsUnread)> batch = [];
            while (batch.Count < RowsATime && input.Lines.ReadNext() is { } line) batch.Add(Parse(line, input.Columns));
            if (batch.Count == 0) yield break;
            foreach (CandidateRow row in Score(batch, cancellation)) yield return row;
            done += batch.Count;
            progress?.Report(new WorkDone(done, 0, input.FractionAt(batch[^1].Line.End)));
        }
    }

    private List<CandidateRow> Score(List<(InputLine Line, Row? Row, string? Error, bool IsUnread)> batch,
        CancellationToken cancellation)
    {
        if (sampler is not null)
        {
            (Row? Row, string? Error)[] sampled =
                sampler.Sample([.. batch.Where(b => b.Row is not null).Select(b => b.Row!)], cancellation);
            int at = 0;
            batch = [.. batch.Select(b => b.Row is null ? b : (b.Line, sampled[at].Row, sampled[at++].Error, false))];
        }

        IReadOnlyList<ScoredRow> scored =
            scorer.Score([.. batch.Where(b => b.Row is not null).Select(b => b.Row!)], cancellation);
        int next = 0;
        return [.. batch.Select(b => b.Row is null
            ? new CandidateRow(b.Line.Number, null, null, b.Error) { IsUnread = b.IsUnread }
            : new CandidateRow(b.Line.Number, b.Row, scored[next].Verdict, scored[next++].Error))];
    }

    private (InputLine Line, Row? Row, string? Error, bool IsUnread) Parse(InputLine line, RowColumns? columns)
    {
        Row? row = null;
        try
        {
            row = sampler is null ? RowParser.Parse(line, columns) : RowParser.ParsePrompt(line, columns);
            if ((row.Prompt.Ids is not null || row.Responses.Any(r => r.Ids is not null)) && (sampler is not null || !takesIds))
            {
                throw new InputException("expected \"prompt\" or \"messages\" and responses as text, found ids");
            }

            return (line, row, null, false);
        }
        catch (InputException e)
        {
            return (line, null, e.Message, row is null);
        }
    }
}
