using System.Globalization;
using Innate.Benchmarks;
using Innate.Reports;

namespace Innate.Runs.Comparison;

/// <summary>report.html: the table of all scorers, and what each chooses the more it may choose among.</summary>
internal static class ComparisonReport
{
    /// <summary>The page.</summary>
    public static ReportPage Build(ComparisonResults results)
    {
        ComparedScorer[] measured = [.. results.Scorers.Where(s => s.Curve.Count > 0)];
        int n = results.Policy.Samples;
        string summary = measured.Length == 0 ? "Nothing could be scored." : string.Create(
            CultureInfo.InvariantCulture,
            $"One sampling, {measured.Length} scorers: {n} answers to each of {results.Policy.Results.All.Count} questions. The "
            + $"best choice among {n}, of {results.NameOf(measured.MaxBy(s => s.Curve[^1].Gold)!)}, is right in "
            + $"{100 * measured.Max(s => s.Curve[^1].Gold):0.0} %, one answer in {100 * measured[0].Curve[0].Gold:0.0} %, the "
            + $"most frequent answer in {100 * results.Majority ?? 0:0.0} %.");
        List<Section> sections = [new Section("scorers", "Scorers", "", Table(results, measured))];
        if (measured.Length > 0)
        {
            sections.Add(new Section(
                "curves", "Best of n",
                "Every scorer chooses among the same n answers, over all subsets of n. Left, how often its choice is right; "
                + "right, the score of its choice. A score that goes on rising where the choice gets worse is over-optimised.",
                new Tiles([Gold(results, measured), Proxy(results, measured)])));
        }

        return new ReportPage(
            $"{results.Set} · {results.Policy.Model}", summary,
            [
                new("questions", NumberText.Whole(results.Policy.Results.All.Count)),
                new("answers each", NumberText.Whole(n)), new("temperature", NumberText.Short(results.Policy.Temperature)),
            ],
            sections);
    }

    private static DataTable Table(ComparisonResults results, ComparedScorer[] measured)
    {
        string best = string.Create(CultureInfo.InvariantCulture, $"best of {results.Policy.Samples}");
        return new DataTable(
            "Each scorer on the same answers",
            [
                new("scorer"), new(best, Best.Largest), new("gain"), new("AUC", Best.Largest), new("AUC across", Best.Largest),
                new("calibration error", Best.Smallest), new("weighted vote", Best.Largest), new("peak n"),
                new("tokens a verdict"), new("ms a verdict"), new("unscored"),
            ],
            [.. measured.Select(s => Row(results, s))],
            [
                "gain: over one answer, paired; not shown where its interval holds 0. AUC: of right and wrong answers to one "
                + "question; across: to all questions. Calibration error: of the probability that a logistic fit to the other "
                + "half of the questions makes of the score. Weighted vote: the answer with the greatest sum of those. Peak n: "
                + "where its choice is right most often. Rewards of one model's traces share one pass, which is told of each.",
                "Intervals: 95 %, percentile bootstrap over questions within their group.",
            ]);
    }

    private static IReadOnlyList<Cell> Row(ComparisonResults results, ComparedScorer s)
    {
        (int size, double gold, _) = s.Curve[^1];
        MetricInterval interval = s.Result.Intervals[string.Create(CultureInfo.InvariantCulture, $"best-of-{size}")];
        return
        [
            new(results.NameOf(s)), Cell.Percent(gold, interval.Low, interval.High),
            Cell.Percent(s.Gain, s.GainInterval.Low, s.GainInterval.High) with
            {
                Tone = s.GainInterval is { Low: <= 0, High: >= 0 } ? CellTone.Quoted : CellTone.Plain,
            },
            Of("auc"), Of("auc-across"), Of("calibration"), Of("weighted"), Cell.Number(s.Peak, "N0"),
            s.Cost.Tokens > 0 ? Cell.Short((double)s.Cost.Tokens / s.Cost.Verdicts) : new Cell("–"),
            s.Cost.Verdicts > 0 ? Cell.Short(1000 * s.Cost.Seconds / s.Cost.Verdicts) : new Cell("–"),
            Cell.Number(s.Result.Unscored, "N0"),
        ];

        Cell Of(string metric) => s.Result[metric] is { } value ? Cell.Percent(value) : new Cell("–");
    }

    private static LineChart Gold(ComparisonResults results, ComparedScorer[] measured) => new(
        "right choices", "n", "%",
        [
            .. measured.Select((s, i) => new Series(
                results.NameOf(s), [.. s.Curve.Select(p => new SeriesPoint(p.Size, 100 * p.Gold))])
            {
                Colour = i % 8, IsDashed = s.Result.Spec.IsBaseline,
            }),
        ])
    {
        IsLogX = true,
        Link = "n",
        Levels =
        [
            .. results.Majority is { } m ? (Level[])[new Level("majority of all", 100 * m)] : [],
            .. measured[0].Result["oracle"] is { } o ? (Level[])[new Level("any is right", 100 * o)] : [],
        ],
    };

    private static LineChart Proxy(ComparisonResults results, ComparedScorer[] measured) => new(
        "score of the choice", "n", "standard deviations above the mean",
        [
            .. measured.Select((s, i) => new Series(
                results.NameOf(s), [.. s.Curve.Select(p => new SeriesPoint(p.Size, p.Proxy))])
            {
                Colour = i % 8, IsDashed = s.Result.Spec.IsBaseline,
            }),
        ])
    {
        IsLogX = true,
        Link = "n",
    };
}
