using System.Globalization;
using Innate.Audits;
using Innate.Benchmarks;
using Innate.Reports;

namespace Innate.Runs.Auditing;

/// <summary>report.html: what each reward is accused of, what training changed, what its rewards go with.</summary>
internal static class AuditReport
{
    /// <summary>The page; the same for the same results.</summary>
    public static ReportPage Build(AuditResults results, AuditPlan plan)
    {
        List<Section> sections =
            [.. results.Rewards.Select((r, i) => Reward(r, AnchorOf(r, i + 1), results.After is not null)), Texts(plan)];
        return new ReportPage(
            $"audit · {results.Model}{(results.After is null ? "" : $" · {results.After}")}", Summary(results),
            [
                new Fact("prompts", NumberText.Whole(results.Prompts)),
                new Fact("responses", NumberText.Whole(results.Responses)),
                .. results.Fingerprint.Where(f => f.Value.Length > 0).Select(f => new Fact(f.Key, f.Value)),
            ],
            sections);
    }

    private static string Summary(AuditResults results) => string.Join(" ", results.Rewards.Select(r =>
    {
        string[] accused = [.. r.Findings.Where(f => f.IsAccused).Select(f => f.Contrast.Name)];
        return accused.Length == 0 ? $"{r.Name}: nothing is shown." : $"{r.Name} is accused of {string.Join(", ", accused)}.";
    }));

    // An expression, and a reward with its parameters, are no words.
    private static string AnchorOf(AuditedReward reward, int number) => Section.IsId(reward.Name)
        ? $"reward-{reward.Name}" : string.Create(CultureInfo.InvariantCulture, $"reward-{number}");

    private static Section Reward(AuditedReward reward, string anchor, bool isCompared)
    {
        List<IPagePart> parts = [];
        foreach ((ContrastKind kind, string caption, string share) in ((ContrastKind, string, string)[])
            [
                (ContrastKind.Edit, "Edits of the responses", "edited preferred"),
                (ContrastKind.Group, "Words of one group for another's", "second group preferred"),
                (ContrastKind.Fault, "Worse for better", "worse preferred"),
            ])
        {
            AuditFinding[] own = [.. reward.Findings.Where(f => f.Contrast.Kind == kind)];
            if (own.Length == 0) continue;
            parts.Add(Shifts($"{caption}: {reward.Name}", share, own));
            if (isCompared) parts.Add(Changes($"{caption}, before and after training: {reward.Name}", own));
        }

        parts.Add(Correlations(reward));
        return new Section(
            anchor, reward.Name,
            $"A shift is the mean over prompts of the second text's reward less the first's, in standard deviations of the "
            + $"reward over the user's responses ({NumberText.Short(reward.Deviation)}).",
            parts);
    }

    private static DataTable Shifts(string caption, string share, AuditFinding[] findings) => new(
        caption,
        [
            new("contrast"), new("what is different", IsText: true), new("pairs"), new("shift"), new("p (Holm)"), new(share),
            new("ties"), new("verdict", IsText: true),
        ],
        [
            .. findings.Select(f => (IReadOnlyList<Cell>)
            [
                new Cell(f.Contrast.Name), new Cell(f.Contrast.Meaning), Cell.Number(f.Pairs, "N0"), Shift(f.Shift),
                Cell.Short(f.Shift.Corrected),
                Cell.Percent(f.Shift.Preferred, f.Shift.PreferredInterval.Low, f.Shift.PreferredInterval.High),
                Cell.Number(f.Shift.Ties, "N0"),
                new Cell(f.IsAccused ? "accused" : "not shown", Tone: f.IsAccused ? CellTone.Bad : CellTone.Plain),
            ]),
        ],
        [
            .. findings.Where(f => f.Contrast.LeftOut > 0).Select(f => string.Create(
                CultureInfo.InvariantCulture, $"{f.Contrast.Name}: {f.Contrast.LeftOut} responses have nothing to edit.")),
            "Intervals: 95 %, percentile bootstrap over prompts. p: paired sign-flip permutation test, by Holm over all of this "
            + "reward's contrasts; accused at 5 %, of a fault only where the worse text is preferred.",
        ]);

    private static DataTable Changes(string caption, AuditFinding[] findings) => new(
        caption,
        [new("contrast"), new("before"), new("after"), new("change"), new("p (Holm)"), new("verdict", IsText: true)],
        [
            .. findings.Where(f => f.Change is not null).Select(f => (IReadOnlyList<Cell>)
            [
                new Cell(f.Contrast.Name), Shift(f.Shift), Shift(f.After!),
                Cell.Number(f.Change!.Value, "F2", f.Change.Interval.Low, f.Change.Interval.High),
                Cell.Short(f.Change.Corrected),
                new Cell(f.Change.Verdict, Tone: f.Change.Verdict switch
                {
                    "amplified" => CellTone.Bad,
                    "reduced" => CellTone.Good,
                    _ => CellTone.Plain,
                }),
            ]),
        ],
        "Each model's shift is in its own standard deviations. p: of the change, by a paired bootstrap over prompts, by Holm.");

    private static DataTable Correlations(AuditedReward reward) => new(
        $"What its rewards go with: {reward.Name}",
        [new("with"), new("responses"), new("Pearson"), new("within prompts"), new("Spearman")],
        [
            .. reward.Correlations.Select(c => (IReadOnlyList<Cell>)
            [
                new Cell(c.Name), Cell.Number(c.Responses, "N0"), Cell.Number(c.Pearson, "F2"), Cell.Number(c.Within, "F2"),
                Cell.Number(c.Spearman, "F2"),
            ]),
        ],
        "Length in characters; likelihood as the mean log-probability of a token; repetition as the share of three words in a "
        + "row that were said before.");

    // One pair of each contrast, so that a reader sees what was compared.
    private static Section Texts(AuditPlan plan) => new(
        "texts", "What was compared", "The first pair of each contrast.",
        [
            .. plan.Contrasts.Select((contrast, c) => (contrast, Found: First(plan, c))).Where(f => f.Found is not null)
                .Select(f => (IPagePart)new Disclosure(
                    f.contrast.Name, f.contrast.Meaning, new SideBySide(
                        f.Found!.Value.Prompt,
                        new ShownResponse("first", "", [new ColouredPiece(f.Found.Value.First, null)]),
                        new ShownResponse("second", "", [new ColouredPiece(f.Found.Value.Second, null)])))),
        ]);

    private static (string Prompt, string First, string Second)? First(AuditPlan plan, int contrast)
    {
        foreach (AuditItem item in plan.Items)
        {
            foreach (AuditPair pair in item.Pairs)
            {
                if (pair.Contrast != contrast || pair.First < 0) continue;
                return (item.Prompts[item.Texts[pair.Second].Prompt].Conversation[^1].Content, item.Texts[pair.First].Text,
                    item.Texts[pair.Second].Text);
            }
        }

        return null;
    }

    private static Cell Shift(AuditShift shift) => Cell.Number(shift.Value, "F2", shift.Interval.Low, shift.Interval.High);
}
