using System.Runtime.CompilerServices;
using Innate.Scoring;
using Innate.Scoring.Streams;

namespace Innate;

/// <content>Rewards of a stream of rows.</content>
public sealed partial class RewardModel
{
    /// <summary>
    /// Scores rows as they come, in their order, each to the same bits as <c>Score</c> gives it. Rows are batched, up to 64 of
    /// them or 4096 tokens, and taken from the producer only as the consumer takes rewards: at most one batch and one row are
    /// held, however long the stream and however slow its reader. What is there is scored without waiting for a producer that
    /// takes its time. A row that cannot be scored comes back with the reason, and the stream goes on.
    /// </summary>
    /// <param name="rows">The rows; their number may be unknown, or without end.</param>
    /// <param name="cancellation">Stops between layers; the producer is told too.</param>
    /// <exception cref="InputException">The reward compares with references, which rows of a stream have not.</exception>
    public async IAsyncEnumerable<RewardedRow> ScoreAsync(
        IAsyncEnumerable<RewardRow> rows, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        PolarRows.Refuse(Kind, "without one (ScoreAgainst takes it)");

        // Who stops reading stops the producer, which may be at work on the next row.
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var batches = new RewardRowBatches(rows.GetAsyncEnumerator(stop.Token), Encode);
        try
        {
            while (await batches.Next().ConfigureAwait(false) is { Count: > 0 } batch)
            {
                RewardedRow[] scored = await Task.Run(() => ScoreBatch(batch, cancellation), cancellation).ConfigureAwait(false);
                foreach (RewardedRow row in scored)
                {
                    cancellation.ThrowIfCancellationRequested();
                    yield return row;
                }
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await batches.DisposeAsync().ConfigureAwait(false);
        }
    }

    private EncodedRewardRow Encode(long index, RewardRow row)
    {
        try
        {
            if (row.Responses.Count == 0) throw new InputException("responses: expected at least one, found none.");
            return new EncodedRewardRow(index, row, QuestionOf(row.Messages, row.Responses), null);
        }
        catch (InputException e)
        {
            return new EncodedRewardRow(index, row, null, e.Message);
        }
    }

    private RewardedRow[] ScoreBatch(IReadOnlyList<EncodedRewardRow> batch, CancellationToken cancellation) => Telemetry.Measure(
        "score", count =>
        {
            RewardQuestion[] good = [.. batch.Where(r => r.Question is not null).Select(r => r.Question!)];
            (count.Reward, count.Rows) = (RewardName, batch.Count);
            count.Responses = good.Sum(q => (long)q.Responses.Count);
            count.TokensRead = good.Sum(q => (long)q.Query.TokenCount);
            var values = new Queue<(double[]? Values, string? Error)>(good.Length == 0 ? [] : ValuesOrErrors(good, cancellation));
            return batch.Select(r =>
            {
                (double[]? rewards, string? error) = r.Question is null ? (null, r.Error) : values.Dequeue();
                return new RewardedRow(r.Index, r.Row, rewards, error);
            }).ToArray();
        });

    private (double[]? Values, string? Error)[] ValuesOrErrors(RewardQuestion[] questions, CancellationToken cancellation)
    {
        try
        {
            return Values(questions, cancellation);
        }
        catch (InputException)
        {
            // One of them is not for this model: find out which, one at a time.
            return [.. questions.Select(q =>
            {
                try
                {
                    return Values([q], cancellation)[0];
                }
                catch (InputException e)
                {
                    return (null, e.Message);
                }
            })];
        }
    }
}
