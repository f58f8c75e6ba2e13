using System.Globalization;
using Innate.Benchmarks.Evaluation;
using Innate.Benchmarks;
using Innate.Reports;
using Innate.Rewards;

namespace Innate.Runs.Evaluation;

/// <summary>report.html: the table, the matrices, the sweep, length, the discount, and responses token by token.</summary>
internal static class EvalReport
{
    /// <summary>The page; the same for the same results.</summary>
    public static ReportPage Build(EvalResults results, (ScorerSpec Scorer, IReadOnlyList<EvalExample> Examples)? examples)
    {
        ScorerResult[] measured = [.. results.Scorers.Where(s => s.Metrics.Count > 0)];
        List<Section> sections = [new Section("scores", "Scores", "", Table(results))];
        if (measured.Any(s => s.Matrices.Count > 0)) sections.Add(Matrices(measured));
        if (results.Sweep is { } sweep) sections.Add(Surface(sweep));
        if (LengthSections.Length(results, measured) is { } lengths) sections.Add(lengths);
        if (results.Discount is { } discount) sections.Add(LengthSections.Discount(discount));
        if (examples is { } shown) sections.Add(Examples(results, shown.Scorer, shown.Examples));
        return new ReportPage(
            $"{results.Benchmark.Name} · {results.Model}", Summary(results, measured),
            [.. results.Fingerprint.Where(f => f.Value.Length > 0).Select(f => new Fact(f.Key, f.Value))], sections);
    }

    private static string Summary(EvalResults results, ScorerResult[] measured)
    {
        if (measured.Length == 0) return "No item could be scored.";
        ScorerResult best = measured.MaxBy(s => s.Metrics[0].Value)!;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{results.Items.Count} items, {results.Scorers.Count} scorers; the highest {best.Metrics[0].Name} is "
            + $"{100 * best.Metrics[0].Value:0.0} %, of {best.Spec.Name}.");
    }

    private static DataTable Table(EvalResults results)
    {
        IReadOnlyList<string> names = results.MetricNames;
        Column[] columns =
        [
            new("scorer"), new("n"), new("unscored"), new("ties"), .. names.Select(n => new Column(n, Best.Largest)),
        ];
        return new DataTable(
            "Each scorer on this benchmark", columns, [.. ScorerTwins.Rows(results.Scorers).Select(r => Row(r.Scorer, r.Name))],
            [.. EvalNotes.Of(results), "Intervals: 95 %, percentile bootstrap over items within their part."]);

        IReadOnlyList<Cell> Row(ScorerResult row, string name) =>
        [
            new Cell(name), Cell.Number(row.Scored.Count, "N0"), Cell.Number(row.Unscored, "N0"),
                Cell.Number(row.Ties, "N0"),
            .. names.Select(n => row[n] is not { } value ? new Cell("–")
                : row.Intervals.TryGetValue(n, out MetricInterval i) ? Cell.Percent(value, i.Low, i.High)
                : Cell.Percent(value)),
        ];
    }

    private static Section Matrices(ScorerResult[] measured)
    {
        string note =
            $"Rows: {measured[0].Matrices[0].RowMeaning}; columns: {measured[0].Matrices[0].ColumnMeaning}. How often the "
            + $"row's response wins, in per cent.";
        if (measured[0].Matrices[0].RowMeaning != "chosen")
        {
            note = "Rows: the system prompt; columns: the responses. How often the column's response wins under the row's "
                + "prompt, in per cent.";
        }

        return new Section(
            "matrices", "Matrices", note,
            [
                new Tiles([.. measured.Where(s => s.Matrices.Count > 0).Select(s => Map(s.Matrices[0], s.Spec.Name))]),
                .. measured.Where(s => s.Matrices.Count > 1).Select(s => new Disclosure(
                    $"{s.Spec.Name}, part by part", "", new Tiles([.. s.Matrices.Skip(1).Select(m => Map(m, m.Name))]))),
            ]);
    }

    private static HeatMap Map(BenchmarkMatrix m, string title) =>
        new(title, m.RowMeaning, m.ColumnMeaning, m.Rows, m.Columns, Percent(m.Values))
    {
        Scale = ColourScale.Diverging(50, 50),
        Emphasis = m.RowMeaning == "chosen" ? HeatEmphasis.None : HeatEmphasis.Diagonal,
        Format = "F1",
    };

    private static Section Surface(SweepResult sweep) => new(
        "sweep", "Weights",
        $"The weight of token h is max(gamma^(h-1), beta). The surfaces of {sweep.Scorer}, from the traces of the same pass, "
        + $"in per cent.",
        new Tiles([.. sweep.Surfaces.Take(4).Select(s => new HeatMap(
            s.Key, "gamma", "beta", [.. sweep.Grid.Gammas.Select(Number)], [.. sweep.Grid.Betas.Select(Number)], Percent(s.Value))
        {
            Emphasis = HeatEmphasis.Largest,
            Format = "F1",
        })]));

    private static Section Examples(EvalResults results, ScorerSpec scorer, IReadOnlyList<EvalExample> examples)
    {
        return new Section(
            "items", "Items, token by token",
            $"The largest right and wrong margins of {scorer.Name}; each token is coloured by "
            + (RewardNames.IsOfLikelihoods(scorer.Reward)
                ? "log pi(a|s) = Q(s,a) - V(s), where a slip stands out."
                : "its reward."),
            [.. examples.Select((e, i) => Item(e) with { IsOpen = i == 0 })]);

        Disclosure Item(EvalExample e) => new(
            e.Item.Id, string.Create(CultureInfo.InvariantCulture,
                $"{(e.Margin > 0 ? "right" : "wrong")} by {Math.Abs(e.Margin):0.###}"),
            new SideBySide(
                string.Join("\n\n", e.Item.Questions[e.Question].Prompt.Select(m => m.Content)),
                Response(e, e.Better, 0), Response(e, e.Worse, 1))
            {
                Scale = RewardNames.IsOfLikelihoods(scorer.Reward)
                    ? DivergingScale.OfLogProbabilities(e.Shown.SelectMany(s => s.Colours))
                    : null,
            });

        ShownResponse Response(EvalExample e, int response, int place)
        {
            (string[] texts, double reward, double[] colours) = e.Shown[place];
            return new ShownResponse(
                results.Benchmark.RoleOf(e.Item, response), reward.ToString("0.###", CultureInfo.InvariantCulture),
                [.. texts.Zip(colours, (t, c) => new ColouredPiece(t, c))]);
        }
    }

    private static List<double[]> Percent(double[,] m) =>
        [.. Enumerable.Range(0, m.GetLength(0))
            .Select(i => Enumerable.Range(0, m.GetLength(1)).Select(j => 100 * m[i, j]).ToArray())];

    private static string Number(double x) => x.ToString("0.####", CultureInfo.InvariantCulture);
}
