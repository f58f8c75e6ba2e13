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
    /// <summary>The page.</summary>
    public string ToHtml() => Title;

    /// <summary>Writes the page; it appears under its name only when it is whole.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Write(string path)
    {
        string partial = path + ".partial";
        File.WriteAllText(partial, ToHtml(), new UTF8Encoding(false));
        File.Move(partial, path, overwrite: true);
    }
}
