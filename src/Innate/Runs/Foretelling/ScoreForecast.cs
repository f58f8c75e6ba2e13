using System.Diagnostics;
using Innate.Models;
using Innate.Rows;
using Innate.Sessions;
using Innate.Traces;

namespace Innate.Runs.Foretelling;

/// <summary>What scoring rows will take: the passes that they become, at the pace of a small piece of them.</summary>
internal static class ScoreForecast
{
    // Enough for the products to run as fast as they will.
    private const int SmallTokens = 96, LargeTokens = 768;

    /// <param name="batches">The rows.</param>
    /// <param name="sessions">The model, and the reference where there is one: loaded.</param>
    /// <param name="loadSeconds">What loading took.</param>
    /// <param name="cancellation">Stops between rows.</param>
    public static Forecast Of(
        RowBatches batches, IReadOnlyList<ModelSession> sessions, double loadSeconds, CancellationToken cancellation)
    {
        List<PassSize> passes = [];
        List<TraceQuery> some = [];
        long rows = 0, bad = 0, tokens = 0;
        long start = Stopwatch.GetTimestamp();
        while (batches.Next(cancellation) is { Count: > 0 } batch)
        {
            TraceQuery[] queries = [.. batch.Select(r => r.Query).OfType<TraceQuery>()];
            bad += batch.Count - queries.Length;
            rows += queries.Length;
            tokens += queries.Sum(q => (long)q.TokenCount);
            if (some.Sum(q => q.TokenCount) < LargeTokens) some.AddRange(queries);
            QueryBatches.Work<int>(queries, part =>
            {
                passes.Add(PassSize.Of(part));
                return [.. part.Select(_ => (int[])[])];
            });
        }

        double reading = Stopwatch.GetElapsedTime(start).TotalSeconds, seconds = 0;
        long peak = Process.GetCurrentProcess().PeakWorkingSet64, resident = Environment.WorkingSet;
        foreach (ModelSession session in sessions)
        {
            if (passes.Count == 0) break;
            CausalLanguageModel decoder = session.Decoder!;
            resident += passes.Max(p => RunMemory.Reading(decoder.Config, p, decoder.Kernels.Threads));
            Pace pace = Measure(session, some, cancellation);
            seconds += pace.First + passes.Sum(p => pace.Of(PassWork.Reading(decoder.Config, p)));
        }

        return new Forecast
        {
            Unit = "rows", Items = rows, BadRows = bad, Tokens = tokens, LoadSeconds = loadSeconds,

            // Rows are encoded while others are computed.
            Seconds = loadSeconds + Math.Max(seconds, reading),
            PeakBytes = Math.Max(peak, resident),
        };
    }

    /// <summary>The pace of a model's reading, on pieces of the queries.</summary>
    public static Pace Measure(ModelSession session, IReadOnlyList<TraceQuery> queries, CancellationToken cancellation)
    {
        (double, Action) Piece(int tokens)
        {
            TraceQuery[] cut = [.. Cut(queries, tokens)];
            void Read()
            {
                if (session.IsClassifier) session.ScoreClassifier(cut, cancellation);
                else session.Traces.Trace(cut, 1, cancellation);
            }

            return (PassWork.Reading(session.Config!, PassSize.Of(cut)), Read);
        }

        return Pace.Measure(Piece(SmallTokens), Piece(LargeTokens));
    }

    // As many whole queries as fit, and of the next one its beginning: a prompt keeps its share of it.
    internal static IEnumerable<TraceQuery> Cut(IReadOnlyList<TraceQuery> queries, int tokens)
    {
        foreach (TraceQuery query in queries)
        {
            if (tokens < 2) yield break;
            if (query.TokenCount <= tokens)
            {
                tokens -= query.TokenCount;
                yield return query;
                continue;
            }

            int prompt = Math.Clamp((int)((long)tokens * query.Prompt.Length / query.TokenCount), 1, query.Prompt.Length);
            int[] response = query.Responses[0];
            yield return new TraceQuery(query.Prompt[..prompt], [response[..Math.Clamp(tokens - prompt, 1, response.Length)]]);
            yield break;
        }
    }
}
