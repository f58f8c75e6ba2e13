using System.Globalization;
using System.Text;
using Innate.Audits.Keys;
using Spectre.Console;

namespace Innate.Cli.Terminal;

/// <summary>What empty keys earn, as tables for people.</summary>
internal static class KeyAuditView
{
    /// <summary>A table a scorer.</summary>
    public static string Render(KeyResults results, ColourDepth depth)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{results.Prompts} prompts");
        if (results.LeftOut > 0) text.Append(CultureInfo.InvariantCulture, $", {results.LeftOut} rows left out");
        text.Append('\n');
        foreach (KeyedScorer scorer in results.Scorers)
        {
            bool calls = scorer.Threshold is not null;
            text.Append('\n').Append(Colour.Bold($"{scorer.Name} of {scorer.Model}", depth)).Append('\n');
            Table table = Grids.Figures(
                ["", .. calls ? (string[])["called right", "95 of 100"] : [], "beats a wrong one", "95 of 100", "a right one",
                    "95 of 100"]);
            foreach (KeyFigures key in scorer.Keys)
            {
                table.AddFigures(
                    key.Name, [.. calls ? Cells(key.CalledRight) : [], .. Cells(key.OverWrong), .. Cells(key.OverRight)]);
            }

            text.Append(Screen.Render(table, Grids.Unlimited, depth)).Append('\n');
            string note = scorer.Threshold is { } threshold
                ? string.Create(CultureInfo.InvariantCulture, $"called right: above {threshold}")
                : "no natural threshold: it calls nothing right, it prefers";
            text.Append(Colour.Dim(note, depth)).Append('\n');
        }

        return text.ToString();
    }

    private static (string, bool)[] Cells(KeyShare? share) => share is not { } s ? [("–", false), ("", false)]
        : [(Percent(s.Value), false), ($"{Percent(s.Interval.Low)}-{Percent(s.Interval.High)}", false)];

    private static string Percent(double part) =>
        double.IsNaN(part) ? "–" : (100 * part).ToString("0.0", CultureInfo.InvariantCulture) + "%";
}
