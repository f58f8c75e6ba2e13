using System.Globalization;
using Innate.Reports;

namespace Innate.Runs.Reproduction;

/// <summary>report.html: the paper's three questions, its own figures beside ours, and what learning changed.</summary>
internal static class ReproductionReport
{
    private const string Theirs =
        "In grey: the paper's own figures (arXiv 2506.23235), of other models on other data; they are no target of this table.";

    /// <summary>The page.</summary>
    /// <param name="s">What was reproduced.</param>
    /// <param name="results">What came of it.</param>
    /// <param name="runs">Each learning run's metrics by step: anchor accuracy and reward.</param>
    /// <param name="examples">Answers from before and after.</param>
    /// <param name="steps">The commands.</param>
    /// <param name="seconds">How long each took.</param>
    /// <param name="facts">Model, machine, versions.</param>
    public static ReportPage Build(
        ReproductionSettings s, ReproductionResults results, IReadOnlyList<LearningCurve> runs,
        IReadOnlyList<BeforeAfterExample> examples,
        IReadOnlyList<(string Name, string Command)> steps, IReadOnlyDictionary<string, double> seconds,
        IReadOnlyList<Fact> facts)
    {
        int holding = results.Claims.Count(c => c.Holds);
        List<Section> sections =
        [
            new Section("claims", "The claims", "", Claims(results)),
            new Section(
                "rewards", "1 · Is there a reward model inside?",
                $"How often each scorer prefers the right answer to the wrong one on {results.RewardsBenchmark}, across three "
                + $"styles: hard pits a plain right answer against a wrong one that looks better. Matrices, in per cent: the "
                + $"right answer's style (row) against the wrong one's (column).",
                Rewards(results), Styles(results)),
            new Section(
                "prompts", "2 · Does a prompt steer it?",
                $"{results.PromptsBenchmark}: how often a kind of response (column) is preferred to the others under each "
                + $"system prompt (row), in per cent.",
                Prompts(results), Quoted("The paper, question 2", PaperFigures.Prompts)),
            new Section(
                "learning", "3 · Does learning from it make the model better?",
                "Sampled answers (temperature 1) to held-out questions: the share of right ones. Recipes see no answers, "
                + "except grpo, whose reward is the verified answer.",
                [Learning(s, results, runs), Quoted("The paper, question 3", PaperFigures.Learning), Curves(runs)]),
        ];
        if (examples.Count > 0)
        {
            sections.Add(new Section(
                "answers", "Before and after",
                $"First samples of the model as it was and after {s.Presets[0]}, seed {s.Seeds[0]}. Each token is coloured by "
                + $"the reward that the model as it was gives it.",
                [.. examples.Select((e, i) => Example(e) with { IsOpen = i == 0 })]));
        }

        sections.Add(new Section("commands", "The commands",
            "Every figure above comes from one of these; each can be typed by hand.", Commands(steps, seconds)));
        return new ReportPage(
            "The paper's three questions, reproduced",
            string.Create(CultureInfo.InvariantCulture, $"{holding} of {results.Claims.Count} claims hold here."), facts,
            sections);
    }

    private static DataTable Claims(ReproductionResults results) => new(
        "What the paper claims, and what was found",
        [new("question"), new("claim", IsText: true), new("measured", IsText: true), new("here", IsText: true)],
        [.. results.Claims.Select(c => (IReadOnlyList<Cell>)
        [
            new Cell($"{c.Question} · {c.About}"), new Cell(c.Text), new Cell(c.Measured),
                new Cell(c.Holds ? "holds" : "does not hold", Tone: c.Holds ? CellTone.Good : CellTone.Bad),
        ])]);

    private static DataTable Rewards(ReproductionResults results)
    {
        string[] names = [.. results.Rewards[0].Metrics.Select(m => m.Name)];
        List<IReadOnlyList<Cell>> rows =
        [
            .. results.Rewards.Select(r => (IReadOnlyList<Cell>)
            [
                new Cell(r.Name), Cell.Number(r.N, "N0"),
                .. names.Select(n => r.Intervals.TryGetValue(n, out (double Low, double High) i)
                    ? Cell.Percent(r[n], i.Low, i.High) : Cell.Percent(r[n])),
            ]),
            .. PaperFigures.Rewards.Select(f => (IReadOnlyList<Cell>)
            [
                new Cell(f.What, Tone: CellTone.Quoted), new Cell("", Tone: CellTone.Quoted),
                    Cell.Percent(f.Value) with { Tone = CellTone.Quoted },
                .. names.Skip(1).Select(_ => new Cell("", Tone: CellTone.Quoted)),
            ]),
        ];
        return new DataTable(
            "Agreement with the truth", [new("scorer"), new("n"), .. names.Select(n => new Column(n, Best.Largest))], rows,
            [
                "Intervals: 95 %, percentile bootstrap over items. A tie, and a pair on which a judge abstains, is a miss.",
                .. results.Rewards.Where(r => r.Abstained is not null).Select(r => string.Create(
                    CultureInfo.InvariantCulture,
                    $"{r.Name} contradicts itself when the two answers change places, and abstains, on {100 * r.Abstained:0.0} "
                    + $"% of all pairs of answers.")),
                Theirs,
            ]);
    }

