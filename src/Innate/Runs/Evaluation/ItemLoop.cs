using Innate.Benchmarks;
using Innate.Benchmarks.Evaluation;
using Innate.Rows;

namespace Innate.Runs.Evaluation;

/// <summary>The loop: items in batches of a bounded number of tokens, each scored by all scorers and written at once.</summary>
internal static class ItemLoop
{
    /// <summary>Scores what is not scored yet.</summary>
    /// <param name="items">All items, in order.</param>
    /// <param name="places">Which of them are to be scored, in order.</param>
    /// <param name="encoder">Makes their ids; null where no scorer reads any.</param>
    /// <param name="scorer">Scores them.</param>
    /// <param name="output">Takes their results: of each item a line a scorer.</param>
    /// <param name="budget">The most tokens of a batch, but for one item alone.</param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="cancellation">Stops between batches and layers.</param>
    public static void Run(
        IReadOnlyList<BenchmarkItem> items, IReadOnlyList<int> places, ItemEncoder? encoder, ItemScorer scorer, RowOutput output,
        int budget, IProgress<WorkDone>? progress, CancellationToken cancellation)
    {
        int next = 0;
        long done = 0, tokens = 0;

        // The next batch is tokenized while this one is computed.
        Task<List<EncodedItem>> ahead =
            Task.Run(() => Batch(items, places, encoder, 0, budget, cancellation), CancellationToken.None);
        while (true)
        {
            ahead.Wait(cancellation);
            List<EncodedItem> batch = ahead.Result;
            if (batch.Count == 0) return;
            int after = next += batch.Count;
            ahead = Task.Run(() => Batch(items, places, encoder, after, budget, cancellation), CancellationToken.None);
            ItemResult[][] results = scorer.Score(batch, cancellation);
            output.WriteAll([.. batch.SelectMany((b, i) => results[i].Select(r => r.ToLine(b.Item)))]);
            done += batch.Count;
            tokens += batch.Sum(b => (long)b.TokenCount);
            progress?.Report(new WorkDone(done, tokens, (double)after / places.Count));
        }
    }

    private static List<EncodedItem> Batch(
        IReadOnlyList<BenchmarkItem> items, IReadOnlyList<int> places, ItemEncoder? encoder, int first,
        int budget, CancellationToken cancellation)
    {
        List<EncodedItem> batch = [];
        int tokens = 0;
        for (int place = first; place < places.Count && batch.Count < RowBatches.RowBudget; place++)
        {
            cancellation.ThrowIfCancellationRequested();
            int i = places[place];
            EncodedItem item = encoder?.Encode(i, items[i]) ?? new EncodedItem(i, items[i], null, null, null);
            if (batch.Count > 0 && tokens + item.TokenCount > budget) break;
            batch.Add(item);
            tokens += item.TokenCount;
        }

        return batch;
    }
}
