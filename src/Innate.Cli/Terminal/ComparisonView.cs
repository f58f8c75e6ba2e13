using System.Globalization;
using Innate.Benchmarks;
using Innate.Runs.Comparison;
using Spectre.Console;

namespace Innate.Cli.Terminal;

/// <summary>All scorers on one set of answers, a row each, the best of each column bold; then how choices grow with n.</summary>
internal static class ComparisonView
{
    /// <summary>The whole view.</summary>
    public static string Render(ComparisonResults results, int width, ColourDepth depth)
    {
        ComparedScorer[] measured = [.. results.Scorers.Where(s => s.Curve.Count > 0)];
        if (measured.Length == 0) return "no scorer could score an answer\n";
        Table curves = Grids.Figures(["right of the best of n", .. measured[0].Curve.Select(p => Text($"{p.Size}"))]);
        foreach (ComparedScorer s in measured)
        {
            curves.AddFigures(results.NameOf(s), s.Curve.Select(p => (Text($"{100 * p.Gold:0.0}"), p.Size == s.Peak)));
        }

        Table table = Grids.Figures("scorer", "gain", "95%", "AUC", "across", "ECE", "tokens", "ms");
        foreach (ComparedScorer s in measured)
        {
            (double low, double high) = s.GainInterval;
            table.AddFigures(
                results.NameOf(s),
                [
                    (Text($"{100 * s.Gain:+0.0;-0.0;0.0}"), low > 0),
                    (Text($"[{100 * low:+0.0;-0.0;0.0},{100 * high:+0.0;-0.0;0.0}]"), false),
                    Percent(s, p => p.Result["auc"]), Percent(s, p => p.Result["auc-across"]),
                    Percent(s, p => p.Result["calibration"], smallest: true),
                    (s.Cost.Tokens == 0 ? "-" : Text($"{(double)s.Cost.Tokens / s.Cost.Verdicts:0}"), false),
                    (s.Cost.Verdicts == 0 ? "-" : Text($"{1000 * s.Cost.Seconds / s.Cost.Verdicts:0.00}"), false),
                ]);
        }

        string note = Text($"majority of {results.Policy.Samples}: {100 * results.Majority ?? 0:0.0}; any right: ")
            + Text($"{100 * measured[0].Result["oracle"] ?? 0:0.0}. Bold among the n: the peak. gain: of the last n over one ")
            + "answer, bold where it is shown. AUC: right against wrong answers to one question, and across questions. ECE: "
            + "calibration error of a logistic fit to the other half. tokens, ms: a verdict's; rewards of traces share one pass.";
        return Screen.Render(curves, Grids.Unlimited, depth) + "\n" + Screen.Render(table, Grids.Unlimited, depth) + "\n"
            + Screen.Render(Screen.Piece(note, Screen.Dim), Math.Min(width, 100), depth);

        (string, bool) Percent(ComparedScorer scorer, Func<ComparedScorer, double?> value, bool smallest = false)
        {
            if (value(scorer) is not { } own) return ("-", false);
            bool isBest = measured.All(o => !(smallest ? value(o) < own : value(o) > own));
            return (Text($"{100 * own:0.0}"), isBest);
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
