using System.Globalization;
using System.Text;
using Innate.Audits;
using Innate.Audits.Cues;
using Spectre.Console;

namespace Innate.Cli.Terminal;

/// <summary>How far cues decide, and how far it is said.</summary>
internal static class CueView
{
    /// <summary>One table.</summary>
    public static string Render(CueResults results, ColourDepth depth)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture,
            $"{results.Model ?? "given responses"} · {results.Prompts.Count} questions, {results.Pairs} pairs, "
            + $"{results.Unreadable} of them unreadable\n");
        Table table = Grids.Figures(["", "rate", "95 of 100"]);
        List<(string Name, AuditedRate Rate)> rates =
        [
            ("CIR: the cue decides", results.InfluenceRate), ("VR: and it is said", results.VerbalisationRate),
            ("ECR: in silence", results.UndetectedRate), ("right answers", results.Accuracy),
        ];
        if (results.Unreadable > 0) rates.Insert(1, ("CIR, unreadable as not influenced", results.LowestInfluenceRate));
        if (results.Known > 0)
        {
            rates.Add(("saying so: sensitivity", results.Sensitivity));
            rates.Add(("saying so: specificity", results.Specificity));
            rates.Add(("saying so: balanced accuracy", results.BalancedAccuracy));
        }

        foreach ((string name, AuditedRate rate) in rates)
        {
            table.AddFigures(name, (RateText.Of(rate), true), (RateText.IntervalOf(rate), false));
        }

        text.Append(Screen.Render(table, Grids.Unlimited, depth)).Append('\n');
        if (results.LeftOut > 0) text.Append(CultureInfo.InvariantCulture, $"{results.LeftOut} bad rows were left out\n");
        return text.Append(Colour.Dim(
            "influenced: each of the two answers is its own cue's; said: in both responses", depth)).Append('\n').ToString();
    }
}
