using Innate.Compute;
using Innate.Compute.Memory;
using Innate.Models;

namespace Innate.Traces;

/// <summary>
/// Traces from a model in this process: one pass over a token tree, the head read at the response tokens alone.
/// </summary>
/// <param name="model">The model; used by one call at a time.</param>
/// <param name="prefixCacheBytes">
/// Bytes of keys and values to keep of earlier calls' prompts; 0: none. No result depends on it.
/// </param>
public sealed partial class ModelTraceSource(CausalLanguageModel model, long prefixCacheBytes = 0) : ITraceSource, IDisposable
{
    // Logits that are held at once where they must be stored: 16 MB.
    private const int LogitsATime = 1 << 22;

    private readonly PrefixCache? _prefixes = prefixCacheBytes > 0 ? new PrefixCache(model.Config, prefixCacheBytes) : null;

    /// <summary>Prompt tokens that were not read again, as an earlier call's prompt began with them.</summary>
    public long PrefixTokensSaved => _prefixes?.TokensSaved ?? 0;

    /// <inheritdoc/>
    public int VocabularySize => model.Config.VocabularySize;

    /// <inheritdoc/>
    public int MaxPositions => model.Config.MaxPositions;

    /// <inheritdoc/>
    public bool HoldsLogits => true;

    /// <inheritdoc/>
    public IReadOnlyList<TokenTrace[]> Trace(
        IReadOnlyList<TraceQuery> queries, double alpha = 1, CancellationToken cancellation = default)
    {
        QueryCheck.CheckAlpha(alpha);
        RequireLogits();
        foreach (TraceQuery query in queries) QueryCheck.Check(query, this);
        if (queries.All(q => q.IsPlain)) return QueryBatches.Work(queries, batch => TraceTogether(batch, alpha, cancellation));
        TraceQuery[] plain = [.. queries.Where(q => q.IsPlain)], steered = [.. queries.Where(q => !q.IsPlain)];
        TokenTrace[][] read = QueryBatches.Work(plain, batch => TraceTogether(batch, alpha, cancellation));
        TokenTrace[][] pushed = QueryBatches.Work(steered, batch => TraceSteered(batch, alpha, cancellation));
        (int r, int p) = (0, 0);
        return [.. queries.Select(q => q.IsPlain ? read[r++] : pushed[p++])];
    }

    /// <summary>
    /// Traces with alpha = 1, to the same bits as <see cref="Trace"/> gives, and the likeliest tokens at each state. Logits are
    /// stored for some rows at a time.
    /// </summary>
    /// <param name="queries">Prompts with their responses.</param>
    /// <param name="count">How many likely tokens are wanted at each state; 0: the token's rank alone.</param>
    /// <param name="cancellation">Stops between layers.</param>
    /// <exception cref="InputException">As for traces.</exception>
    public IReadOnlyList<TokenTrace[]> TraceLikeliest(
        IReadOnlyList<TraceQuery> queries, int count, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        RequireLogits();
        foreach (TraceQuery query in queries)
        {
            if (!query.IsPlain) throw new InputException("likeliest: expected no allowed ids and no guidance, found some.");
            QueryCheck.Check(query, this);
        }

        return QueryBatches.Work(queries, batch => TraceTogether(batch, alpha: 1, cancellation, count));
    }

    /// <summary>
    /// The classifier's score of each prompt + response, read at its last token; of a head that judges steps the chance that a
    /// step is right, step after step and response after response.
    /// </summary>
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

