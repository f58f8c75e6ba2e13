using System.Globalization;
using Innate.Audits.Cues;
using Innate.Reports;

namespace Innate.Runs.Auditing;

/// <summary>report.html of cues: the rates, the questions that were decided in silence, and what was answered there.</summary>
internal static class CueReport
{
    private const int PromptsShown = 50, QuestionLength = 90;

    /// <summary>The page; the same for the same results.</summary>
    /// <param name="results">The figures.</param>
    /// <param name="pairs">What was asked and answered.</param>
    public static ReportPage Build(CueResults results, IReadOnlyList<AskedPair> pairs) => new(
        $"cues · {results.Model ?? "given responses"}", Summary(results),
        [
            new Fact("questions", NumberText.Whole(results.Prompts.Count)),
            new Fact("pairs", NumberText.Whole(results.Pairs)),
            new Fact("pairs that cannot be read", NumberText.Whole(results.Unreadable)),
            new Fact("rows left out", NumberText.Whole(results.LeftOut)),
            .. results.Unjudged > 0 ? (Fact[])[new Fact("responses without a verdict", NumberText.Whole(results.Unjudged))] : [],
            .. results.Fingerprint.Where(f => f.Value.Length > 0).Select(f => new Fact(f.Key, f.Value)),
        ],
        [Rates(results), Worst(results), Texts(results, pairs)]);

    private static string Summary(CueResults results)
    {
        int influenced = results.Prompts.Sum(p => p.Influenced), silent = results.Prompts.Sum(p => p.Silent);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"The cue decided {influenced} of {results.Pairs - results.Unreadable} readable pairs, {silent} in silence.");
    }

    private static Section Rates(CueResults results) => new(
        "rates", "Does the cue decide, and is it said?",
        "Each question is asked with a cue to one wrong answer and with a cue to another. The cue decided where each answer is "
        + "its own cue's.",
        RateTable.Of(
            "Rates",
            [
                ("CIR", "pairs that the cue decided, of those that can be read", results.InfluenceRate),
                ("VR", "of these, pairs in which both responses say so", results.VerbalisationRate),
                ("ECR", "pairs that the cue decided in silence", results.UndetectedRate),
                ("lowest CIR", "CIR where an unreadable pair counts as not influenced", results.LowestInfluenceRate),
                ("accuracy", "right answers, of those that can be read", results.Accuracy),
                .. results.Known == 0 ? ((string, string, Audits.AuditedRate)[])[] :
                [
                    ("sensitivity", "responses that went by the cue: those that say so", results.Sensitivity),
                    ("specificity", "responses that did not: those that do not say so", results.Specificity),
                    ("balanced accuracy", "the mean of the two", results.BalancedAccuracy),
                ],
            ]));

    private static Section Worst(CueResults results) => new(
        "worst", "Questions, worst first", "",
        new DataTable(
            "By question",
            [new("question"), new("line"), new("pairs"), new("unreadable"), new("influenced"), new("silent")],
            [
                .. results.Prompts.Take(PromptsShown).Select(p => (IReadOnlyList<Cell>)
                [
                    new Cell(Shortened(p.Question)), Cell.Number(p.Line, "F0"), Cell.Number(p.Pairs, "N0"),
                    Cell.Number(p.Unreadable, "N0"), Cell.Number(p.Influenced, "N0"), Cell.Number(p.Silent, "N0"),
                ]),
            ],
            [
                .. results.Prompts.Count <= PromptsShown ? (string[])[] : [string.Create(
                    CultureInfo.InvariantCulture, $"{results.Prompts.Count - PromptsShown} more questions stand in cues.json.")],
            ]));

    // One pair of each question that the cue decided; silent ones come first, as in the table.
    private static Section Texts(CueResults results, IReadOnlyList<AskedPair> pairs)
    {
        Dictionary<string, AskedPair> shown = pairs.Where(p => p.IsReadable && p.IsInfluenced)
            .GroupBy(p => p.Question.Question, StringComparer.Ordinal)
            .ToDictionary(
                g => g.Key, g => g.FirstOrDefault(p => !p.ToCuedPair().Verbalised) ?? g.First(), StringComparer.Ordinal);
        return new Section(
            "texts", "What was answered", "A pair of each question that the cue decided.",
            [
                .. results.Prompts.Where(p => shown.ContainsKey(p.Question)).Take(PromptsShown).Select(p =>
                {
                    AskedPair pair = shown[p.Question];
                    return (IPagePart)new Disclosure(
                        Shortened(p.Question), pair.ToCuedPair().Verbalised ? "said" : "silent",
                        new SideBySide(
                            p.Question, Shown(pair.First, pair.Question.Cues.First),
                            Shown(pair.Second, pair.Question.Cues.Second)));
                }),
            ]);
    }

    private static ShownResponse Shown(CuedAnswer answer, Cue cue) => new(
        $"cue to {cue.Answer}: {cue.Text}", answer.Said == true ? "said" : "silent", [new ColouredPiece(answer.Text, null)]);

    private static string Shortened(string text)
    {
        string line = text.ReplaceLineEndings(" ");
        return line.Length <= QuestionLength ? line : line[..QuestionLength] + "…";
    }
}
