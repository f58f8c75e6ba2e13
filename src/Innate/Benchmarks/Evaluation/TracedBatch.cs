using Innate.Models;
using Innate.Sessions;
using Innate.Traces;

namespace Innate.Benchmarks.Evaluation;

/// <summary>An item that a scorer of traces scored.</summary>
/// <param name="Item">The item.</param>
/// <param name="Result">Its scores.</param>
/// <param name="Own">The model's traces: of each question one a response.</param>
/// <param name="Reference">The reference's; null: none.</param>
internal sealed record TracedItem(
    EncodedItem Item, ItemResult Result, IReadOnlyList<TokenTrace[]> Own, IReadOnlyList<TokenTrace[]>? Reference);

/// <summary>A batch of items with their traces.</summary>
/// <param name="Items">The items; one that the model refused has its reason in place of ids.</param>
/// <param name="ByAlpha">Of each alpha that is read: of each question one a response; none where no scorer reads traces.</param>
/// <param name="Reference">The reference's at alpha 1; null: there is none.</param>
internal sealed record TracedBatch(
    IReadOnlyList<EncodedItem> Items, IReadOnlyDictionary<double, TokenTrace[][]> ByAlpha, TokenTrace[][]? Reference)
{
    private readonly Dictionary<int, int> _starts = StartsOf(Items);

    /// <summary>Tokens that were read of each alpha.</summary>
    public long TokenCount { get; } = Items.Sum(i => (long)i.TokenCount);

    /// <summary>The traces that serve a scorer: of its own alpha where it has one, else of any.</summary>
    public TokenTrace[][] Of(ScorerSpec spec) => spec.IsWeighted ? ByAlpha[spec.Options.Alpha] : ByAlpha.Values.First();

    /// <summary>An item's part of what there is of each question: as many entries as it has questions.</summary>
    public ArraySegment<T> PartOf<T>(T[] all, EncodedItem item) =>
        new(all, _starts[item.Index], item.Queries!.Count);

    /// <summary>One item of the batch.</summary>
    public TracedBatch Only(EncodedItem item) => item.Queries is null ? new TracedBatch([item], ByAlpha, Reference)
        : new TracedBatch(
            [item], ByAlpha.ToDictionary(a => a.Key, a => PartOf(a.Value, item).ToArray()),
            Reference is { } all ? [.. PartOf(all, item)] : null);

    private static Dictionary<int, int> StartsOf(IReadOnlyList<EncodedItem> items)
    {
        Dictionary<int, int> starts = [];
        int next = 0;
        foreach (EncodedItem item in items.Where(i => i.Queries is not null))
        {
            starts[item.Index] = next;
            next += item.Queries!.Count;
        }

        return starts;
    }
}

/// <summary>
/// Reads batches of items. All scorers of traces of one alpha share one pass; those that do not depend on alpha share the first.
/// </summary>
/// <param name="specs">The scorers.</param>
/// <param name="session">The model.</param>
/// <param name="reference">The implicit reward's reference; null: none is needed.</param>
internal sealed class BatchTracer(IReadOnlyList<ScorerSpec> specs, ModelSession session, ModelSession? reference)
{
    private readonly bool _reads =
        specs.Any(s => s.Kind == ScorerKind.Trace || s.Expression?.Needs.Passes.Any(p => p.View.IsOwn) == true);

    private readonly double[] _alphas = specs.Where(s => s.IsWeighted).Select(s => s.Options.Alpha)
        .Concat(specs.SelectMany(s => s.Expression?.Needs.Passes ?? []).Where(p => p.View.IsOwn).Select(p => p.Alpha))
        .Distinct().DefaultIfEmpty(1).ToArray();

    /// <summary>A batch with its traces.</summary>
    public TracedBatch Read(IReadOnlyList<EncodedItem> items, CancellationToken cancellation)
    {
        try
        {
            return Traced(items, cancellation);
        }
        catch (InputException)
        {
            // An engine may refuse what its limits did not tell: it is found out whose fault it is, one item at a time.
            EncodedItem[] read = [.. items.Select(
                i => Refused(i, cancellation) is { } why ? i with { Queries = null, Refusal = why } : i)];
            return Traced(read, cancellation);
        }
    }

    private string? Refused(EncodedItem item, CancellationToken cancellation)
    {
        try
        {
            _ = Traced([item], cancellation);
            return null;
        }
        catch (InputException e)
        {
            return e.Message.TrimEnd('.');
        }
    }

    private TracedBatch Traced(IReadOnlyList<EncodedItem> items, CancellationToken cancellation)
    {
        TraceQuery[] queries = [.. items.SelectMany(i => i.Queries ?? [])];
        return !_reads || queries.Length == 0 ? new TracedBatch(items, new Dictionary<double, TokenTrace[][]>(), null)
            : new TracedBatch(
                items, _alphas.ToDictionary(a => a, a => session.Traces.Trace(queries, a, cancellation).ToArray()),
                reference?.Traces.Trace(queries, 1, cancellation).ToArray());
    }
}
