using Innate.Judges;
using Innate.Text;

namespace Innate.Benchmarks;

/// <summary>
/// RM-Bench (arXiv 2410.16184; github.com/THU-KEG/RM-Bench): is a right answer preferred to a subtly wrong one, whatever the
/// style? One record:
/// <code>
/// {"id": 8, "prompt": "What are different drawers I should have for clothes?",
///  "chosen":   ["Organize your wardrobe with drawers for underwear, t-shirts, ...", "When organizing ...", "# Drawers ..."],
///  "rejected": ["... accessories, seasonal items, shoes, and miscellaneous clothing.", "When organizing ...", "# Drawers ..."]}
/// </code>
/// Both arrays in the order concise, detailed plain text, detailed markdown. A folder holds <c>chat_filtered.json</c>,
/// <c>code_</c>, <c>math_</c>, <c>safety-refuse_</c> and <c>safety-response_filtered.json</c>, or <c>total_dataset.json</c>
/// with a field <c>domain</c>; the two safety sets are one domain, pooled.
/// </summary>
/// <remarks>
/// A domain's score is the mean of its easy, normal and hard (<see cref="StyleMatrix"/>); overall is the mean of the domains'.
/// A tie is a miss.
/// </remarks>
public sealed class RmBench : IBenchmark
{
    private static readonly string[] Domains = ["chat", "code", "math", "safety"];
    private static readonly string[] Sets = ["chat", "code", "math", "safety-refuse", "safety-response"];
    private static readonly string[] Styles = ["concise", "plain", "markdown"];

    internal RmBench(string name, IReadOnlyList<string> parts, IReadOnlyList<BenchmarkItem> items, IReadOnlyList<string> missing)
    {
        Name = name;
        Parts = parts;
        Items = items;
        Missing = missing;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<BenchmarkItem> Items { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Parts { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Missing { get; }

    /// <summary>Reads the benchmark.</summary>
    /// <param name="path">The folder, or one file of it.</param>
    /// <exception cref="InputException">There is no such place, or an item of another layout: named with its file.</exception>
    public static RmBench Read(string path)
    {
        List<BenchmarkItem> items = [];
        foreach ((string file, string? set) in Places(path))
        {
            foreach (BenchmarkRecord record in BenchmarkFile.Read(file))
            {
                string own = record.OptionalText("domain") ?? set
                    ?? throw record.Fault("domain", $"one of {string.Join(", ", Sets)}", "none");
                if (!Sets.Contains(own) && own != "safety")
                {
                    throw record.Fault("domain", $"one of {string.Join(", ", Sets)}", $"\"{own}\"");
                }

                items.Add(Item(record, own, own.StartsWith("safety", StringComparison.Ordinal) ? "safety" : own));
            }
        }

        PairOutcomes.RequireSome(items, path);
        bool pooled = items.Any(i => i.Id.StartsWith("safety/", StringComparison.Ordinal));
        string[] missing =
        [
            .. Sets.Where(s => !(pooled && s.StartsWith("safety", StringComparison.Ordinal))
                && !items.Any(i => i.Id.StartsWith(s + "/", StringComparison.Ordinal))),
        ];
        return new RmBench("rm-bench", Domains, items, missing);
    }

    /// <summary>An item of this layout.</summary>
    internal static BenchmarkItem Item(BenchmarkRecord record, string set, string part)
    {
        IReadOnlyList<ConversationMessage> prompt = record.Prompt("prompt");
        string[] responses = [.. record.Texts("chosen", StyleMatrix.Styles), .. record.Texts("rejected", StyleMatrix.Styles)];
        return new BenchmarkItem($"{set}/{record.Id("id")}", part,
            [new JudgeQuestion(prompt, responses)]) { RightAnswers = StyleMatrix.Styles };
    }

    /// <inheritdoc/>
    public IReadOnlyList<ItemOutcome> Outcomes(IReadOnlyList<ScoredItem> scored) => [.. scored.Select(StyleMatrix.Outcome)];

    /// <inheritdoc/>
    public IReadOnlyList<Metric> Measure(IReadOnlyList<ItemOutcome> outcomes)
    {
        return Summary([.. InParts(outcomes).Select(p => (p.Part, StyleMatrix.Levels(StyleMatrix.Mean(p.Outcomes))))]);
    }

    /// <summary>The published numbers from the domains' levels: plain means over domains.</summary>
    internal static IReadOnlyList<Metric> Summary(IReadOnlyList<(string Domain, StyleLevels Levels)> domains) =>
    [
        new Metric("overall", domains.Average(d => d.Levels.Mean)),
        new Metric("easy", domains.Average(d => d.Levels.Easy)),
        new Metric("normal", domains.Average(d => d.Levels.Normal)),
        new Metric("hard", domains.Average(d => d.Levels.Hard)),
        .. domains.Select(d => new Metric(d.Domain, d.Levels.Mean)),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<BenchmarkMatrix> Matrices(IReadOnlyList<ItemOutcome> outcomes)
    {
        List<(string Part, double[,] Mean)> domains = [.. InParts(outcomes).Select(p => (p.Part, StyleMatrix.Mean(p.Outcomes)))];
        double[,] all = new double[StyleMatrix.Styles, StyleMatrix.Styles];
        for (int c = 0; c < all.Length; c++)
        {
            (int i, int j) = (c / StyleMatrix.Styles, c % StyleMatrix.Styles);
            all[i, j] = domains.Average(d => d.Mean[i, j]);
        }

        return [.. domains.Prepend(("overall", all)).Select(d => Matrix(d.Item1, d.Item2))];
    }

    private static BenchmarkMatrix Matrix(string name, double[,] values) =>
        new(name, "chosen", Styles, "rejected", Styles, values);

    private IEnumerable<(string Part, ItemOutcome[] Outcomes)> InParts(IReadOnlyList<ItemOutcome> outcomes)
    {
        ILookup<string, ItemOutcome> byPart = outcomes.ToLookup(o => o.Item.Part, StringComparer.Ordinal);
        return Parts.Where(byPart.Contains).Select(p => (p, byPart[p].ToArray()));
    }

    private static List<(string File, string? Set)> Places(string path)
    {
        if (File.Exists(path)) return [(path, SetOf(path))];
        if (!Directory.Exists(path)) throw new InputException("Data", "a file or folder", $"no {path}");
        List<(string File, string? Set)> found = [];
        foreach (string set in Sets)
        {
            if ((BenchmarkFile.Find(path, set + "_filtered") ?? BenchmarkFile.Find(path, set)) is { } file)
            {
                found.Add((file, set));
            }
        }

        if (found.Count > 0) return found;
        string total = BenchmarkFile.Find(path, "total_dataset") ?? throw new InputException(
            $"{path}: expected RM-Bench's files ({string.Join(", ", Sets.Select(s => s + "_filtered.json"))} or "
            + $"total_dataset.json), found none.");
        return [(total, null)];
    }

    private static string? SetOf(string file)
    {
        string name = Path.GetFileName(file);
        return Sets.FirstOrDefault(s => name.StartsWith(s + "_", StringComparison.Ordinal)
            || name.StartsWith(s + ".", StringComparison.Ordinal));
    }
}