    private static Tiles Styles(ReproductionResults results) =>
        new([.. results.Rewards.Where(r => r.Matrix is not null).Take(4).Select(r => new HeatMap(
        r.Name, "right", "wrong", r.Matrix!.Rows, r.Matrix.Columns, InPercent(r.Matrix))
    {
        Scale = ColourScale.Diverging(50, 50),
        Format = "F1",
    })]);

    private static Tiles Prompts(ReproductionResults results) =>
        new([.. results.Prompts.Where(r => r.Matrix is not null).Select(r => new HeatMap(
        r.Name, "asked", "given", r.Matrix!.Rows, r.Matrix.Columns, InPercent(r.Matrix))
    {
        Scale = ColourScale.Diverging(50, 50),
        Emphasis = HeatEmphasis.LargestInColumn,
        Format = "F1",
        Note = string.Create(CultureInfo.InvariantCulture,
            $"the diagonal is the largest entry of {r.Matrix.DominantColumns} of {r.Matrix.Columns.Count} columns"),
    })]);

    private static double[][] InPercent(ScorerMatrix m) => [.. m.Values.Select(r => r.Select(v => 100 * v).ToArray())];

    private static DataTable Learning(ReproductionSettings s, ReproductionResults results, IReadOnlyList<LearningCurve> runs)
    {
        PolicyRow before = results.Of(null)[0];
        string[] groups = [.. before.Groups.Select(g => g.Name)];
        List<IReadOnlyList<Cell>> rows = [Row("before", [before])];
        foreach (string preset in s.Presets) rows.Add(Row(preset, results.Of(preset)));
        return new DataTable(
            "Right answers", [new("policy"), .. groups.Select(g => new Column(g, Best.Largest)), new("all", Best.Largest),
                new("gain"), new("tokens")], rows,
            [
                string.Create(CultureInfo.InvariantCulture,
                    $"Means over {s.Seeds.Count} {(s.Seeds.Count == 1 ? "seed" : "seeds")}, in brackets the least and the "
                    + $"greatest; {s.Steps} steps each. Tokens: the mean length of an answer."),
                .. runs.Where(r => r.LastSteps.Any(l => l < s.Steps)).Select(r =>
                    $"The brakes ended runs of {r.Preset} early, the last step was {string.Join(", ", r.LastSteps)}; what "
                    + $"counts is the best model by the watched questions."),
            ]);

        IReadOnlyList<Cell> Row(string name, IReadOnlyList<PolicyRow> runs)
        {
            double all = runs.Average(r => r.Accuracy);
            return
            [
                new Cell(name),
                .. groups.Select(g => Cell.Percent(runs.Average(r => r.Groups.First(o => o.Name == g).Value))),
                runs.Count > 1 ? Cell.Percent(all, runs.Min(r => r.Accuracy), runs.Max(r => r.Accuracy)) : Cell.Percent(all),
                runs[0].Preset is null ? new Cell("")
                    : new Cell(string.Create(CultureInfo.InvariantCulture, $"{100 * (all - before.Accuracy):+0.0;−0.0}")),
                Cell.Number(runs.Average(r => r.MeanTokens), "F1"),
            ];
        }
    }

    private static DataTable Quoted(string caption, IReadOnlyList<PaperFigure> figures) => new(
        caption, [new("theirs"), new("figure")],
        [.. figures.Select(f => (IReadOnlyList<Cell>)[new Cell(f.What, Tone: CellTone.Quoted),
            Cell.Percent(f.Value) with { Tone = CellTone.Quoted }])], Theirs);

    private static Tiles Curves(IReadOnlyList<LearningCurve> runs) => new(
    [
        .. runs.SelectMany(r => r.Metrics.Keys).Distinct().Select(metric => new LineChart(
            LearningCurve.Titles[metric], "step", "",
            [.. runs.Where(r => r.Metrics.ContainsKey(metric)).Select(r => new Series(
                r.Preset, [.. r.Metrics[metric].Select(p => new SeriesPoint(p.Step, p.Mean, p.Low, p.High))]))])
        {
            Note = LearningCurve.Notes[metric],
        }),
    ]);

    private static Disclosure Example(BeforeAfterExample e) => new(
        e.Question, e.After.IsRight ? "wrong before, right after" : "right before, wrong after",
        new SideBySide(e.Question, Shown("before", e.Before), Shown("after", e.After)));

    private static ShownResponse Shown(string name, ShownAnswer answer) => new(
        $"{name}, {(answer.IsRight ? "right" : "wrong")}", answer.Reward.Value.ToString("0.##", CultureInfo.InvariantCulture),
        [.. answer.Texts.Zip(answer.Reward.PerToken, (t, r) => new ColouredPiece(t, r))]);

    private static DataTable Commands(
        IReadOnlyList<(string Name, string Command)> steps, IReadOnlyDictionary<string, double> seconds) => new(
        "In order", [new("for"), new("seconds"), new("command", IsText: true)],
        [.. steps.Select(step => (IReadOnlyList<Cell>)
        [
            new Cell(step.Name), Cell.Number(seconds.GetValueOrDefault(step.Command), "F1"), new Cell(step.Command),
        ])]);
}
