using Innate.Reports;
using Innate.Runs.Training;

namespace Innate.Runs.Aligning;

/// <summary>The story of an alignment as one page: verdict, measures before and after, curves from the start, answers.</summary>
internal static class AlignReport
{
    private const int MostPairs = 8;

    /// <summary>Writes the page; it appears under its name only when it is whole.</summary>
    public static void Write(
        AlignSettings settings, string model, AlignFindings findings, PromptSets sets, string path)
    {
        List<Section> sections = [Verdict(findings), Measures(findings)];
        if (findings.Learned.Metrics.Count > 0) sections.Add(RunReport.Curves(findings.Learned.Metrics));
        sections.Add(Answers(findings));
        new ReportPage(
            $"Aligned: {model}", $"{findings.Verdict.Name} · {findings.Verdict.Sentence}",
            [
                new("model", model), new("prompts", Path.GetFileName(settings.Prompts)),
                new("judged by", findings.PrimaryName.Length > 0 ? findings.PrimaryName : "nothing"),
                new("learn / choose / judge", $"{sets.Learn.Count} / {sets.Choose.Count} / {sets.Judge.Count}"),
                .. AlignTable.Align.Rows.Where(r => r.IsRecipe && r.NoEffect(settings) is null && r.Get(settings) is not null)
                    .Select(r => new Fact(Innate.Runs.Settings.SettingNames.Words(r.Name), r.Text(settings))),
            ],
            sections).Write(path);
    }

    private static Section Verdict(AlignFindings findings) => new(
        "verdict", $"Verdict: {findings.Verdict.Name}", "",
        [.. findings.Lines().Select(l => new Paragraph($"{l.Name}: {l.Value}"))]);

    private static Section Measures(AlignFindings findings)
    {
        List<IReadOnlyList<Cell>> rows = [];
        if (findings.Primary is { } primary)
        {
            rows.Add(
            [
                new(findings.PrimaryName), Cell.Percent(primary.Before), Cell.Percent(primary.After),
                Cell.Number(100 * primary.Mean, "F1", 100 * primary.Low, 100 * primary.High) with
                {
                    Tone = primary.Low > 0 ? CellTone.Good : primary.High < 0 ? CellTone.Bad : CellTone.Plain,
                },
            ]);
        }

        if (findings.Reward is { } reward) rows.Add(Row("trained reward", reward));
        rows.Add(Row("log-likelihood of a token under the start", findings.LogLikelihood));
        DataTable measures = new(
            "On the prompts that judge", [new("measure"), new("before"), new("after"), new("difference, 95 % interval")], rows,
            "Intervals: 2,000 resamples of prompts, paired. The first row decides (in points); the likelihood under the start is "
            + "the trained reward's twin and is never counted.");
        DataTable guards = Guards("Guards", findings.Guards);
        List<IPagePart> parts = [measures, guards];
        if (findings.Last is { } last)
        {
            parts.Add(new Disclosure("The last step", "", Guards("Guards at the last step", last.Guards)));
        }

        return new Section("measures", "Before and after", "Measured on prompts that nothing before had read.", parts);

        static DataTable Guards(string title, IReadOnlyList<AlignGuard> all) => new(
            title, [new("guard"), new("before"), new("after"), new("limit", IsText: true), new("", IsText: true)],
            [
                .. all.Select(g => (IReadOnlyList<Cell>)
                [
                    new(g.Name), Finite(g.Before), Finite(g.After), new(g.Limit),
                    g.IsBroken ? new("broken", Tone: CellTone.Bad) : new("holds", Tone: CellTone.Good),
                ]),
            ]);

        static Cell Finite(double value) => Cell.Short(double.IsFinite(value) ? value : double.NaN);

        static IReadOnlyList<Cell> Row(string name, PairedDifference d) =>
            [new(name), Cell.Number(d.Before, "F3"), Cell.Number(d.After, "F3"), Cell.Number(d.Mean, "F3", d.Low, d.High)];
    }

    // Where the worth of the first answer changed most, both ways; the first prompts where nothing tells.
    private static Section Answers(AlignFindings findings)
    {
        (MeasuredPrompt Was, MeasuredPrompt Is)[] pairs = [.. findings.Before.Zip(findings.After)];
        (MeasuredPrompt Was, MeasuredPrompt Is)[] told =
            [.. pairs.Where(p => p.Was.Answers[0].Text != p.Is.Answers[0].Text).OrderByDescending(p => Math.Abs(Change(p)))];
        SideBySide[] shown =
        [
            .. told.Where(p => Change(p) >= 0).Take(MostPairs - 2).Concat(told.Where(p => Change(p) < 0).Take(2))
                .Select(p => new SideBySide(p.Was.Prompt, Shown("start", p.Was), Shown("after", p.Is))),
        ];
        return new Section(
            "answers", "Answers",
            "The first answer to a prompt by the start and by the trained model, where they differ: those whose worth rose most, "
            + "then those whose worth fell most. measured/ has all.",
            shown.Length > 0 ? shown : [new Paragraph("Both answered alike.")]);

        static double Change((MeasuredPrompt Was, MeasuredPrompt Is) p) =>
            (p.Is.Answers[0].Worth ?? 0) - (p.Was.Answers[0].Worth ?? 0);

        static ShownResponse Shown(string name, MeasuredPrompt prompt) => new(
            name, prompt.Answers[0].Worth is { } worth ? NumberText.Short(worth) : "",
            [new ColouredPiece(prompt.Answers[0].Text, null)]);
    }
}
