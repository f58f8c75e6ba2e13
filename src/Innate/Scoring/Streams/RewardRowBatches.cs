using Innate.Rows;

namespace Innate.Scoring.Streams;

/// <summary>
/// Groups rows of a stream into batches, by the same budgets as a file's. Rows are taken from the producer only when a batch is
/// asked for, so that no more than one batch and one row are ever held. What is ready is not kept waiting for a producer that
/// takes its time.
/// </summary>
/// <param name="rows">The producer's enumerator; it stays the caller's until this one is disposed.</param>
/// <param name="encode">Makes a row ready.</param>
internal sealed class RewardRowBatches(IAsyncEnumerator<RewardRow> rows, Func<long, RewardRow, EncodedRewardRow> encode)
    : IAsyncDisposable
{
    private Task<bool>? _next;
    private EncodedRewardRow? _ahead;
    private long _taken;
    private bool _ended;

    /// <summary>The next batch; empty at the end.</summary>
    public async Task<IReadOnlyList<EncodedRewardRow>> Next()
    {
        List<EncodedRewardRow> batch = [];
        int tokens = 0;
        while (batch.Count < RowBatches.RowBudget)
        {
            if (_ahead is null && !_ended)
            {
                _next ??= rows.MoveNextAsync().AsTask();

                // A producer that has failed is heard once the rows before are scored.
                if (!_next.IsCompletedSuccessfully && batch.Count > 0) break;
                bool more = await _next.ConfigureAwait(false);
                _next = null;
                if (more) _ahead = encode(_taken++, rows.Current);
                else _ended = true;
            }

            if (_ahead is not { } row) break;
            if (batch.Count > 0 && tokens + row.TokenCount > RowBatches.TokenBudget) break;
            batch.Add(row);
            tokens += row.TokenCount;
            _ahead = null;
        }

        return batch;
    }

    /// <summary>Lets go of the producer, once it has handed over what it was asked for.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_next is { } asked) await ((Task)asked).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await rows.DisposeAsync().ConfigureAwait(false);
    }
}
