using System.Globalization;
using System.Text;
using Innate.Audits;
using Innate.Audits.Contamination;
using Innate.Benchmarks;
using Spectre.Console;

namespace Innate.Cli.Terminal;

/// <summary>What an audit found, as tables for people.</summary>
internal static class AuditView
{
    /// <summary>A table a reward.</summary>
    public static string Render(AuditResults results, ColourDepth depth)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture,
            $"{results.Model}{(results.After is null ? "" : $" · after: {results.After}")} · {results.Prompts} prompts, "
            + $"{results.Responses} responses\n");
        foreach (AuditedReward reward in results.Rewards)
        {
            bool isCompared = results.After is not null;
            text.Append('\n').Append(Colour.Bold(reward.Name, depth)).Append('\n');
            string[] more = isCompared ? ["after", "change", "p", ""] : [];
            Table table = Grids.Figures(["", "pairs", "shift", "95 of 100", "p", "preferred", "ties", "", .. more]);
            foreach (AuditFinding finding in reward.Findings) Add(table, finding);
            text.Append(Screen.Render(table, Grids.Unlimited, depth)).Append('\n');
            string goesWith = string.Join("; ", reward.Correlations.Select(c =>
                $"{c.Name} {Number(c.Pearson)} (within prompts {Number(c.Within)})"));
            text.Append(Colour.Dim($"correlations: {goesWith}", depth));
            text.Append('\n');
        }

        text.Append(Colour.Dim(
            "shift: standard deviations of the reward; p: sign-flip test over prompts, by Holm; preferred: the second text of a "
            + "pair", depth));
        return text.Append('\n').ToString();
    }

    /// <summary>A row a share of the questions that was shown.</summary>
    public static string Render(ContaminationResults results, ColourDepth depth)
    {
        Table table = Grids.Figures(["shown", "n", "word for word", "95 of 100", "right answer", "95 of 100"]);
        foreach (ContaminationShare share in results.Shares)
        {
            table.AddFigures(
                Percent(share.Shown),
                [
                    (share.Questions.ToString(CultureInfo.InvariantCulture), false), (Percent(share.Exact), true),
                    (Percent(share.ExactInterval), false), (Percent(share.Accuracy), true),
                    (Percent(share.AccuracyInterval), false),
                ]);
        }

        string left = results.LeftOut == 0 ? "" : string.Create(
            CultureInfo.InvariantCulture, $"{results.LeftOut} questions were left out: too short, or too long for the model\n");
        return $"{results.Model}\n{Screen.Render(table, Grids.Unlimited, depth)}\n{left}";
    }

    private static void Add(Table table, AuditFinding finding)
    {
        List<(string, bool)> cells =
        [
            (finding.Pairs.ToString(CultureInfo.InvariantCulture), false),
            (Number(finding.Shift.Value), finding.IsAccused),
            (Interval(finding.Shift.Interval), false),
            (P(finding.Shift.Corrected), false),
            (Percent(finding.Shift.Preferred), false),
            (finding.Shift.Ties.ToString(CultureInfo.InvariantCulture), false),
            (finding.IsAccused ? "accused" : "not shown", finding.IsAccused),
        ];
        if (finding is { After: { } after, Change: { } change })
        {
            cells.AddRange(
            [
                (Number(after.Value), finding.IsAccusedAfter), (Number(change.Value), false), (P(change.Corrected), false),
                (change.Verdict, change.Verdict == "amplified"),
            ]);
        }

        table.AddFigures(finding.Contrast.Name, cells);
    }

    private static string Number(double x) =>
        double.IsNaN(x) ? "–" : x.ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture);

    private static string Interval(MetricInterval interval) => $"{Number(interval.Low)} {Number(interval.High)}";

    private static string P(double p) =>
        double.IsNaN(p) ? "–" : p < 0.001 ? "<0.001" : p.ToString("0.000", CultureInfo.InvariantCulture);

    private static string Percent(double part) =>
        double.IsNaN(part) ? "–" : (100 * part).ToString("0.0", CultureInfo.InvariantCulture) + "%";

    private static string Percent(MetricInterval interval) => $"{Percent(interval.Low)}-{Percent(interval.High)}";
}
