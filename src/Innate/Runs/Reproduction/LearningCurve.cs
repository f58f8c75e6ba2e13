using System.Text.Json;

namespace Innate.Runs.Reproduction;

/// <summary>What one recipe's runs reported at a step, over their seeds.</summary>
internal readonly record struct CurvePoint(int Step, double Mean, double Low, double High);

/// <summary>One recipe's curves, read from its runs' metrics.jsonl.</summary>
/// <param name="Preset">The recipe.</param>
/// <param name="Metrics">By metric, points in order of steps; at steps that all seeds reached.</param>
internal sealed record LearningCurve(string Preset, IReadOnlyDictionary<string, IReadOnlyList<CurvePoint>> Metrics)
{
    /// <summary>The last step of each seed's run: fewer than were asked for where the brakes ended it.</summary>
    public required IReadOnlyList<int> LastSteps { get; init; }

    /// <summary>The metrics that are drawn, with their titles.</summary>
    public static IReadOnlyDictionary<string, string> Titles { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["anchor_accuracy"] = "Right answers to watched questions",
        ["entropy"] = "Entropy of a token (nats)",
        ["response_length"] = "Length of an answer (tokens)",
        ["kl"] = "Divergence from the start (nats a token)",
    };

    /// <summary>What must be known to read each chart.</summary>
    public static IReadOnlyDictionary<string, string> Notes { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["anchor_accuracy"] = "Sampled; never learned from. Bands: the least and the greatest of the seeds.",
        ["entropy"] = "Towards zero nothing is explored any more.",
        ["response_length"] = "",
        ["kl"] = "Only recipes that keep the frozen model report it.",
    };

    /// <summary>The curves of each recipe.</summary>
    public static IReadOnlyList<LearningCurve> Read(ReproductionSettings s) =>
        [.. s.Presets.Select(p => Of(p, [.. s.Seeds.Select(seed => Rows(ReproductionPlan.RunFolder(s, p, seed)))]))];

    private static LearningCurve Of(string preset, List<JsonElement>[] runs) =>
        new(preset, Of(runs)) { LastSteps = [.. runs.Select(r => r[^1].GetProperty("step").GetInt32())] };

    private static Dictionary<string, IReadOnlyList<CurvePoint>> Of(List<JsonElement>[] runs)
    {
        Dictionary<string, IReadOnlyList<CurvePoint>> curves = new(StringComparer.Ordinal);
        foreach (string metric in Titles.Keys)
        {
            Dictionary<int, double>[] values =
            [
                .. runs.Select(run =>
                    run.Where(r => r.TryGetProperty(metric, out JsonElement v) && v.ValueKind == JsonValueKind.Number)
                    .ToDictionary(r => r.GetProperty("step").GetInt32(), r => r.GetProperty(metric).GetDouble())),
            ];
            CurvePoint[] points =
            [
                .. values[0].Keys.Where(step => values.All(v => v.ContainsKey(step))).Order().Select(step =>
                {
                    double[] at = [.. values.Select(v => v[step])];
                    return new CurvePoint(step, at.Average(), at.Min(), at.Max());
                }),
            ];
            if (points.Length > 0) curves[metric] = points;
        }

        return curves;
    }

    private static List<JsonElement> Rows(string folder) =>
        [.. JsonLines.Read(Path.Combine(folder, "metrics.jsonl")).Select(l => l.Fields)];
}
