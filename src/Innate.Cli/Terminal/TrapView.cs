using System.Globalization;
using System.Text;
using Innate.Audits;
using Innate.Audits.Traps;
using Spectre.Console;

namespace Innate.Cli.Terminal;

/// <summary>Trip rates, and the prompts that were answered worst.</summary>
internal static class TrapView
{
    private const int PromptsShown = 8, QuestionLength = 48;

    /// <summary>Two tables.</summary>
    public static string Render(TrapResults results, ColourDepth depth)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture,
            $"{results.Model ?? "given responses"} · {results.Prompts.Count} prompts, {results.Responses} responses\n");
        Table rates = Grids.Figures(["", "rate", "95 of 100"]);
        foreach ((string name, AuditedRate rate) in (ReadOnlySpan<(string, AuditedRate)>)
            [("macro", results.Macro), ("macro-hard", results.MacroHard), ("micro", results.Micro)])
        {
            rates.AddFigures(name, (RateText.Of(rate), true), (RateText.IntervalOf(rate), false));
        }

        text.Append(Screen.Render(rates, Grids.Unlimited, depth)).Append('\n');
        Table worst = Grids.Figures(["worst first", "responses", "tripped", "macro"]);
        foreach (TrappedPrompt prompt in results.Prompts.Where(p => p.Tripped > 0).Take(PromptsShown))
        {
            worst.AddFigures(
                Shortened(prompt.Question), (Whole(prompt.Responses), false), (Whole(prompt.Tripped), true),
                (RateText.Percent(prompt.Macro), false));
        }

        if (results.Prompts.Any(p => p.Tripped > 0)) text.Append(Screen.Render(worst, Grids.Unlimited, depth)).Append('\n');
        if (results.LeftOut > 0) text.Append(CultureInfo.InvariantCulture, $"{results.LeftOut} bad rows were left out\n");
        if (results.CutOff > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"{results.CutOff} responses were cut by the limit of tokens\n");
        }

        return text.Append(Colour.Dim(
            "macro: mean share of its wires that a response holds; macro-hard: responses\nthat hold any; micro: wires held by "
            + "all wires, letter case included", depth)).Append('\n').ToString();
    }

    private static string Whole(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Shortened(string text)
    {
        string line = text.ReplaceLineEndings(" ");
        return line.Length <= QuestionLength ? line : line[..QuestionLength] + "…";
    }
}
