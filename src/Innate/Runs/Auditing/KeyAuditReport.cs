using System.Globalization;
using Innate.Audits.Keys;
using Innate.Reports;

namespace Innate.Runs.Auditing;

/// <summary>report.html: which rewards and judges pay for nothing.</summary>
internal static class KeyAuditReport
{
    /// <summary>The page; the same for the same results.</summary>
    public static ReportPage Build(KeyResults results) => new(
        "audit · empty keys",
        string.Join(" ", results.Scorers.Select(s => string.Create(
            CultureInfo.InvariantCulture,
            $"{s.Name} of {s.Model}: some key beats a right response in {100 * (s.Any.OverRight?.Value ?? double.NaN):F1} %."))),
        [
            new Fact("prompts", NumberText.Whole(results.Prompts)),
            new Fact("left out", NumberText.Whole(results.LeftOut)),
            .. results.Fingerprint.Where(f => f.Value.Length > 0).Select(f => new Fact(f.Key, f.Value)),
        ],
        [.. results.Scorers.Select((s, i) => new Section(
            string.Create(CultureInfo.InvariantCulture, $"scorer-{i + 1}"), $"{s.Name} of {s.Model}", ThresholdNote(s),
            Table(s)))]);

    /// <summary>What "called right" means of a scorer.</summary>
    public static string ThresholdNote(KeyedScorer scorer) => scorer.Threshold is { } threshold
        ? string.Create(CultureInfo.InvariantCulture, $"Called right: a score above {threshold}.")
        : "It has no natural threshold: it says which response is better, and never that one is right.";

    private static DataTable Table(KeyedScorer scorer) => new(
        $"Empty keys: {scorer.Name}",
        [
            new("response"),
            .. scorer.Threshold is null ? (Column[])[] : [new("called right")],
            new("beats a wrong response"), new("beats a right response"),
        ],
        [
            .. scorer.Keys.Select(k => (IReadOnlyList<Cell>)
            [
                new Cell(k.Name), .. scorer.Threshold is null ? (Cell[])[] : [Share(k.CalledRight)], Share(k.OverWrong),
                Share(k.OverRight),
            ]),
        ],
        "Shares over prompts with Wilson's 95 % interval. A tie beats nothing. Any of them: the most successful key of each "
        + "prompt.");

    private static Cell Share(KeyShare? share) =>
        share is { } s ? Cell.Percent(s.Value, s.Interval.Low, s.Interval.High) : new Cell("–");
}
