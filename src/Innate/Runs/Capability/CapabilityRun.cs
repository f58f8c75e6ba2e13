using System.Globalization;
using Innate.Benchmarks;
using Innate.Benchmarks.Evaluation;
using Innate.Runs.Evaluation;
using Innate.Runs.Training;
using Innate.Sessions;

namespace Innate.Runs.Capability;

/// <summary>
/// Measures the rewards of several models, or of a run's checkpoints, beside their capability: how well each foretells a text. Is
/// the reward of an abler model the better one? Files: a folder a model, capability.json, capability.html.
/// </summary>
/// <param name="settings">Which models, on what.</param>
public sealed class CapabilityRun(CapabilitySettings settings) : Run<CapabilityResults>
{
    /// <inheritdoc/>
    public override CapabilityResults Execute(IProgress<RunEvent>? events = null, CancellationToken cancellation = default)
    {
        (ModelSource Source, string? Name)[] models = [.. settings.Models.SelectMany(Checkpoints)];
        if (models.Length < 2)
        {
            throw new InputException(
                nameof(settings.Models), "at least two models, or a run with checkpoints", $"{models.Length}");
        }

        CapabilityText text = CapabilityText.Read(settings);
        List<CapabilityPoint> points = [];
        string figure = "";
        for (int i = 0; i < models.Length; i++)
        {
            (CapabilityPoint point, figure) = Measure(models[i].Source, models[i].Name, i, text, events, cancellation);
            points.Add(point);
        }

        CapabilityResults results =
            new(settings.Evaluation.Benchmark, figure, text.Name, text.Bytes, points);
        WholeFile.Write(Path.Combine(settings.Evaluation.Output, "capability.json"), results.ToJson());
        CapabilityReport.Write(results, Path.Combine(settings.Evaluation.Output, "capability.html"));
        return results;
    }

    private (CapabilityPoint Point, string Figure) Measure(
        ModelSource source, string? named, int place, CapabilityText text, IProgress<RunEvent>? events,
        CancellationToken cancellation)
    {
        ModelSession session = OpenModel(source, cancellation);
        try
        {
            bool isRaw = !settings.Evaluation.Format.Raw && session.Template is null;
            string name = named ?? session.Title;
            events?.Report(new RunNote(isRaw ? $"{name} (it has no chat template: read raw)" : name));
            string folder = Path.Combine(
                settings.Evaluation.Output,
                string.Create(CultureInfo.InvariantCulture, $"{place + 1:00}-{FileNames.Safe(name)}"));
            EvaluationSettings own = settings.Evaluation with
            {
                Model = source, Output = folder,
                Resume = settings.Evaluation.Resume && Directory.Exists(folder),
                Format = isRaw ? settings.Evaluation.Format with { Raw = true } : settings.Evaluation.Format,
            };
            WholeFile.MakeFolder(nameof(settings.Evaluation.Output), settings.Evaluation.Output);
            EvalResults results = new EvaluationRun(own) { OpenModel = OpenModel }.Execute(events, cancellation);
            double bits = text.BitsPerByte(session, own.Format, Advances(events, "tokens"), cancellation);
            long parameters = session.Decoder?.ParameterCount ?? 0;
            string figure =
                results.Scorers.Select(s => CapabilityResults.FigureOf(s)?.Name).OfType<string>().FirstOrDefault() ?? "";
            return (new CapabilityPoint(name, parameters, bits, [.. Figures(results)], isRaw), figure);
        }
        finally
        {
            session.Dispose();
        }
    }

    private static IEnumerable<KeyValuePair<string, (double, MetricInterval)>> Figures(EvalResults results)
    {
        foreach (ScorerResult scorer in results.Scorers)
        {
            if (CapabilityResults.FigureOf(scorer) is not { } metric) continue;
            yield return KeyValuePair.Create(scorer.Spec.Name, (metric.Value, scorer.Intervals[metric.Name]));
        }
    }

    // A run's checkpoints are all called alike without the run's own name.
    private static IEnumerable<(ModelSource Source, string? Name)> Checkpoints(ModelSource source)
    {
        if (source.Model is not { } folder || !Directory.Exists(RunFolder.Checkpoints(folder))) return [(source, null)];
        IEnumerable<string> steps = Directory.GetDirectories(RunFolder.Checkpoints(folder), "step-*")
            .Where(d => File.Exists(Path.Combine(d, "config.json"))).Order(StringComparer.Ordinal);
        string final = RunFolder.Final(folder), run = Path.TrimEndingDirectorySeparator(folder);
        return
        [
            .. steps.Concat(Directory.Exists(final) ? [final] : [])
                .Select(d => (source with { Model = d }, (string?)$"{run} {Path.GetFileName(d)}")),
        ];
    }
}
