using Innate.Text;

namespace Innate.Benchmarks;

/// <summary>
/// Multifaceted-Bench (arXiv 2405.17977; github.com/kaistAI/Janus) as preference pairs: does a system prompt that tells of a
/// person's wishes steer the reward towards the response that was written for it? One record:
/// <code>
/// {"source": "koala", "system": "You are a historian who writes for children. ...", "prompt": "Why did Rome fall?",
///  "chosen": "Long ago ...", "rejected": "The decline of the Western Roman Empire ..."}
/// </code>
/// <c>rejected</c> may be an array: each of its texts makes a pair of its own. An <c>id</c> is optional.
/// </summary>
/// <remarks>
/// The published set holds no pairs but rubrics for a judge; how EndoRM's authors made pairs of it is not published, so the pairs
/// are the user's. A pair is right where the chosen response has strictly the higher score. <c>accuracy</c> is the mean of the
/// sources' accuracies, as for the paper's five domains.
/// </remarks>
internal sealed class MultifacetedBench : IBenchmark
{
    private MultifacetedBench(IReadOnlyList<BenchmarkItem> items)
    {
        Items = items;
        Parts = PairOutcomes.PartsOf(items);
    }

    /// <inheritdoc/>
    public string Name => "multifaceted-bench";

    /// <inheritdoc/>
    public IReadOnlyList<BenchmarkItem> Items { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Parts { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Missing => [];

    /// <summary>Reads the benchmark.</summary>
    /// <param name="path">A file, or a folder of files.</param>
    /// <exception cref="InputException">There is no such place, or an item of another layout: named with its file.</exception>
    public static MultifacetedBench Read(string path)
    {
        List<BenchmarkItem> items = [];
        foreach (BenchmarkRecord record in BenchmarkFile.Files(path).SelectMany(BenchmarkFile.Read))
        {
            string source = PreferencePairs.PartName(record, "source", record.Text("source"));
            IReadOnlyList<ConversationMessage> prompt =
                [new ConversationMessage("system", record.Text("system")), .. record.Prompt("prompt")];
            string chosen = record.Text("chosen");
            string id = record.Optional("id") is null ? $"{Path.GetFileName(record.File)}/{record.Number}"
                : $"{source}/{record.Id("id")}";
            bool several = record.Optional("rejected") is { ValueKind: System.Text.Json.JsonValueKind.Array };
            IReadOnlyList<string> rejected = several ? record.Texts("rejected") : [record.Text("rejected")];
            items.AddRange(rejected.Select((r, i) =>
                PairOutcomes.Item(several ? $"{id}/{i}" : id, source, prompt, chosen, r) with { Cluster = id }));
        }

        return new MultifacetedBench(PairOutcomes.RequireSome(items, path));
    }

    /// <inheritdoc/>
    public IReadOnlyList<ItemOutcome> Outcomes(IReadOnlyList<ScoredItem> scored) => PairOutcomes.Of(scored);

    /// <inheritdoc/>
    public IReadOnlyList<Metric> Measure(IReadOnlyList<ItemOutcome> outcomes)
    {
        Metric[] sources = [.. PairOutcomes.ByPart(outcomes)];
        return [new Metric("accuracy", sources.Average(s => s.Value)), .. sources];
    }

    /// <inheritdoc/>
    public IReadOnlyList<BenchmarkMatrix> Matrices(IReadOnlyList<ItemOutcome> outcomes) => [];
}
