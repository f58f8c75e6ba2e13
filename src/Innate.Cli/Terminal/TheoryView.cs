using System.Globalization;
using System.Text;
using Innate.Rows;
using Innate.Runs.Theorems;
using Innate.Theory;

namespace Innate.Cli.Terminal;

/// <summary>The theory's checks for people: each claim, what was measured, what it had to be, whether it holds.</summary>
internal sealed class TheoryView(int width, ColourDepth depth)
{
    private const string Indent = "  ";
    private const int FigureWidth = 9;
    private const int BoundWidth = 11;
    private const int VerdictWidth = 14;

    private static readonly Rgb Green = new(46, 160, 67);
    private static readonly Rgb Red = new(218, 54, 51);
    private static readonly Rgb Amber = new(191, 135, 0);

    /// <summary>One check.</summary>
    public string Render(CheckResult check)
    {
        StringBuilder text = new();
        text.Append('\n').Append(Indent).Append(Colour.Bold(check.Name, depth)).Append(Colour.Dim($" · {check.Source}", depth))
            .Append('\n');
        foreach (string line in Wrap(check.Claim, width - 4)) text.Append(Indent).Append(line).Append('\n');
        foreach (Finding finding in check.Findings) AppendFinding(text, finding);
        return text.ToString();
    }

    /// <summary>The last lines: how many of what should hold does.</summary>
    public string Summary(TheoryRun run, TimeSpan elapsed)
    {
        Finding[] due = [.. run.Checks.SelectMany(c => c.Findings).Where(f => f.Standing != Standing.Limit)];
        Finding[] limits = [.. run.Checks.SelectMany(c => c.Findings).Where(f => f.Standing == Standing.Limit)];
        int held = due.Count(f => f.Holds);
        string all = held == due.Length
            ? Paint(string.Create(CultureInfo.InvariantCulture, $"All {due.Length} figures hold"), Green)
            : Paint(string.Create(CultureInfo.InvariantCulture, $"{due.Length - held} of {due.Length} figures do not hold"), Red);
        string rest = string.Create(
            CultureInfo.InvariantCulture,
            $"; {limits.Count(f => !f.Holds)} of {limits.Length} limits seen; "
            + $"{elapsed.TotalSeconds:0.0} s, seed {run.Options.Seed}");
        string meaning = "A limit is nobody's claim: it shows where a claim stops.";
        return $"\n{Indent}{all}{rest}\n{Indent}{Colour.Dim(meaning, depth)}\n\n";
    }

    private void AppendFinding(StringBuilder text, Finding finding)
    {
        Rgb colour = finding.Holds ? Green : finding.Standing == Standing.Limit ? Amber : Red;
        string mark = finding.Holds ? "✓" : finding.Standing == Standing.Limit ? "◦" : "✗";
        string measured = $"{FindingText.Measured(finding)} {FindingText.IntervalOf(finding)}".TrimEnd();
        int room = Math.Max(20, width - Indent.Length - 2 - FigureWidth - BoundWidth - VerdictWidth - 3);

        // An interval takes room from the words beside it.
        int figure = Math.Max(FigureWidth, measured.Length + 1);
        string[] words = [.. Wrap(finding.What, room - (figure - FigureWidth) - 1)];
        for (int line = 0; line < words.Length; line++)
        {
            text.Append(Indent).Append(line == 0 ? Paint(mark, colour) : " ").Append(' ');
            if (line < words.Length - 1)
            {
                text.Append(words[line]).Append('\n');
                continue;
            }

            text.Append(words[line].PadRight(room - (figure - FigureWidth)))
                .Append(measured.PadLeft(figure))
                .Append(Colour.Dim(FindingText.Bound(finding).PadLeft(BoundWidth), depth))
                .Append(Indent).Append(Paint(FindingText.Verdict(finding), colour)).Append('\n');
        }
    }

    private string Paint(string text, Rgb colour) =>
        depth == ColourDepth.None ? text : Colour.Foreground(colour, depth) + text + Colour.Reset;

    private static IEnumerable<string> Wrap(string text, int room)
    {
        StringBuilder line = new();
        foreach (string word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > room)
            {
                yield return line.ToString();
                line.Clear();
            }

            if (line.Length > 0) line.Append(' ');
            line.Append(word);
        }

        yield return line.ToString();
    }
}
