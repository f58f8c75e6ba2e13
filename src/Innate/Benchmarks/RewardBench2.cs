using System.Globalization;
using Innate.Judges;

namespace Innate.Benchmarks;

/// <summary>
/// RewardBench 2 (arXiv 2506.01937; github.com/allenai/reward-bench): one right answer among four, and Ties, where any of
/// several answers is right. Records:
/// <code>
/// {"id": "12", "subset": "Factuality", "prompt": "...", "chosen": ["..."], "rejected": ["...", "...", "..."]}
/// {"id": "tied:3", "subset": "Ties", "prompt": "Name a color of the rainbow.", "chosen": ["Red", "Blue", ...], "rejected":
/// [...]}
/// {"id": "ref:3",  "subset": "Ties", "prompt": "...", "chosen": ["..."], "rejected": [...]}
/// </code>
/// </summary>
/// <remarks>
/// Best of four: 1 where the right answer has the top score alone, 1/k where it shares it with k - 1 others, else 0. Ties: an
/// item is accurate where its worst right answer beats the best wrong one; spread = best - worst right answer, gap = worst right
/// - best wrong one; the score is 0.30 (accuracy of tied) + 0.30 (accuracy of ref) + 0.20 mean[gap_tied &gt; spread] + 0.20
/// mean[min(gap_ref, gap_tied) &gt; spread] + 0.01 mean tanh(min(gap_ref, gap_tied) / spread - 1), where 0/0 counts as 0.
/// Overall is the mean of the six.
/// </remarks>
internal sealed class RewardBench2 : IBenchmark
{
    private const string TiesPart = "ties";
    private static readonly string[] Domains = ["factuality", "precise-if", "math", "safety", "focus", TiesPart];

    private RewardBench2(IReadOnlyList<BenchmarkItem> items) => Items = items;

    /// <inheritdoc/>
    public string Name => "reward-bench-2";

    /// <inheritdoc/>
    public IReadOnlyList<BenchmarkItem> Items { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Parts => Domains;

    /// <inheritdoc/>
    public IReadOnlyList<string> Missing => [.. Domains.Except(Items.Select(i => i.Part))];

    /// <summary>Reads the benchmark.</summary>
    /// <param name="path">A file, or a folder of files.</param>
    /// <exception cref="InputException">There is no such place, or an item of another layout: named with its file.</exception>
    public static RewardBench2 Read(string path)
    {
        List<BenchmarkItem> items = [];
        foreach (BenchmarkRecord record in BenchmarkFile.Files(path).SelectMany(BenchmarkFile.Read))
        {
            string subset = record.Text("subset");
            string part = subset.ToLowerInvariant().Replace(' ', '-');
            if (!Domains.Contains(part)) throw record.Fault("subset", $"one of {string.Join(", ", Domains)}", $"\"{subset}\"");
            string id = record.Id("id");
            bool ties = part == TiesPart;
            if (ties && !IsTiesId(id)) throw record.Fault("id", "ref:N or tied:N", $"\"{id}\"");

            // Right answers first: what Texts refuses, an empty array, would leave nothing to compare.
            IReadOnlyList<string> chosen = record.Texts("chosen", ties ? null : 1);
            items.Add(new BenchmarkItem(
                $"{part}/{id}", part,
                [new JudgeQuestion(record.Prompt("prompt"), [.. chosen, .. record.Texts("rejected")])])
            {
                Cluster = ties ? $"{part}/{id[(id.IndexOf(':', StringComparison.Ordinal) + 1)..]}" : $"{part}/{id}",
                RightAnswers = chosen.Count,
            });
        }

        return new RewardBench2(PairOutcomes.RequireSome(items, path));
    }

    /// <inheritdoc/>
    public IReadOnlyList<ItemOutcome> Outcomes(IReadOnlyList<ScoredItem> scored) =>
        [.. scored.Select(s => s.Item.Part == TiesPart ? Tied(s) : BestOf(s))];

    /// <inheritdoc/>
    public IReadOnlyList<Metric> Measure(IReadOnlyList<ItemOutcome> outcomes)
    {
        ILookup<string, ItemOutcome> byPart = outcomes.ToLookup(o => o.Item.Part, StringComparer.Ordinal);
        Metric[] domains =
        [
            .. Domains.Where(byPart.Contains).Select(d => new Metric(
                d, d == TiesPart ? TiesScore.Of([.. byPart[d]]).Score : byPart[d].Average(o => o.Values[0]))),
        ];
        return [new Metric("overall", Overall(domains)), .. domains];
    }

    /// <inheritdoc/>
    public IReadOnlyList<BenchmarkMatrix> Matrices(IReadOnlyList<ItemOutcome> outcomes) => [];

    /// <summary>The plain mean of the domains that there are.</summary>
    internal static double Overall(IReadOnlyList<Metric> domains) => domains.Average(d => d.Value);

    private static ItemOutcome BestOf(ScoredItem scored)
    {
        double[] scores = scored.Scores[0].Scores;
        double top = scores.Max();
        int atTop = scores.Count(s => s >= top);
        bool right = scores[0] >= top;
        return new ItemOutcome(scored.Item, [right ? 1.0 / atTop : 0], right && atTop > 1 ? 1 : 0);
    }

    private static ItemOutcome Tied(ScoredItem scored)
    {
        int right = scored.Item.RightAnswers;
        double[] scores = scored.Scores[0].Scores;
        double best = scores[..right].Max(), worst = scores[..right].Min(), wrong = scores[right..].Max();
        bool tied = scored.Item.Id.StartsWith(TiesPart + "/tied:", StringComparison.Ordinal);
        return new ItemOutcome(
            scored.Item, [tied ? 1 : 0, worst > wrong ? 1 : 0, best - worst, worst - wrong], worst.Equals(wrong) ? 1 : 0);
    }

    private static bool IsTiesId(string id) =>
        id.Split(':') is [("ref" or "tied"), string number]
            && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
