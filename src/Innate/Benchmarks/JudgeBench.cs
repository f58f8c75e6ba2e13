namespace Innate.Benchmarks;

/// <summary>
/// JudgeBench (arXiv 2410.12784; github.com/ScalerLab/JudgeBench): pairs of one model's answers, of which one is right. One
/// record:
/// <code>
/// {"pair_id": "81a4", "original_id": "1044", "source": "mmlu-pro-math", "question": "...", "response_model":
/// "gpt-4o-2024-05-13",
///  "response_A": "...", "response_B": "...", "label": "B>A"}
/// </code>
/// </summary>
/// <remarks>
/// Judges are asked in both orders: +1 for a verdict that agrees with the label, -1 for its opposite, right where the sum is
/// above 0; a judge's preferences carry both orders already (one that disagrees with itself abstains, which is no win). Reward
/// models: right where the labelled response has strictly the higher score. <c>accuracy</c> is over all pairs, beside the four
/// kinds of source: knowledge, reasoning, math, coding.
/// </remarks>
public sealed class JudgeBench : IBenchmark
{
    private static readonly (string Prefix, string Kind)[] Kinds =
    [
        ("mmlu-pro", "knowledge"), ("livebench-reasoning", "reasoning"), ("livebench-math", "math"), ("livecodebench", "coding"),
    ];

    private JudgeBench(IReadOnlyList<BenchmarkItem> items) => Items = items;

    /// <inheritdoc/>
    public string Name => "judge-bench";

    /// <inheritdoc/>
    public IReadOnlyList<BenchmarkItem> Items { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Parts { get; } = [.. Kinds.Select(k => k.Kind)];

    /// <inheritdoc/>
    public IReadOnlyList<string> Missing => [.. Parts.Except(Items.Select(i => i.Part))];

    /// <summary>Reads the benchmark.</summary>
    /// <param name="path">A file, or a folder of files.</param>
    /// <exception cref="InputException">There is no such place, or an item of another layout: named with its file.</exception>
    public static JudgeBench Read(string path)
    {
        List<BenchmarkItem> items = [];
        foreach (BenchmarkRecord record in BenchmarkFile.Files(path).SelectMany(BenchmarkFile.Read))
        {
            string source = record.Text("source");
            string kind = Kinds.FirstOrDefault(k => source.StartsWith(k.Prefix, StringComparison.Ordinal)).Kind
                ?? throw record.Fault("source", $"one that begins with {string.Join(", ", Kinds.Select(k => k.Prefix))}",
                    $"\"{source}\"");
            (string a, string b, string label) = (record.Text("response_A"), record.Text("response_B"), record.Text("label"));
            bool first = label switch
            {
                "A>B" => true,
                "B>A" => false,
                _ => throw record.Fault("label", "A>B or B>A", $"\"{label}\""),
            };
            items.Add(PairOutcomes.Item(
                $"{source}/{record.Id("pair_id")}", kind, record.Prompt("question"), first ? a : b, first ? b : a));
        }

        return new JudgeBench(PairOutcomes.RequireSome(items, path));
    }

    /// <inheritdoc/>
    public IReadOnlyList<ItemOutcome> Outcomes(IReadOnlyList<ScoredItem> scored) => PairOutcomes.Of(scored);

    /// <inheritdoc/>
    public IReadOnlyList<Metric> Measure(IReadOnlyList<ItemOutcome> outcomes)
    {
        Dictionary<string, Metric> kinds = PairOutcomes.ByPart(outcomes).ToDictionary(m => m.Name, StringComparer.Ordinal);
        return
        [
            new Metric("accuracy", outcomes.Average(o => o.Values[0])),
            .. Parts.Where(kinds.ContainsKey).Select(k => kinds[k]),
        ];
    }

    /// <inheritdoc/>
    public IReadOnlyList<BenchmarkMatrix> Matrices(IReadOnlyList<ItemOutcome> outcomes) => [];
}
