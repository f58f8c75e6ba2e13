using System.Text;
using Innate.Learning.Watching;
using Innate.Reports;
using Innate.Sessions;

namespace Innate.Runs.Training.Report;

/// <summary>
/// A training run as one page of HTML that needs nothing beside it: facts, a curve for each metric, samples over time.
/// </summary>
/// <param name="Title">What was run, in a few words.</param>
/// <param name="Facts">Options, model, data, parameters, device.</param>
/// <param name="Metrics">The steps in order.</param>
/// <param name="Samples">Responses in order; pieces that have values are coloured by them.</param>
public sealed record RunReport(
    string Title, IReadOnlyList<Fact> Facts, IReadOnlyList<StepMetrics> Metrics, IReadOnlyList<TrainingSample> Samples)
{
    /// <summary>The page.</summary>
    public string ToHtml()
    {
        StringBuilder body = new(1 << 16);
        WriteCharts(body);
        new SampleTable(Samples).Write(body);
        return PageFrame.Compose(Title, Summary(), Facts, body, PageParts.Style, PageParts.Script);
    }

    /// <summary>Writes the page; it appears under its name only when it is whole.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Write(string path) => PageFrame.Write(path, ToHtml());

    private string Summary()
    {
        if (Metrics.Count == 0) return "no step was recorded";
        string steps = Metrics[^1].Step == 1 ? "1 step" : $"{NumberText.Whole(Metrics[^1].Step)} steps";
        if (Curve.Of("loss", Metrics) is not { } loss || loss.Count == 1) return steps;
        return $"{steps} · loss {NumberText.Short(loss.Marks[0].Smooth)} → {NumberText.Short(loss.Marks[^1].Smooth)}";
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
