using System.Globalization;
using Innate.Benchmarks.Policy;
using Innate.Runs.Evaluation;
using Spectre.Console;

namespace Innate.Cli.Terminal;

/// <summary>A policy's metrics as a table for people: a row a group, the whole last, its intervals under it.</summary>
internal static class PolicyView
{
    /// <summary>The whole view.</summary>
    /// <param name="set">The question set's name.</param>
    /// <param name="evaluation">What was measured.</param>
    /// <param name="depth">Colours.</param>
    public static string Render(string set, PolicyEvaluation evaluation, ColourDepth depth)
    {
        PolicyResults results = evaluation.Results;
        IReadOnlyList<PolicyMetric> whole = results.All.Metrics;
        string answers = evaluation.Samples == 1
            ? "one answer"
            : string.Create(CultureInfo.InvariantCulture, $"{evaluation.Samples} answers");
        string title = string.Create(
            CultureInfo.InvariantCulture, $"{set} · {evaluation.Model} · {answers} at temperature {evaluation.Temperature}");
        Table table = Grids.Figures(["group", "n", .. whole.Select(m => m.Name)]);
        foreach (PolicyGroup group in results.Groups) Add(group, isBold: false);
        Add(results.All, isBold: true);
        table.AddRow(
        [
            Screen.Piece("95 of 100", Screen.Dim), Screen.Piece(""),
            .. whole.Select(m => Screen.Piece(
                string.Create(CultureInfo.InvariantCulture, $"{100 * m.Low:0.0}-{100 * m.High:0.0}%"), Screen.Dim)),
        ]);
        string foot = string.Create(
            CultureInfo.InvariantCulture,
            $"{results.MeanTokens:0.0} tokens a sample; {100 * results.Unfinished:0.0}% reached the limit of tokens");
        if (results.Unscored > 0)
        {
            foot += string.Create(CultureInfo.InvariantCulture, $"; {results.Unscored} questions could not be asked");
        }

        string reasoning = results.Reasoning is null ? "" : Reasoning(results.Reasoning, depth);
        return $"{title}\n{Screen.Render(table, Grids.Unlimited, depth)}\n{foot}\n{reasoning}";

        void Add(PolicyGroup group, bool isBold) => table.AddFigures(
            group.Name,
            [
                (group.Count.ToString(CultureInfo.InvariantCulture), false),
                .. group.Metrics.Select(m => (string.Create(CultureInfo.InvariantCulture, $"{100 * m.Value:0.0}%"), isBold)),
            ]);
    }

    private static string Reasoning(ReasoningResults reasoning, ColourDepth depth)
    {
        Table table = Grids.Figures(["reasoning checked", "", "95 of 100"]);
        foreach (PolicyMetric metric in reasoning.Metrics)
        {
            table.AddFigures(
                metric.Name,
                [
                    (double.IsNaN(metric.Value) ? "–"
                        : string.Create(CultureInfo.InvariantCulture, $"{100 * metric.Value:0.0}%"), false),
                    (double.IsNaN(metric.Low) ? "–"
                        : string.Create(CultureInfo.InvariantCulture, $"{100 * metric.Low:0.0}-{100 * metric.High:0.0}%"), false),
                ]);
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"\n{Screen.Render(table, Grids.Unlimited, depth)}\n{reasoning.RightAnswers} right answers to "
            + $"{reasoning.Questions} questions, checks of each: {reasoning.Checks}, by {reasoning.Checker}\n");
    }
}
