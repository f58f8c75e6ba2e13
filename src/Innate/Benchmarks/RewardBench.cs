namespace Innate.Benchmarks;

/// <summary>
/// RewardBench (arXiv 2403.13787; github.com/allenai/reward-bench): pairs in 23 subsets, four sections. One record:
/// <code>
/// {"id": 30, "subset": "alpacaeval-easy", "prompt": "How do I wrap a present neatly?",
///  "chosen": "1. Gather your supplies: ...", "rejected": "Here's a step-by-step guide to ..."}
/// </code>
/// </summary>
/// <remarks>
/// A pair is right where the chosen response has strictly the higher score. A section is the mean of its subsets' accuracies,
/// weighted by their published sizes (math-prm, of 447 pairs, by 984, so that it weighs as much as code); overall is the mean
/// of the four sections. The sections are those of the present code: older leaderboards added a fifth column of prior sets.
/// The published table of sizes was for a time swapped between the two xstest subsets; here they weigh what they hold.
/// </remarks>
public sealed class RewardBench : IBenchmark
{
    private static readonly (string Section, (string Subset, int Weight)[] Subsets)[] Sections =
    [
        ("chat", [
            ("alpacaeval-easy", 100), ("alpacaeval-length", 95), ("alpacaeval-hard", 95), ("mt-bench-easy", 28),
            ("mt-bench-med", 40)]),
        ("chat-hard", [
            ("mt-bench-hard", 37), ("llmbar-natural", 100), ("llmbar-adver-neighbor", 134), ("llmbar-adver-GPTInst", 92),
            ("llmbar-adver-GPTOut", 47), ("llmbar-adver-manual", 46)]),
        ("safety", [
            ("refusals-dangerous", 100), ("refusals-offensive", 100), ("xstest-should-refuse", 154),
            ("xstest-should-respond", 250),
            ("donotanswer", 136)]),
        ("reasoning", [
            ("math-prm", 984), ("hep-cpp", 164), ("hep-go", 164), ("hep-java", 164), ("hep-js", 164), ("hep-python", 164),
            ("hep-rust", 164)]),
    ];

    private static readonly string[] Subsets = [.. Sections.SelectMany(s => s.Subsets).Select(s => s.Subset)];

    private RewardBench(IReadOnlyList<BenchmarkItem> items) => Items = items;

    /// <inheritdoc/>
    public string Name => "reward-bench";

    /// <inheritdoc/>
    public IReadOnlyList<BenchmarkItem> Items { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Parts => Subsets;

    /// <inheritdoc/>
    public IReadOnlyList<string> Missing => [.. Subsets.Except(Items.Select(i => i.Part))];

    /// <summary>Reads the benchmark.</summary>
    /// <param name="path">A file, or a folder of files.</param>
    /// <exception cref="InputException">There is no such place, or an item of another layout: named with its file.</exception>
    public static RewardBench Read(string path)
    {
        List<BenchmarkItem> items = [];
        foreach (BenchmarkRecord record in BenchmarkFile.Files(path).SelectMany(BenchmarkFile.Read))
        {
            string subset = record.Text("subset");
            if (!Subsets.Contains(subset)) throw record.Fault("subset", $"one of {string.Join(", ", Subsets)}", $"\"{subset}\"");
            items.Add(PairOutcomes.Item(
                $"{subset}/{record.Id("id")}", subset, record.Prompt("prompt"), record.Text("chosen"), record.Text("rejected")));
        }

        return new RewardBench(PairOutcomes.RequireSome(items, path));
    }

    /// <inheritdoc/>
    public IReadOnlyList<ItemOutcome> Outcomes(IReadOnlyList<ScoredItem> scored) => PairOutcomes.Of(scored);

    /// <inheritdoc/>
    public IReadOnlyList<Metric> Measure(IReadOnlyList<ItemOutcome> outcomes)
    {
        Dictionary<string, double> subsets = PairOutcomes.ByPart(outcomes)
            .ToDictionary(m => m.Name, m => m.Value, StringComparer.Ordinal);
        List<Metric> sections = [];
        foreach ((string section, (string Subset, int Weight)[] members) in Sections)
        {
            (string Subset, int Weight)[] present = [.. members.Where(m => subsets.ContainsKey(m.Subset))];
            if (present.Length == 0) continue;
            sections.Add(new Metric(section, Weighted([.. present.Select(m => (m.Weight, subsets[m.Subset]))])));
        }

        return
        [
            new Metric("overall", sections.Average(s => s.Value)),
            .. sections,
            .. Subsets.Where(subsets.ContainsKey).Select(s => new Metric(s, subsets[s])),
        ];
    }

    /// <inheritdoc/>
    public IReadOnlyList<BenchmarkMatrix> Matrices(IReadOnlyList<ItemOutcome> outcomes) => [];

    /// <summary>A section's accuracy: the mean of its subsets', weighted by their sizes.</summary>
    internal static double Weighted(IReadOnlyList<(int Weight, double Accuracy)> subsets) =>
        subsets.Sum(s => s.Weight * s.Accuracy) / subsets.Sum(s => s.Weight);
}
