using System.Diagnostics;
using Innate.Models;
using Innate.Server.Metrics;
using Innate.Server.Models;
using Innate.Traces;

namespace Innate.Server.Scheduling;

/// <summary>Queries of many connections as one pass: equal prompts become one tree, which changes no bit of any answer.</summary>
internal static class ScoringBatch
{
    public static void Run(IReadOnlyList<ScoringWork> works, ServerMetrics metrics)
    {
        long start = Stopwatch.GetTimestamp();
        foreach (ScoringWork work in works) metrics.Waited(work.Queued, start);
        using Activity? span = ServerSpans.Batch(works);
        try
        {
            Compute(works, metrics);
        }
#pragma warning disable CA1031 // whatever went wrong is the requests' to hear; the worker goes on
        catch (Exception e) when (works.Count > 1)
        {
            ServerSpans.Failed(span, e);
            span?.Stop();

            // One query's fault must not be its neighbours': each is computed by itself, and fails by itself.
            foreach (ScoringWork work in works) Run([work], metrics);
            return;
        }
        catch (Exception e)
        {
            ServerSpans.Failed(span, e);
            works[0].Fail(e);
            return;
        }
#pragma warning restore CA1031

        metrics.Scored(works.Count, works.Sum(w => (long)w.Tokens), Stopwatch.GetElapsedTime(start));
    }

    private static void Compute(IReadOnlyList<ScoringWork> works, ServerMetrics metrics)
    {
        (ServedModel model, ScoreKind kind) = (works[0].Model, works[0].Kind);

        // A query above the batch's budget may take minutes, and is always alone.
        CancellationToken stop = works.Count == 1 ? works[0].Cancellation : CancellationToken.None;
        List<List<ScoringWork>> groups = [.. works.GroupBy(w => w.Query, PromptComparer.Instance).Select(g => g.ToList())];
        TraceQuery[] queries = [.. groups.Select(
            g => TraceQuery.Together([.. g.Select(w => w.Query)]))];
        metrics.SharedPrompts(works.Sum(w => (long)w.Query.Prompt.Length) - queries.Sum(q => (long)q.Prompt.Length));
        long saved = model.TokensSaved();
        if (kind.Classify)
        {
            IReadOnlyList<double[]> scores = model.Classify!(queries, stop);
            metrics.Cached(model.TokensSaved() - saved);
            Split(
                groups, q => q.ScoreCount,
                (g, range, query) => new ScoreResult([], null, scores[g][range]) { Query = query });
            return;
        }

        IReadOnlyList<TokenTrace[]> traces = kind.Likeliest < 0
            ? model.Traces.Trace(queries, kind.Alpha, stop)
            : model.Likeliest!(queries, kind.Likeliest, stop);
        metrics.Cached(model.TokensSaved() - saved);
        IReadOnlyList<TokenTrace[]>? references = kind.WithReference ? model.Reference!.Trace(queries, kind.Alpha, stop) : null;
        Split(
            groups, q => q.Responses.Count,
            (g, range, query) => new ScoreResult(traces[g][range], references?[g][range], null) { Query = query });
    }

    private static void Split(
        List<List<ScoringWork>> groups, Func<TraceQuery, int> count, Func<int, Range, TraceQuery, ScoreResult> result)
    {
        for (int g = 0; g < groups.Count; g++)
        {
            int at = 0;
            foreach (ScoringWork work in groups[g])
            {
                int end = at + count(work.Query);
                work.Complete(result(g, at..end, work.Query));
                at = end;
            }
        }
    }

    // Queries whose logits are masked or mixed are read by themselves: each has its own ids and prompts beside it.
    private sealed class PromptComparer : IEqualityComparer<TraceQuery>
    {
        public static readonly PromptComparer Instance = new();

        public bool Equals(TraceQuery? x, TraceQuery? y) => ReferenceEquals(x, y)
            || (x!.IsPlain && y!.IsPlain && x.Prompt.AsSpan().SequenceEqual(y.Prompt));

        public int GetHashCode(TraceQuery query)
        {
            HashCode hash = default;
            foreach (int id in query.Prompt) hash.Add(id);
            return hash.ToHashCode();
        }
    }
}
