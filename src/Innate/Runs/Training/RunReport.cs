using Innate.Learning.Watching;
using Innate.Reports;

namespace Innate.Runs.Training;

/// <summary>
/// A training run as one page of HTML that needs nothing beside it: facts, a curve for each metric, samples over time.
/// </summary>
/// <param name="Title">What was run, in a few words.</param>
/// <param name="Facts">Options, model, data, parameters, device.</param>
/// <param name="Metrics">The steps in order.</param>
/// <param name="Samples">Responses in order; pieces that have values are coloured by them.</param>
internal sealed record RunReport(
    string Title, IReadOnlyList<Fact> Facts, IReadOnlyList<StepMetrics> Metrics, IReadOnlyList<TrainingSample> Samples)
{
    /// <summary>Whether the run goes on: the page then reads itself again.</summary>
    public bool IsLive { get; init; }

    private const int MostSamples = 100;
    private const int LongestText = 4000;
    private const int LongestSummary = 120;

    /// <summary>The page.</summary>
    public string ToHtml() => Page().ToHtml();

    /// <summary>Writes the page; it appears under its name only when it is whole.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Write(string path) => Page().Write(path);

    private ReportPage Page()
    {
        List<Section> sections = [];
        if (IsLive) sections.Add(new Section("now", "Now", "", new LiveNote($"The run goes on: {Summary()} so far.")));
        if (Metrics.Count > 0) sections.Add(Curves(Metrics));
        if (StartAndNow() is { } compared) sections.Add(compared);
        if (Samples.Any(s => !s.IsHeldOut)) sections.Add(SampleSection());
        return new ReportPage(Title, Summary(), Facts, sections);
    }

    private string Summary()
    {
        if (Metrics.Count == 0) return "no step was recorded";
        string steps = Metrics[^1].Step == 1 ? "1 step" : $"{NumberText.Whole(Metrics[^1].Step)} steps";
        if (MetricChart.Read("loss", Metrics) is not { } loss || loss.Count == 1) return steps;
        return $"{steps} · loss {NumberText.Short(loss.Marks[0].Smooth)} → {NumberText.Short(loss.Marks[^1].Smooth)}";
    }

    /// <summary>A chart for each metric.</summary>
    /// <param name="metrics">The steps in order, one at least.</param>
    public static Section Curves(IReadOnlyList<StepMetrics> metrics)
    {
        (List<LineChart> charts, List<string> empty, bool isSmoothed) = MetricChart.Of(metrics);
        List<IPagePart> parts = [.. charts.Take(1)];
        if (charts.Count > 1) parts.Add(new Tiles([.. charts.Skip(1)]));
        string missing = string.Join(", ", empty.Select(MetricNames.Label));
        if (missing.Length > 0) parts.Add(new Paragraph($"no number at any step: {missing}"));
        string note = isSmoothed
            ? "Where a metric goes up and down, what was measured is pale, and the line is its mean over the steps around. " : "";
        return new Section("curves", "Curves", note + "Point at a chart to read the same step in all.", parts);
    }

    // The same held-out prompts, as they were answered first and last.
    private Section? StartAndNow()
    {
        SideBySide[] pairs =
        [
            .. Samples.Where(s => s.IsHeldOut).GroupBy(s => s.Prompt, StringComparer.Ordinal)
                .Select(g => (First: g.First(), Last: g.Last())).Where(p => p.Last.Step > p.First.Step)
                .Select(p => new SideBySide(Cut(p.First.Prompt, LongestText), Shown(p.First), Shown(p.Last))),
        ];
        return pairs.Length == 0 ? null : new Section(
            "start-and-now", "Start and now", "Held-out prompts, sampled with the same random numbers each time.", pairs);

        static ShownResponse Shown(TrainingSample sample) =>
            new($"step {NumberText.Whole(sample.Step)}", "", Cut(sample.Pieces));
    }

    // The first sample and the last are read at once, those between on a click.
    private Section SampleSection()
    {
        TrainingSample[] shown = Spread();
        ColouredPiece[][] texts = [.. shown.Select(s => Cut(s.Pieces))];
        DivergingScale scale = TokenText.ScaleOf(texts);
        List<IPagePart> parts = [];
        if (texts.Any(t => t.Any(p => p.Value is not null))) parts.Add(new TokenLegend(scale));
        for (int i = 0; i < shown.Length; i++)
        {
            string prompt = Cut(shown[i].Prompt, LongestText), line = FirstLine(prompt);
            parts.Add(new Disclosure(
                line, $"step {NumberText.Whole(shown[i].Step)}",
                new SampleText(line == prompt ? "" : prompt, new TokenText(texts[i], scale) { HasLegend = false }))
            {
                IsOpen = i == 0 || i >= shown.Length - 3,
            });
        }

        int all = Samples.Count(s => !s.IsHeldOut);
        string counts = $"{NumberText.Whole(shown.Length)} of {NumberText.Whole(all)}";
        string note = shown.Length == all ? "" : $"{counts}, evenly over the run; samples.jsonl has all.";
        return new Section("samples", "Samples", note, parts);
    }

    private static string FirstLine(string prompt)
    {
        string line = prompt.ReplaceLineEndings(" ").Trim();
        return line.Length <= LongestSummary ? line : line[..LongestSummary].TrimEnd() + "…";
    }

    private static string Cut(string text, int length) =>
        text.Length <= length ? text : $"{text[..length]}… ({NumberText.Whole(text.Length - length)} more characters)";

    private static ColouredPiece[] Cut(IReadOnlyList<TextPiece> pieces)
    {
        List<ColouredPiece> cut = [];
        int room = LongestText;
        foreach (TextPiece piece in pieces)
        {
            cut.Add(new ColouredPiece(Cut(piece.Text, room), piece.Value));
            room -= piece.Text.Length;
            if (room <= 0) break;
        }

        return [.. cut];
    }

    // The first and the last among them.
    private TrainingSample[] Spread()
    {
        TrainingSample[] all = [.. Samples.Where(s => !s.IsHeldOut)];
        return all.Length <= MostSamples
            ? all
            : [.. Enumerable.Range(0, MostSamples).Select(i => all[(int)((long)i * (all.Length - 1) / (MostSamples - 1))])];
    }
}
