using System.Text.Json;
using Innate.Foundation.Forms;

namespace Innate.Learning.Watching;

/// <summary>
/// metrics.jsonl: one object a line, <c>{"step": 1, "loss": 2.5, ...}</c>; null where a number was NaN or infinite. Each line is
/// with the system when <see cref="Append"/> returns, so a killed run keeps it.
/// </summary>
internal sealed class MetricsLog : IDisposable
{
    /// <summary>A line.</summary>
    public static ObjectForm Form { get; } = new(
    [
        new JsonField("step", JsonForm.Count, "The optimizer's step, from 1; 0 is the state before the first.").Always,
    ])
    { Others = JsonForm.NumberOrNull };

    private readonly StepLines _lines;

    private MetricsLog(StepLines lines) => _lines = lines;

    /// <summary>Opens a log to append to.</summary>
    /// <param name="path">The file; made where there is none.</param>
    /// <param name="resumeAfterStep">
    /// Keep what was recorded up to this step, itself included, and drop the rest, a torn last line too; null: begin anew.
    /// </param>
    /// <exception cref="InputException">A line that would be kept is not a step's object.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static MetricsLog Open(string path, int? resumeAfterStep) => new(StepLines.Open(path, resumeAfterStep));

    /// <summary>Reads a log, also that of a run that is still going on.</summary>
    /// <returns>The lines in order; values that were null are NaN. A torn last line is left out.</returns>
    /// <exception cref="InputException">Another line is not a step's object of numbers and nulls.</exception>
    public static IReadOnlyList<StepMetrics> Read(string path) => StepLines.Read(path, Parse);

    /// <summary>Appends a step's line.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The step is before the last line's.</exception>
    public void Append(StepMetrics metrics) => _lines.Append(metrics.Step, writer =>
    {
        foreach (Metric metric in metrics.Values)
        {
            // JSON has no NaN.
            if (double.IsFinite(metric.Value)) writer.WriteNumber(metric.Name, metric.Value);
            else writer.WriteNull(metric.Name);
        }
    });

    /// <summary>Closes the file.</summary>
    public void Dispose() => _lines.Dispose();

    private static StepMetrics Parse(int step, JsonElement json, LinePlace place)
    {
        HashSet<string> names = new(StringComparer.Ordinal) { "" };
        List<(string, double)> values = [];
        foreach (JsonProperty field in json.EnumerateObject())
        {
            if (!names.Add(field.Name)) throw place.Fault($"field '{field.Name}': expected one of this name, found another.");
            if (field.NameEquals("step")) continue;
            values.Add((field.Name, NumberOf(field, place)));
        }

        return new StepMetrics(step, values);
    }

    private static double NumberOf(JsonProperty field, LinePlace place) => field.Value.ValueKind switch
    {
        JsonValueKind.Null => double.NaN,
        JsonValueKind.Number => field.Value.GetDouble(),
        _ => throw place.Fault(field.Name, "a number or null", field.Value),
    };
}
