using System.Globalization;
using Innate.Reports;
using Innate.Rows;
using Innate.Theory;

namespace Innate.Runs.Theorems;

/// <summary>A run of the checks as a page: for each its claim, its figures with their bounds, its curves.</summary>
internal static class TheoryReport
{
    /// <summary>The page; the same run, the same bytes.</summary>
    public static ReportPage Page(TheoryRun run)
    {
        Finding[] due = [.. run.Checks.SelectMany(c => c.Findings).Where(f => f.Standing != Standing.Limit)];
        int held = due.Count(f => f.Holds);
        string summary = held == due.Length
            ? $"All {due.Length} figures that should hold do."
            : $"{due.Length - held} of {due.Length} figures that should hold do not.";
        return new ReportPage(
            "The theory, counted out",
            summary,
            [
                new Fact("seed", run.Options.Seed.ToString(CultureInfo.InvariantCulture)),
                new Fact("size", run.Options.Quick ? "quick" : "full"),
                new Fact("paper", "arXiv 2506.23235"),
                new Fact("command", Command(run.Options)),
            ],
            [Overview(run), .. run.Checks.Select(Of)]);
    }

    private static string Command(TheoryOptions options) => string.Create(
        CultureInfo.InvariantCulture, $"seed {options.Seed}{(options.Quick ? ", quick" : "")}");

    private static Section Overview(TheoryRun run) => new(
        "overview",
        "At a glance",
        "Every figure is exact or an expectation over all sequences of small token processes, computed with the code that scores "
        + "responses. A limit is nobody's claim: it shows where a claim stops.",
        new DataTable(
            "Checks",
            [
                new Column("check"), new Column("claim", IsText: true), new Column("figures that hold"),
                new Column("limits seen"), new Column("verdict", IsText: true),
            ],
            [
                .. run.Checks.Select(check => (IReadOnlyList<Cell>)
                [
                    new Cell(check.Name),
                    new Cell(check.Claim),
                    new Cell(Count(check, f => f.Standing != Standing.Limit, f => f.Holds)),
                    new Cell(Count(check, f => f.Standing == Standing.Limit, f => !f.Holds)),
                    check.Holds ? new Cell("holds", Tone: CellTone.Good) : new Cell("does not hold", Tone: CellTone.Bad),
                ]),
            ]));

    private static string Count(CheckResult check, Func<Finding, bool> which, Func<Finding, bool> good)
    {
        Finding[] chosen = [.. check.Findings.Where(which)];
        return chosen.Length == 0 ? "–" : $"{chosen.Count(good)} of {chosen.Length}";
    }

    private static Section Of(CheckResult check)
    {
        List<IPagePart> parts =
        [
            new DataTable(
                check.Source,
                [
                    new Column("figure"), new Column("measured"), new Column("bound"), new Column("verdict", IsText: true),
                    new Column("whose word", IsText: true),
                ],
                [.. check.Findings.Select(Row)]),
        ];
        if (check.Charts.Count > 0) parts.Add(new Tiles([.. check.Charts.Select(Chart)]));
        if (check.Table is { } table)
        {
            parts.Add(new DataTable(
                "In numbers",
                [.. table.Columns.Select(c => new Column(c))],
                [.. table.Rows.Select(row => (IReadOnlyList<Cell>)[.. row.Select(cell => new Cell(cell))])]));
        }

        parts.Add(new Paragraph(check.Notes));
        return new Section(Id(check.Name), check.Name, check.Claim, [.. parts]);
    }

    private static Cell[] Row(Finding finding) =>
    [
        new Cell(finding.What),
        new Cell(FindingText.Measured(finding), FindingText.IntervalOf(finding)),
        new Cell(FindingText.Bound(finding)),
        new Cell(
            FindingText.Verdict(finding),
            Tone: finding.Holds ? CellTone.Good : finding.Standing == Standing.Limit ? CellTone.Quoted : CellTone.Bad),
        new Cell(FindingText.Standing(finding)),
    ];

    private static LineChart Chart(CheckChart chart) => new(
        chart.Title, chart.X, chart.Y,
        [
            .. chart.Series.Select(s => new Series(s.Name, [.. s.X.Zip(s.Y, (x, y) => new SeriesPoint(x, y))])
            {
                IsDashed = s.IsBound,
            }),
        ])
    {
        IsLogX = chart.LogX,
        IsLogY = chart.LogY,
    };

    private static string Id(string name) =>
        string.Concat(name.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));
}
