using System.Globalization;
using Innate.Benchmarks;
using Innate.Benchmarks.Evaluation;
using Innate.Reports;

namespace Innate.Runs.Evaluation;

/// <summary>What a report says of length: how much of each scorer's choice it is, and what a discount does to it.</summary>
internal static class LengthSections
{
    // More points than a page draws at ease are thinned out evenly.
    private const int MostPoints = 1500;

    /// <summary>The scorers' figures, and their rewards against length; null where nothing is a pair of responses.</summary>
    public static Section? Length(EvalResults results, ScorerResult[] measured)
    {
        ScorerResult[] rows = [.. measured.Where(s => s.Lengths is not null)];
        if (rows.Length == 0) return null;
        ScorerResult[] drawn = [.. rows.Where(s => s.Spec.Kind is ScorerKind.Trace or ScorerKind.Classifier or ScorerKind.Judge)];
        return new Section(
            "length", "Reward against length",
            "A reward that falls with length prefers the short answer, right or wrong. What a scorer knows beside length is its "
            + "gain over the better of the two scorers that see nothing else, and its share of the pairs of like length.",
            [
                Shares(rows),
                Correlations(rows),
                .. drawn.Length == 0 ? [] : new IPagePart[] { new Tiles([.. drawn.Select(s => Scatter(results.Benchmark, s))]) },
            ]);
    }

    /// <summary>What each discount does.</summary>
    public static Section Discount(DiscountResult discount) => new(
        "discount", "Discount",
        $"The pairs of {discount.Scorer} again, with other weights max(gamma^(h-1), beta) of token h, from the traces of the "
        + "same pass. A choice has changed where it is not that of gamma 1.",
        [
            new Tiles(
            [
                Chart(discount, "Pairs won", "per cent", p => 100 * p.Accuracy),
                Chart(discount, "Choices changed", "per cent", p => 100 * p.Changed),
                Chart(discount, $"Correlation with {discount.Unit}, within prompts", "", p => p.PearsonWithin),
            ]),
            new Disclosure(
                "The same in figures", string.Create(CultureInfo.InvariantCulture, $"{discount.Pairs:N0} pairs"),
                new DataTable(
                    "Each discount",
                    [
                        new("gamma"), new("beta"), new("pairs won", Best.Largest), new("changed"), new("r within"),
                        new("rank r"),
                    ],
                    [.. discount.Points.Select(Row)])),
        ]);

    private static IReadOnlyList<Cell> Row(DiscountPoint p) =>
    [
        new Cell(Number(p.Gamma)), new Cell(Number(p.Beta)), Cell.Percent(p.Accuracy), Cell.Percent(p.Changed),
        Cell.Number(p.PearsonWithin, "F2"), Cell.Number(p.SpearmanWithin, "F2"),
    ];

    private static LineChart Chart(DiscountResult discount, string title, string unit, Func<DiscountPoint, double> value)
    {
        IGrouping<double, DiscountPoint>[] betas = [.. discount.Points.GroupBy(p => p.Beta)];
        return new LineChart(
            title, "gamma", unit,
            [.. betas.Select(b => new Series(
                betas.Length == 1 ? title : $"beta {Number(b.Key)}", [.. b.Select(p => new SeriesPoint(p.Gamma, value(p)))]))]);
    }

    private static DataTable Shares(ScorerResult[] rows) => new(
        "What is chosen beside length",
        [
            new("scorer"), new("gain", Best.Largest), new("over", IsText: true), new("pairs won", Best.Largest),
            new("of like length", Best.Largest),
        ],
        [.. rows.Select(r => Shares(r.Spec.Name, r.Lengths!))],
        [
            "Pairs: each right response of an item with each wrong one; won: the right one has the higher score, and a tie "
                + "counts as half. Of like length: the difference is at most 10 % of the longer one.",
            "Gain: pairs won less those of the better of shorter-wins and longer-wins (by characters), in points of per "
                + "cent, with its 95 % interval by a paired bootstrap over items within their part.",
        ]);

    private static IReadOnlyList<Cell> Shares(string name, LengthFigures f) =>
    [
        new Cell(name), Cell.Number(100 * f.Gain, "+0.0;-0.0;0.0", 100 * f.GainInterval.Low, 100 * f.GainInterval.High),
        new Cell(f.Baseline), Cell.Percent(f.Accuracy) with { Interval = Of(f.Pairs) },
        Cell.Percent(f.LikeAccuracy) with { Interval = Of(f.LikePairs) },
    ];

    private static DataTable Correlations(ScorerResult[] rows) => new(
        $"Correlation of score and length in {rows[0].Lengths!.Unit}", [new("scorer"), new("r"), new("r within"), new("rank r")],
        [
            .. rows.Select(r => new[]
            {
                new Cell(r.Spec.Name), Cell.Number(r.Lengths!.Pearson, "F2"), Cell.Number(r.Lengths.PearsonWithin, "F2"),
                Cell.Number(r.Lengths.SpearmanWithin, "F2"),
            }),
        ],
        "r: Pearson's over all responses; within: after each prompt's means are taken off both; rank r: Spearman's of each "
        + "prompt, averaged.");

    private static string Of(int count) => string.Create(CultureInfo.InvariantCulture, $"of {count:N0}");

    private static ScatterChart Scatter(IBenchmark benchmark, ScorerResult row)
    {
        (string Role, CloudPoint Point)[] points =
        [
            .. row.Scored.SelectMany(s => s.Scores.SelectMany((q, i) => q.Scores.Select((score, r) => (
                benchmark.RoleOf(s.Item, r), new CloudPoint(s.Item.Questions[i].Responses[r].Length, score, s.Item.Id))))),
        ];
        int step = (points.Length / MostPoints) + 1;
        double correlation = Correlation.Pearson([.. points.Select(p => p.Point.X)], [.. points.Select(p => p.Point.Y)]);

        // There is none where all rewards, or all lengths, are equal.
        string written = double.IsNaN(correlation) ? "–" : correlation.ToString("0.00", CultureInfo.InvariantCulture);
        return new ScatterChart(
            row.Spec.Name, "characters", "reward",
            [.. points.Where((_, i) => i % step == 0).GroupBy(p => p.Role, StringComparer.Ordinal)
                .Select(g => new Cloud(g.Key, [.. g.Select(p => p.Point)]))])
        {
            Note = string.Create(
                CultureInfo.InvariantCulture,
                $"One point a response; correlation {written}{(step > 1 ? $"; one of {step} points is drawn" : "")}"),
        };
    }

    private static string Number(double x) => x.ToString("0.####", CultureInfo.InvariantCulture);
}
