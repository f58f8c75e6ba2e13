using Innate.Judges;

namespace Innate.Benchmarks;

/// <summary>
/// Items that are pairs: the better response first. An outcome's one value is 1 where it wins; a tie is a miss.
/// </summary>
internal static class PairOutcomes
{
    /// <summary>An item of one prompt and two responses.</summary>
    public static BenchmarkItem Item(string id, string part, IReadOnlyList<Innate.Text.ConversationMessage> prompt, string chosen,
        string rejected) =>
        new(id, part, [new JudgeQuestion(prompt, [chosen, rejected])]);

    public static IReadOnlyList<ItemOutcome> Of(IReadOnlyList<ScoredItem> scored) =>
        [.. scored.Select(s => Of(s.Item, s.Scores[0].Compare(0, 1)))];

    public static ItemOutcome Of(BenchmarkItem item, int comparison) =>
        new(item, [comparison > 0 ? 1 : 0], comparison == 0 ? 1 : 0);

    /// <summary>The share of wins of all pairs, and of each part.</summary>
    public static IReadOnlyList<Metric> Accuracy(IReadOnlyList<ItemOutcome> outcomes) =>
    [
        new Metric("accuracy", outcomes.Average(o => o.Values[0])),
        .. ByPart(outcomes),
    ];

    /// <summary>Each part's share of wins, in the order in which parts first appear.</summary>
    public static IEnumerable<Metric> ByPart(IReadOnlyList<ItemOutcome> outcomes) => outcomes
        .GroupBy(o => o.Item.Part, StringComparer.Ordinal)
        .Select(part => new Metric(part.Key, part.Average(o => o.Values[0])));

    /// <summary>The mean over those that have a number; where none has, there is none.</summary>
    public static double MeanOfNumbers(IEnumerable<double> values) =>
        values.Where(v => !double.IsNaN(v)).DefaultIfEmpty(double.NaN).Average();

    /// <summary>The parts that occur, in the order in which they first appear.</summary>
    public static IReadOnlyList<string> PartsOf(IReadOnlyList<BenchmarkItem> items) =>
        [.. items.Select(i => i.Part).Distinct(StringComparer.Ordinal)];

    /// <exception cref="InputException">There is none.</exception>
    public static IReadOnlyList<BenchmarkItem> RequireSome(IReadOnlyList<BenchmarkItem> items, string path) =>
        items.Count > 0 ? items : throw new InputException($"{path}: expected at least one item, found none.");
}
