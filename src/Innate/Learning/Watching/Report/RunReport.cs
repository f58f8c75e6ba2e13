using System.Text;

namespace Innate.Learning.Watching.Report;

/// <summary>Something worth knowing about a run.</summary>
/// <param name="Name">What it is: <c>model</c>, <c>learning rate</c>.</param>
/// <param name="Value">How it was, with its unit.</param>
public readonly record struct RunFact(string Name, string Value);

/// <summary>
/// A training run as one page of HTML that needs nothing beside it: facts, a curve for each metric, samples over time.
/// </summary>
/// <param name="Title">What was run, in a few words.</param>
/// <param name="Facts">Options, model, data, parameters, device.</param>
/// <param name="Metrics">The steps in order.</param>
/// <param name="Samples">Responses in order; pieces that have values are coloured by them.</param>
public sealed record RunReport(
    string Title, IReadOnlyList<RunFact> Facts, IReadOnlyList<StepMetrics> Metrics, IReadOnlyList<TrainingSample> Samples)
{
    // A fact longer than this takes a whole line.
    private const int LongFact = 36;

    /// <summary>The page.</summary>
    public string ToHtml()
    {
        StringBuilder html = new(1 << 16);
        html.Append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");

        // The page asks the network for nothing, and may not.
        html.Append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; ");
        html.Append("style-src 'unsafe-inline'; script-src 'unsafe-inline'\">");
        html.Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        html.Append("<meta name=\"color-scheme\" content=\"light dark\"><title>").Append(Html.Escape(Title)).Append("</title>");
        html.Append("<style>").Append(PageParts.Style).Append("</style></head><body><main>\n");
        html.Append("<header><h1>").Append(Html.Escape(Title)).Append("</h1><p>").Append(Summary()).Append("</p></header>\n");
        WriteFacts(html);
        WriteCharts(html);
        new SampleTable(Samples).Write(html);
        html.Append("</main><script>").Append(PageParts.Script).Append("</script></body></html>\n");
        return html.ToString();
    }

    /// <summary>Writes the page; it appears under its name only when it is whole.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Write(string path)
    {
        string partial = path + ".partial";
        using (FileStream stream = new(partial, FileMode.Create, FileAccess.Write))
        {
            stream.Write(Encoding.UTF8.GetBytes(ToHtml()));
            stream.Flush(flushToDisk: true);
        }

        File.Move(partial, path, overwrite: true);
    }

    private string Summary()
    {
        if (Metrics.Count == 0) return "no step was recorded";
        string steps = Metrics[^1].Step == 1 ? "1 step" : $"{NumberText.Whole(Metrics[^1].Step)} steps";
        if (Curve.Of("loss", Metrics) is not { } loss || loss.Count == 1) return steps;
        return $"{steps} · loss {NumberText.Short(loss.Marks[0].Smooth)} → {NumberText.Short(loss.Marks[^1].Smooth)}";
    }

    private void WriteFacts(StringBuilder html)
    {
        if (Facts.Count == 0) return;
        html.Append("<dl class=\"card facts\">");
        foreach (RunFact fact in Facts)
        {
            html.Append(fact.Value.Length > LongFact ? "<div class=\"long\"><dt>" : "<div><dt>").Append(Html.Escape(fact.Name));
            html.Append("</dt><dd>").Append(Html.Escape(fact.Value)).Append("</dd></div>");
        }

        html.Append("</dl>\n");
    }

    private void WriteCharts(StringBuilder html)
    {
        if (Metrics.Count == 0) return;
        Axis steps = Axis.OfSteps(Metrics[0].Step, Metrics[^1].Step);
        (List<Chart> charts, List<string> empty) = Chart.Of(Metrics, steps);
        html.Append("<section class=\"charts\">\n");
        foreach (Chart chart in charts) chart.Write(html);
        html.Append("</section>\n");
        if (empty.Count == 0) return;
        string names = string.Join(", ", empty.Select(MetricNames.Label));
        html.Append("<p class=\"note\">no number at any step: ").Append(Html.Escape(names)).Append("</p>\n");
    }
}
