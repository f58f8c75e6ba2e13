using System.Text.Json;
using Innate.Judges;
using Innate.Text;

namespace Innate.Benchmarks;

/// <summary>
/// RMGAP (arXiv 2605.01831; github.com/nanzhi84/RMGAP): does a reward follow the preference that a prompt states? Four responses
/// in four manners; four groups of prompts, each group three wordings of one wish, which one of the responses meets. One record:
/// <code>
/// {"id": "chat-1", "domain": "Chat", "source": "...",
///  "responses": [{"key": "A", "text": "..."}, {"key": "B", "text": "..."}, ... four of them],
///  "prompt_groups": [{"winner": "A", "prompts": [{"text": "..."}, {"text": "..."}, {"text": "..."}]}, ... four of them]}
/// </code>
/// An item is a record: twelve questions over the same responses, which stand in the order of their keys.
/// </summary>
/// <remarks>
/// Of a domain's prompts: <c>pair</c> is the share of (winner, other response) that the winner wins with strictly the higher
/// score; <c>best-of-4</c> the share of prompts whose winner beats all three others so. Of its groups: <c>consistency</c> is the
/// share whose three prompts rank all four responses alike (of equal scores the lower key first), right or wrong, as published;
/// <c>all-right</c> the share whose three prompts all have their winner on top. Each is the mean of the domains'.
/// </remarks>
internal sealed class RmGap : IBenchmark
{
    public const string OwnName = "rmgap";

    private const int Count = 4, Wordings = 3;
    private static readonly string[] Domains = ["chat", "writing", "reasoning", "safety"];
    private static readonly string[] Measures = ["best-of-4", "pair", "consistency", "all-right"];

    private RmGap(IReadOnlyList<BenchmarkItem> items) => Items = items;

    /// <inheritdoc/>
    public string Name => OwnName;

    /// <inheritdoc/>
    public IReadOnlyList<BenchmarkItem> Items { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Parts => Domains;

    /// <inheritdoc/>
    public IReadOnlyList<string> Missing => [.. Domains.Except(Items.Select(i => i.Part))];

    /// <summary>The discounted sum of log-probabilities, with the weights that the benchmark's own code ships.</summary>
    public string UsualScorer => "endogenous-logprob,gamma=0.93";

    /// <summary>Reads the benchmark.</summary>
    /// <param name="path">A file, or a folder of files.</param>
    /// <exception cref="InputException">There is no such place, or an item of another layout: named with its file.</exception>
    public static RmGap Read(string path) => new(PairOutcomes.RequireSome(
        [.. BenchmarkFile.Files(path).SelectMany(BenchmarkFile.Read).Select(Item)], path));

    private static BenchmarkItem Item(BenchmarkRecord record)
    {
        string domain = record.Text("domain").ToLowerInvariant();
        if (!Domains.Contains(domain))
        {
            throw record.Fault("domain", "Chat, Writing, Reasoning or Safety", $"\"{record.Text("domain")}\"");
        }

        SortedDictionary<string, string> responses = new(StringComparer.Ordinal);
        foreach (BenchmarkRecord response in record.Objects("responses", Count))
        {
            if (!responses.TryAdd(response.Id("key"), Written(response)))
            {
                throw response.Fault("key", "a key of its own", $"\"{response.Id("key")}\" again");
            }
        }

        string[] keys = [.. responses.Keys], texts = [.. responses.Values];
        List<JudgeQuestion> questions = [];
        List<int[]> rights = [];
        foreach (BenchmarkRecord group in record.Objects("prompt_groups", Count))
        {
            int winner = Array.IndexOf(keys, group.Id("winner"));
            if (winner < 0)
            {
                throw group.Fault("winner", $"one of the responses' keys {string.Join(", ", keys)}", $"\"{group.Id("winner")}\"");
            }

            foreach (BenchmarkRecord prompt in group.Objects("prompts", Wordings))
            {
                questions.Add(new JudgeQuestion([new ConversationMessage("user", Written(prompt))], texts));
                rights.Add([winner]);
            }
        }

        return new BenchmarkItem($"{domain}/{record.Id("id")}", domain, questions) { Rights = rights };
    }

    private static string Written(BenchmarkRecord record) => record.Text("text") is { } text && !string.IsNullOrWhiteSpace(text)
        ? text
        : throw record.Fault("text", "a text", "nothing but white space");

    /// <summary>Values: the shares of an item's prompts and groups, in the order of the four measures.</summary>
    /// <inheritdoc/>
    public IReadOnlyList<ItemOutcome> Outcomes(IReadOnlyList<ScoredItem> scored) => [.. scored.Select(Outcome)];

    private static ItemOutcome Outcome(ScoredItem scored)
    {
        int pairs = 0, tops = 0, alike = 0, allRight = 0, ties = 0;
        for (int group = 0; group < Count; group++)
        {
            int topsBefore = tops;
            for (int q = group * Wordings; q < (group + 1) * Wordings; q++)
            {
                int winner = scored.Item.RightOf(q)[0];
                int[] comparisons = [.. scored.Item.WrongOf(q).Select(other => scored.Scores[q].Compare(winner, other))];
                pairs += comparisons.Count(c => c > 0);
                ties += comparisons.Count(c => c == 0);
                if (comparisons.All(c => c > 0)) tops++;
            }

            if (tops - topsBefore == Wordings) allRight++;
            int[] first = Ranking(scored.Scores[group * Wordings]);
            if (Enumerable.Range(1, Wordings - 1).All(w => Ranking(scored.Scores[(group * Wordings) + w]).SequenceEqual(first)))
            {
                alike++;
            }
        }

        const double prompts = Count * Wordings, groups = Count;
        return new ItemOutcome(
            scored.Item, [tops / prompts, pairs / (prompts * (Count - 1)), alike / groups, allRight / groups], ties);
    }

    // The sort is stable: of equal scores the lower key comes first.
    private static int[] Ranking(QuestionScores question) =>
        [.. Enumerable.Range(0, Count).OrderByDescending(i => question.Scores[i])];

    /// <inheritdoc/>
    public IReadOnlyList<Metric> Measure(IReadOnlyList<ItemOutcome> outcomes)
    {
        ILookup<string, ItemOutcome> byDomain = outcomes.ToLookup(o => o.Item.Part, StringComparer.Ordinal);
        string[] domains = [.. Domains.Where(byDomain.Contains)];
        return
        [
            .. Measures.Select((name, m) => new Metric(name, domains.Average(d => Of(d, m)))),
            .. Measures.SelectMany((name, m) => domains.Select(d => new Metric(m == 0 ? d : $"{d} {name}", Of(d, m)))),
        ];

        double Of(string domain, int measure) => byDomain[domain].Average(o => o.Values[measure]);
    }

    /// <inheritdoc/>
    public IReadOnlyList<BenchmarkMatrix> Matrices(IReadOnlyList<ItemOutcome> outcomes) => [];

    /// <inheritdoc/>
    public string RoleOf(BenchmarkItem item, int response) => $"response {response + 1}";
}
