using Innate.Models;

namespace Innate.Traces;

/// <summary>Queries in batches of a bounded size, whose results come back query for query.</summary>
internal static class QueryBatches
{
    // Enough rows for the products to run at full speed; more would only hold more memory. A query with more than that is read
    // in parts, its prompt again with each: the bits are the same.
    private const int TokensATime = 2048;

    /// <summary>
    /// Works through the queries in batches of a bounded size, and gives each query all its responses' results.
    /// </summary>
    public static T[][] Work<T>(IReadOnlyList<TraceQuery> queries, Func<IReadOnlyList<TraceQuery>, List<T[]>> work)
    {
        var results = new List<T>[queries.Count];
        for (int i = 0; i < results.Length; i++) results[i] = [];
        var batch = new List<(int Query, TraceQuery Part)>();
        int tokens = 0;
        foreach ((int query, TraceQuery part) in queries.SelectMany((q, i) => Parts(q).Select(part => (i, part))))
        {
            if (batch.Count > 0 && tokens + part.TokenCount > TokensATime) Flush();
            batch.Add((query, part));
            tokens += part.TokenCount;
        }

        if (batch.Count > 0) Flush();
        return [.. results.Select(r => r.ToArray())];

        void Flush()
        {
            List<T[]> done = work([.. batch.Select(b => b.Part)]);
            for (int i = 0; i < done.Count; i++) results[batch[i].Query].AddRange(done[i]);
            batch.Clear();
            tokens = 0;
        }
    }

    /// <summary>A query with so many responses that they are read a few at a time.</summary>
    private static IEnumerable<TraceQuery> Parts(TraceQuery query)
    {
        int first = 0, tokens = 0;
        for (int i = 0; i < query.Responses.Count; i++)
        {
            int length = query.Responses[i].Length;
            if (i > first && tokens + length > TokensATime)
            {
                yield return query.Only(first..i);
                (first, tokens) = (i, 0);
            }

            tokens += length;
        }

        yield return query.Only(first..query.Responses.Count);
    }
}
