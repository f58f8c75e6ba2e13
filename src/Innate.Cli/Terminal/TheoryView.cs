using System.Globalization;
using Innate.Runs.Theorems;
using Innate.Theory;
using Spectre.Console;
using Stack = Spectre.Console.Rows;

namespace Innate.Cli.Terminal;

/// <summary>The theory's checks for people: each claim, what was measured, what it had to be, whether it holds.</summary>
internal sealed class TheoryView(int width, ColourDepth depth)
{
    private const int MostColumns = 110;
    private const int FigureWidth = 9;
    private const int BoundWidth = 10;
    private const int VerdictWidth = 13;

    private static readonly Style Green = new(new Rgb(46, 160, 67).ToColor());
    private static readonly Style Red = new(new Rgb(218, 54, 51).ToColor());
    private static readonly Style Amber = new(new Rgb(191, 135, 0).ToColor());

    /// <summary>One check.</summary>
    public string Render(CheckResult check)
    {
        Paragraph title = new Paragraph(check.Name, Screen.Bold).Append($" · {check.Source}", Screen.Dim);

        // The words take what room the figures leave; the columns of all checks stand in line.
        string[] measured = [.. check.Findings.Select(f => $"{FindingText.Measured(f)} {FindingText.IntervalOf(f)}".TrimEnd())];
        Table table = new() { Border = TableBorder.None, ShowHeaders = false, Expand = true };
        Add(1, Justify.Left);
        Add(null, Justify.Left);
        Add(measured.Select(m => m.Length).Append(FigureWidth).Max(), Justify.Right);
        Add(check.Findings.Select(f => FindingText.Bound(f).Length).Append(BoundWidth).Max(), Justify.Right, after: 2);
        Add(VerdictWidth, Justify.Left);
        foreach ((Finding finding, string figure) in check.Findings.Zip(measured))
        {
            bool isLimit = finding.Standing == Standing.Limit;
            Style colour = finding.Holds ? Green : isLimit ? Amber : Red;
            table.AddRow(
                Screen.Piece(finding.Holds ? "✓" : isLimit ? "◦" : "✗", colour), Screen.Piece(finding.What), Screen.Piece(figure),
                Screen.Piece(FindingText.Bound(finding), Screen.Dim), Screen.Piece(FindingText.Verdict(finding), colour));
        }

        Stack all = new(title, Screen.Piece(check.Claim), table);
        return "\n" + Screen.Render(Indented(all), Math.Min(width, MostColumns), depth);

        void Add(int? wide, Justify alignment, int after = 1) => table.AddColumn(new TableColumn("")
        {
            Width = wide, Alignment = alignment, Padding = new Padding(0, 0, after, 0),
        });
    }

    /// <summary>The last lines: how many of what should hold does.</summary>
    public string Summary(TheoryRun run, TimeSpan elapsed)
    {
        Finding[] due = [.. run.Checks.SelectMany(c => c.Findings).Where(f => f.Standing != Standing.Limit)];
        Finding[] limits = [.. run.Checks.SelectMany(c => c.Findings).Where(f => f.Standing == Standing.Limit)];
        int held = due.Count(f => f.Holds);
        Paragraph all = held == due.Length
            ? Screen.Piece(string.Create(CultureInfo.InvariantCulture, $"All {due.Length} figures hold"), Green)
            : Screen.Piece(
                string.Create(CultureInfo.InvariantCulture, $"{due.Length - held} of {due.Length} figures do not hold"), Red);
        all.Append(string.Create(
            CultureInfo.InvariantCulture,
            $"; {limits.Count(f => !f.Holds)} of {limits.Length} limits seen; "
            + $"{elapsed.TotalSeconds:0.0} s, seed {run.Options.Seed}"));
        Paragraph meaning = Screen.Piece("A limit is nobody's claim: it shows where a claim stops.", Screen.Dim);
        return "\n" + Screen.Render(Indented(new Stack(all, meaning)), width, depth) + "\n";
    }

    private static Padder Indented(Stack rows) => new(rows, new Padding(2, 0, 0, 0));
}
