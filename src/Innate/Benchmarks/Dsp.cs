using Innate.Judges;
using Innate.Text;

namespace Innate.Benchmarks;

/// <summary>
/// DSP, domain-specific preference (arXiv 2309.03126): does a domain's system prompt steer the reward towards the response
/// written for that domain? One record of <c>domain_specific_preference.test.json</c>:
/// <code>
/// {"query": "Name three methods to reduce greenhouse gas emissions.",
///  "responses": {"academy": "...", "business": "...", "entertainment": "...", "literature": "...", "normal": "..."}}
/// </code>
/// The four domains' system prompts are data too: one JSON object {"academy": "...", "business": "...", ...}, by default
/// <c>system_prompts.json</c> beside the records.
/// </summary>
/// <remarks>
/// The endogenous reward's protocol (arXiv 2506.23235): under the system prompt of a domain d, accuracy on all four test sets,
/// where test set t asks whether t's response has strictly a higher score than each of the four others: a 4x4 table, of which
/// <c>accuracy</c> is the mean of the diagonal and <c>diagonal</c> the share of columns whose highest cell lies on it.
/// </remarks>
public sealed class Dsp : IBenchmark
{
    private static readonly string[] Domains = ["academy", "business", "entertainment", "literature"];

    private Dsp(IReadOnlyList<BenchmarkItem> items) => Items = items;

    /// <inheritdoc/>
    public string Name => "dsp";

    /// <inheritdoc/>
    public IReadOnlyList<BenchmarkItem> Items { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Parts { get; } = ["dsp"];

    /// <inheritdoc/>
    public IReadOnlyList<string> Missing => [];

    /// <summary>Reads the benchmark.</summary>
    /// <param name="path">The file of records, or its folder.</param>
    /// <param name="prompts">The file of system prompts; null: <c>system_prompts.json</c> beside the records.</param>
    /// <exception cref="InputException">A file is missing, or of another layout: named with its item.</exception>
    public static Dsp Read(string path, string? prompts = null)
    {
        string folder = Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(path))!;
        string file = Directory.Exists(path)
            ? BenchmarkFile.Find(path, "domain_specific_preference.test")
                ?? throw new InputException($"{path}: expected domain_specific_preference.test.json, found none.")
            : BenchmarkFile.Files(path)[0];
        prompts ??= Path.Combine(folder, "system_prompts.json");
        if (!File.Exists(prompts))
        {
            throw new InputException(
                $"{prompts}: expected the domains' system prompts, a JSON object {{\"academy\": \"...\", ...}}, found no file.");
        }

        BenchmarkRecord table = BenchmarkFile.ReadObject(prompts);
        ConversationMessage[] systems = [.. Domains.Select(d => new ConversationMessage("system", table.Text(d)))];
        List<BenchmarkItem> items = [];
        foreach (BenchmarkRecord record in BenchmarkFile.Read(file))
        {
            IReadOnlyList<ConversationMessage> query = record.Prompt("query");
            BenchmarkRecord responses = record.Object("responses");
            string[] texts = [.. Domains.Append("normal").Select(responses.Text)];
            items.Add(new BenchmarkItem(
                $"dsp/{record.Number}", "dsp", [.. systems.Select(s => new JudgeQuestion([s, .. query], texts))])
            {
                Rights = [.. Domains.Select((_, d) => new[] { d })],
            });
        }

        return new Dsp(PairOutcomes.RequireSome(items, file));
    }

    /// <inheritdoc/>
    public IReadOnlyList<ItemOutcome> Outcomes(IReadOnlyList<ScoredItem> scored) =>
        [.. scored.Select(s => PromptMatrix.Outcome(s, Domains.Length))];

    /// <inheritdoc/>
    public IReadOnlyList<Metric> Measure(IReadOnlyList<ItemOutcome> outcomes) => PromptMatrix.Measure(outcomes, Domains);

    /// <inheritdoc/>
    public string RoleOf(BenchmarkItem item, int response) => response < Domains.Length ? Domains[response] : "normal";

    /// <inheritdoc/>
    public IReadOnlyList<BenchmarkMatrix> Matrices(IReadOnlyList<ItemOutcome> outcomes) =>
        [new BenchmarkMatrix("domains", "system prompt", Domains, "test set", Domains,
            PromptMatrix.Mean(outcomes, Domains.Length))];
}
