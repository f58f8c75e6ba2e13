using Innate.Audits;
using Innate.Reports;

namespace Innate.Runs.Auditing;

/// <summary>The rates of an audit as a table of a report.</summary>
internal static class RateTable
{
    /// <summary>The table.</summary>
    /// <param name="caption">What it shows.</param>
    /// <param name="rates">Name, what is counted, the rate.</param>
    public static DataTable Of(
        string caption, params IReadOnlyList<(string Name, string Meaning, AuditedRate Rate)> rates) => new(
        caption,
        [new("measure"), new("what it is", IsText: true), new("rate")],
        [
            .. rates.Select(r => (IReadOnlyList<Cell>)
                [new Cell(r.Name), new Cell(r.Meaning), Cell.Percent(r.Rate.Value, r.Rate.Interval.Low, r.Rate.Interval.High)]),
        ],
        "Intervals: 95 %, percentile bootstrap over prompts; of a rate of 0 or 1, Wilson's by the prompts.");
}
