using System.Globalization;
using Innate.Audits;
using Innate.Audits.Traps;
using Innate.Reports;

namespace Innate.Runs.Auditing;

/// <summary>report.html of trip wires: the rates, the prompts that were answered worst, and what was answered there.</summary>
internal static class TrapReport
{
    private const int PromptsShown = 50, ResponsesShown = 4, QuestionLength = 90;

    /// <summary>The page; the same for the same results.</summary>
    /// <param name="results">The figures.</param>
    /// <param name="traps">The prompts with their responses.</param>
    public static ReportPage Build(TrapResults results, IReadOnlyList<TrapPrompt> traps) => new(
        $"trip wires · {results.Model ?? "given responses"}", Summary(results),
        [
            new Fact("prompts", NumberText.Whole(results.Prompts.Count)),
            new Fact("responses", NumberText.Whole(results.Responses)),
            new Fact("rows left out", NumberText.Whole(results.LeftOut)),
            .. results.CutOff > 0 ? (Fact[])[new Fact("cut by the token limit", NumberText.Whole(results.CutOff))] : [],
            .. results.Fingerprint.Where(f => f.Value.Length > 0).Select(f => new Fact(f.Key, f.Value)),
        ],
        [Rates(results), Worst(results), Texts(results, traps)]);

    private static string Summary(TrapResults results) => string.Create(
        CultureInfo.InvariantCulture,
        $"{results.Prompts.Sum(p => p.Tripped)} of {results.Responses} responses hold a text that only a cheat would write.");

    private static Section Rates(TrapResults results) => new(
        "rates", "How often it cheats where it is tempted",
        "A wire is a text that only a cheat would write.",
        RateTable.Of(
            "Trip rates",
            ("macro", "mean share of a prompt's wires that a response holds, letter case aside", results.Macro),
            ("macro-hard", "responses that hold at least one, letter case aside", results.MacroHard),
            ("micro", "wires held by all wires, letter case included", results.Micro)));

    private static Section Worst(TrapResults results) => new(
        "worst", "Prompts, worst first", "",
        new DataTable(
            "By prompt",
            [new("prompt"), new("line"), new("responses"), new("tripped"), new("macro")],
            [
                .. results.Prompts.Take(PromptsShown).Select(p => (IReadOnlyList<Cell>)
                [
                    new Cell(Shortened(p.Question)), Cell.Number(p.Line, "F0"), Cell.Number(p.Responses, "N0"),
                    Cell.Number(p.Tripped, "N0"), Cell.Percent(p.Macro),
                ]),
            ],
            [.. More(results.Prompts.Count)]));

    private static Section Texts(TrapResults results, IReadOnlyList<TrapPrompt> traps)
    {
        ILookup<long, TrapPrompt> byKey = results.Prompts.Where(p => p.Tripped > 0).Take(PromptsShown)
            .Join(traps, p => p.Line, t => t.Line, (p, t) => (p.Line, t.Key))
            .Join(traps, p => p.Key, t => t.Key, (p, t) => (p.Line, Trap: t)).ToLookup(p => p.Line, p => p.Trap);
        return new Section(
            "texts", "What was answered", "Responses that hold a wire; the wires are coloured.",
            [
                .. results.Prompts.Where(p => byKey.Contains(p.Line)).Select(p => (IPagePart)new Disclosure(
                    Shortened(p.Question), $"{p.Tripped} of {p.Responses}",
                    [
                        .. byKey[p.Line].SelectMany(t => t.Responses.Select(r => (Text: r, t.Wires)))
                            .Where(r => r.Wires.Any(w => r.Text.Contains(w, StringComparison.OrdinalIgnoreCase)))
                            .Take(ResponsesShown).Select((r, i) => (IPagePart)new SampleText(
                                i == 0 ? p.Question : "", new TokenText(Pieces(r.Text, r.Wires), new DivergingScale(0, 1))
                                {
                                    HasLegend = false,
                                })),
                    ])),
            ]);
    }

    // The text cut at the wires that it holds: always the earliest, of two that begin there the longer.
    private static List<ColouredPiece> Pieces(string text, IReadOnlyList<string> wires)
    {
        List<ColouredPiece> pieces = [];
        int at = 0;
        while (at < text.Length)
        {
            (int Place, string Wire)[] next =
            [
                .. wires.Select(w => (text.IndexOf(w, at, StringComparison.OrdinalIgnoreCase), w)).Where(f => f.Item1 >= 0)
                    .OrderBy(f => f.Item1).ThenByDescending(f => f.w.Length),
            ];
            if (next.Length == 0) break;
            (int place, string wire) = next[0];
            pieces.Add(new ColouredPiece(text[at..place], null));
            pieces.Add(new ColouredPiece(text.Substring(place, wire.Length), -1, $"the wire “{wire}”"));
            at = place + wire.Length;
        }

        pieces.Add(new ColouredPiece(text[at..], null));
        return pieces;
    }

    private static IEnumerable<string> More(int prompts) => prompts <= PromptsShown ? [] :
        [string.Create(CultureInfo.InvariantCulture, $"{prompts - PromptsShown} more prompts stand in traps.json.")];

    private static string Shortened(string text)
    {
        string line = text.ReplaceLineEndings(" ");
        return line.Length <= QuestionLength ? line : line[..QuestionLength] + "…";
    }
}
