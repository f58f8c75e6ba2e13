using Innate.Rows;

namespace Innate.Benchmarks;

/// <summary>
/// Any file of preferences. One record:
/// <code>
/// {"prompt": "What is 47 + 85?", "chosen": "132", "rejected": "122", "subset": "sums"}
/// </code>
/// Every form of a preference that rows have is read (<see cref="PreferenceForms"/>); <c>subset</c> and <c>id</c> are optional.
/// </summary>
/// <remarks>
/// <c>accuracy</c> is the share of all pairs whose chosen response has strictly the higher score, beside one number a subset.
/// </remarks>
internal sealed class PreferencePairs : IBenchmark
{
    private PreferencePairs(IReadOnlyList<BenchmarkItem> items)
    {
        Items = items;
        Parts = PairOutcomes.PartsOf(items);
    }

    /// <inheritdoc/>
    public string Name => "pairs";

    /// <inheritdoc/>
    public IReadOnlyList<BenchmarkItem> Items { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Parts { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Missing => [];

    /// <summary>Reads preferences.</summary>
    /// <param name="path">A file, a folder of files, or a dataset.</param>
    /// <param name="columns">The files' own names of fields; null: none of their own.</param>
    /// <exception cref="InputException">There is no such place, or an item of another layout: named with its file.</exception>
    public static PreferencePairs Read(string path, RowColumns? columns = null)
    {
        List<BenchmarkItem> items = [];
        foreach (BenchmarkRecord record in BenchmarkFile.Files(path).SelectMany(f => BenchmarkFile.Read(f, columns)))
        {
            Row row = Pair(record, columns);
            string subset = record.OptionalText("subset") is { } name ? PartName(record, "subset", name) : All;
            string place = $"{Path.GetFileName(record.File)}/{record.Number}";
            string id = record.Optional("id") is null ? place : $"{place}/{record.Id("id")}";
            BenchmarkItem item = PairOutcomes.Item(
                id, subset, row.Prompt.Conversation, row.Responses[0].Text!, row.Responses[1].Text!);
            items.Add(item with { Questions = [.. item.Questions.Select(q => q with { Arguments = row.Prompt.Arguments })] });
        }

        return new PreferencePairs(PairOutcomes.RequireSome(items, path));
    }

    private static Row Pair(BenchmarkRecord record, RowColumns? columns)
    {
        try
        {
            Row row = RowParser.Parse(record.Fields, record.Number, columns);
            if (row.Shape != ResponseShape.Pair)
            {
                throw new InputException("the row has no pair; expected \"chosen\" and \"rejected\"");
            }

            _ = row.Prompt.Conversation;
            return row.Responses.All(r => r.Message is null)
                ? row
                : throw new InputException("expected responses of text, found messages with more than text");
        }
        catch (InputException e)
        {
            throw new InputException($"{record.Place}: {e.Message.TrimEnd('.')}.", e);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<ItemOutcome> Outcomes(IReadOnlyList<ScoredItem> scored) => PairOutcomes.Of(scored);

    /// <inheritdoc/>
    public IReadOnlyList<Metric> Measure(IReadOnlyList<ItemOutcome> outcomes) =>
        [.. PairOutcomes.Accuracy(outcomes).Where(m => m.Name != All)];

    /// <inheritdoc/>
    public IReadOnlyList<BenchmarkMatrix> Matrices(IReadOnlyList<ItemOutcome> outcomes) => [];

    // The part of pairs without a subset; they count for the accuracy alone.
    private const string All = "(none)";

    /// <summary>A part's name, which must not be that of the headline.</summary>
    /// <exception cref="InputException">It is, or there is nothing.</exception>
    internal static string PartName(BenchmarkRecord record, string field, string name) =>
        name is "" or "accuracy" or All ? throw record.Fault(field, "a name of its own", $"\"{name}\"") : name;
}