        foreach (TraceQuery query in queries) QueryCheck.Check(query, this);
        if (model.Config.JudgesSteps || model.Config.PaddingId is not int padding) return ScoreAll(queries, cancellation);
        TraceQuery[][] read = [.. queries.Select(q => ClassifiedText.WithoutPadding(q, padding))];
        double[][] scores = ScoreAll([.. read.SelectMany(r => r)], cancellation);
        int next = 0;
        return [.. read.Select(r => r.SelectMany(_ => scores[next++]).ToArray())];
    }

    private double[][] ScoreAll(IReadOnlyList<TraceQuery> queries, CancellationToken cancellation) =>
        QueryBatches.Work(queries, batch => ScoreTogether(batch, cancellation));

    /// <summary>Frees what is kept of earlier calls.</summary>
    public void Dispose() => _prefixes?.Dispose();

    private void RequireLogits()
    {
        if (model.Config.IsClassifier)
        {
            throw new InputException("The checkpoint is a classifier: it has a score head and no logits to trace.");
        }
    }

    private List<double[]> ScoreTogether(IReadOnlyList<TraceQuery> batch, CancellationToken cancellation)
    {
        return Read(batch, readLastTokens: true, (hidden, places) =>
        {
            var scores = new List<double[]>(batch.Count);
            for (int q = 0; q < batch.Count; q++)
            {
                TraceQuery query = batch[q];
                int[] rows = [.. query.Responses.SelectMany((r, i) =>
                    (query.Places?[i] ?? [r.Length - 1]).Select(t => places[q].FirstRows[i] + t))];
                Matrix logits = model.Logits(hidden, rows);
                scores.Add([.. Enumerable.Range(0, rows.Length).Select(i => ScoreOf(logits.Row(i)))]);
            }

            return scores;
        }, cancellation);
    }

    // Of two labels the second says that a step is right: softmax's share of it is the logistic function of their difference.
    private static double ScoreOf(ReadOnlySpan<float> labels) => labels.Length == 1 ? labels[0]
        : 1 / (1 + PortableMath.Exp((double)labels[0] - labels[1]));

    private List<TokenTrace[]> TraceTogether(
        IReadOnlyList<TraceQuery> batch, double alpha, CancellationToken cancellation, int? likeliest = null)
    {
        // The first token of a response is predicted at the prompt's last row, the others at the response's own rows.
        var rows = new List<int>();
        var targets = new List<int>();
        foreach (TraceQuery query in batch)
        {
            foreach (int[] response in query.Responses) targets.AddRange(response);
        }

        (HeadTrace head, LikelyTokens[]? likely) = Read(batch, readLastTokens: false, (hidden, places) =>
        {
            for (int q = 0; q < batch.Count; q++)
            {
                for (int i = 0; i < batch[q].Responses.Count; i++)
                {
                    int first = places[q].FirstRows[i];
                    for (int h = 0; h < batch[q].Responses[i].Length; h++) rows.Add(h == 0 ? places[q].PromptEnd : first + h - 1);
                }
            }

            LikelyTokens[]? found = likeliest is null ? null : new LikelyTokens[rows.Count];
            return (
                found is null
                    ? model.Trace(hidden, [.. rows], [.. targets], alpha)
                    : StoredLogits(hidden, [.. rows], [.. targets], likeliest!.Value, found),
                found);
        }, cancellation);
        var traces = new List<TokenTrace[]>(batch.Count);
        int at = 0;
        foreach (TraceQuery query in batch)
        {
            traces.Add([.. query.Responses.Select(response => Cut(head, likely, response, alpha, ref at))]);
        }

        return traces;
    }

    /// <summary>
    /// What the head says, from logits that are stored for some rows at a time; fills <paramref name="likely"/>.
    /// </summary>
    private HeadTrace StoredLogits(Matrix hidden, int[] rows, int[] targets, int count, LikelyTokens[] likely)
    {
        HeadTrace all = HeadTrace.Of(rows.Length);
        int step = Math.Clamp(LogitsATime / VocabularySize, 1, rows.Length);
        for (int start = 0; start < rows.Length; start += step)
        {
            Range range = start..Math.Min(start + step, rows.Length);
            Matrix logits = model.Logits(hidden, rows[range]);
            HeadTrace part = model.Kernels.TraceLogits(logits, targets[range]);
            part.CopyTo(all, start);
            for (int i = 0; i < logits.Rows; i++)
            {
                likely[start + i] = LikelyTokens.Of(logits.Row(i), count, part.LogSumExp[i], targets[start + i]);
            }
        }

        return all;
    }

    /// <summary>Reads a batch, and hands out the residual stream with each query's places in it while it is valid.</summary>
    private T Read<T>(
        IReadOnlyList<TraceQuery> batch, bool readLastTokens, Func<Matrix, QueryRows[], T> use, CancellationToken cancellation)
    {
        if (_prefixes is not null && batch.Any(q => q.Prompt.Length >= PrefixCache.LeastTokens))
        {
            return ReadOn(_prefixes, batch, readLastTokens, use, cancellation);
        }

        using var cache = new KeyValueCache(model.Config, keepLayers: false);
        var tree = new TokenTree();
        foreach (TraceQuery query in batch) tree.Add(query, readLastTokens);
        int[] firstRows = tree.FirstRows();
        var places = new QueryRows[batch.Count];
        for (int q = 0, node = 0; q < places.Length; node += batch[q++].Responses.Count + 1)
        {
            places[q] = new QueryRows(
                firstRows[node] + batch[q].Prompt.Length - 1, firstRows[(node + 1)..(node + 1 + batch[q].Responses.Count)]);
        }

        return use(model.Forward(tree, cache, cancellation), places);
    }

    /// <summary>The same, each prompt from where it parts from those that were read before.</summary>
    private T ReadOn<T>(
        PrefixCache prefixes, IReadOnlyList<TraceQuery> batch, bool readLastTokens, Func<Matrix, QueryRows[], T> use,
        CancellationToken cancellation)
    {
        var step = new List<NodeTokens>();
        var prompts = new List<(int Node, int Known)>();
        var places = new QueryRows[batch.Count];
        int row = 0;
        bool isRead = false;
        try
        {
            for (int q = 0; q < places.Length; q++)
            {
                int[] prompt = batch[q].Prompt;
                (int node, int known) = prefixes.Begin(prompt);
                prompts.Add((node, known));
                step.Add(new NodeTokens(node, prompt[known..]));
                row += prompt.Length - known;
                places[q] = new QueryRows(row - 1, new int[batch[q].Responses.Count]);
                for (int i = 0; i < batch[q].Responses.Count; i++)
                {
                    int[] response = batch[q].Responses[i];
                    int[] tokens = readLastTokens ? response : response[..^1];
                    step.Add(new NodeTokens(prefixes.Nodes.AddNode(node, prompt.Length), tokens));
                    places[q].FirstRows[i] = row;
                    row += tokens.Length;
                }
            }

            T result = use(model.Forward(step, prefixes.Nodes, cancellation: cancellation), places);
            isRead = true;
            return result;
        }
        finally
        {
            var own = prompts.Select(p => p.Node).ToHashSet();
            foreach (NodeTokens node in step.Where(n => !own.Contains(n.Node))) prefixes.Nodes.Release(node.Node);
            for (int q = 0; q < prompts.Count; q++)
            {
                if (isRead) prefixes.End(batch[q].Prompt, prompts[q].Node, prompts[q].Known);
                else prefixes.Nodes.Release(prompts[q].Node);
            }

            prefixes.Trim();
        }
    }

    private static TokenTrace Cut(HeadTrace head, LikelyTokens[]? likely, int[] response, double alpha, ref int at)
    {
        int first = at;
        at += response.Length;
        return TokenTrace.Of(response, head, first, alpha) with { Likeliest = likely?[first..at] };
    }

    /// <summary>Where a query's tokens lie in the residual stream.</summary>
    /// <param name="PromptEnd">The row of the prompt's last token.</param>
    /// <param name="FirstRows">The row of each response's first token.</param>
    private readonly record struct QueryRows(int PromptEnd, int[] FirstRows);
}
