using Innate.Compute;
using Innate.Compute.Memory;
using Innate.Models;

namespace Innate.Traces;

/// <summary>
/// Traces from a model in this process: one pass over a token tree, the head read at the response tokens alone.
/// </summary>
/// <param name="model">The model; used by one call at a time.</param>
public sealed class ModelTraceSource(CausalLanguageModel model) : ITraceSource
{
    // Enough rows for the products to run at full speed; more would only hold more memory.
    private const int TokensATime = 2048;

    /// <inheritdoc/>
    public int VocabularySize => model.Config.VocabularySize;

    /// <inheritdoc/>
    public int MaxPositions => model.Config.MaxPositions;

    /// <inheritdoc/>
    public IReadOnlyList<TokenTrace[]> Trace(
        IReadOnlyList<TraceQuery> queries, double alpha = 1, CancellationToken cancellation = default)
    {
        if (!(alpha > 0) || double.IsInfinity(alpha))
        {
            throw new InputException($"alpha: expected a number above 0, found {alpha}.");
        }

        if (model.Config.IsClassifier)
        {
            throw new InputException("The checkpoint is a classifier: it has a score head and no logits to trace.");
        }

        foreach (TraceQuery query in queries) QueryCheck.Check(query, VocabularySize, MaxPositions);
        var traces = new List<TokenTrace[]>(queries.Count);
        foreach (IReadOnlyList<TraceQuery> batch in Batches(queries)) traces.AddRange(TraceTogether(batch, alpha, cancellation));
        return traces;
    }

    /// <summary>The classifier's score of each prompt + response, read at its last token.</summary>
    /// <param name="queries">Prompts with their responses.</param>
    /// <param name="cancellation">Stops between layers.</param>
    /// <exception cref="InputException">As for traces; or the checkpoint has no score head.</exception>
    public IReadOnlyList<double[]> Score(IReadOnlyList<TraceQuery> queries, CancellationToken cancellation = default)
    {
        if (!model.Config.IsClassifier)
        {
            throw new InputException(
                "The checkpoint has no score head: 'classifier' needs a ...ForSequenceClassification model with one label.");
        }

        foreach (TraceQuery query in queries) QueryCheck.Check(query, VocabularySize, MaxPositions);
        var scores = new List<double[]>(queries.Count);
        foreach (IReadOnlyList<TraceQuery> batch in Batches(queries))
        {
            (Matrix hidden, int[] firstRows) = Read(batch, readLastTokens: true, cancellation, out KeyValueCache cache);
            using (cache)
            {
                int node = 0;
                foreach (TraceQuery query in batch)
                {
                    node++;
                    int[] rows = [.. query.Responses.Select((r, i) => firstRows[node + i] + r.Length - 1)];
                    node += rows.Length;
                    Matrix logits = model.Logits(hidden, rows);
                    scores.Add([.. Enumerable.Range(0, rows.Length).Select(i => (double)logits.Row(i)[0])]);
                }
            }
        }

        return scores;
    }

    private static IEnumerable<IReadOnlyList<TraceQuery>> Batches(IReadOnlyList<TraceQuery> queries)
    {
        var batch = new List<TraceQuery>();
        int tokens = 0;
        foreach (TraceQuery query in queries)
        {
            if (batch.Count > 0 && tokens + query.TokenCount > TokensATime)
            {
                yield return batch;
                batch = [];
                tokens = 0;
            }

            batch.Add(query);
            tokens += query.TokenCount;
        }

        if (batch.Count > 0) yield return batch;
    }

    private List<TokenTrace[]> TraceTogether(IReadOnlyList<TraceQuery> batch, double alpha, CancellationToken cancellation)
    {
        (Matrix hidden, int[] firstRows) = Read(batch, readLastTokens: false, cancellation, out KeyValueCache cache);
        using KeyValueCache _ = cache;

        // The first token of a response is predicted at the prompt's last row, the others at the response's own rows.
        var rows = new List<int>();
        var targets = new List<int>();
        int node = 0;
        foreach (TraceQuery query in batch)
        {
            int promptEnd = firstRows[node] + query.Prompt.Length - 1;
            foreach (int[] response in query.Responses)
            {
                int first = firstRows[++node];
                for (int h = 0; h < response.Length; h++) rows.Add(h == 0 ? promptEnd : first + h - 1);
                targets.AddRange(response);
            }

            node++;
        }

        HeadTrace head = model.Trace(hidden, [.. rows], [.. targets], alpha);
        var traces = new List<TokenTrace[]>(batch.Count);
        int at = 0;
        foreach (TraceQuery query in batch)
        {
            traces.Add([.. query.Responses.Select(response => Cut(head, response, alpha, ref at))]);
        }

        return traces;
    }

    private (Matrix Hidden, int[] FirstRows) Read(
        IReadOnlyList<TraceQuery> batch, bool readLastTokens, CancellationToken cancellation, out KeyValueCache cache)
    {
        var tree = new TokenTree();
        foreach (TraceQuery query in batch) tree.Add(query, readLastTokens);
        cache = new KeyValueCache(model.Config, keepLayers: false);
        return (model.Forward(tree, cache, cancellation), tree.FirstRows());
    }

    private static TokenTrace Cut(HeadTrace head, int[] response, double alpha, ref int at)
    {
        Range range = at..(at += response.Length);
        double[] q = head.Q[range], logSumExp = head.LogSumExp[range];
        return new TokenTrace
        {
            Tokens = response,
            Q = q,
            V = head.V[range],
            LogProbability = [.. q.Zip(logSumExp, (a, b) => a - b)],
            Entropy = head.Entropy[range],
            MeanLogit = head.MeanLogit[range],
            Alpha = alpha,
        };
    }
}
