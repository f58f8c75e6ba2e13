using System.Text.Json.Nodes;
using Innate.Benchmarks;
using Innate.Benchmarks.Evaluation;

namespace Innate.Runs.Capability;

/// <summary>One model's point.</summary>
/// <param name="Name">What a person calls it.</param>
/// <param name="Parameters">Its parameters.</param>
/// <param name="BitsPerByte">What it needs for a byte of the text.</param>
/// <param name="Scorers">By scorer: the benchmark's own figure, and its interval.</param>
/// <param name="IsRaw">Whether it was read without a template, for it has none.</param>
public sealed record CapabilityPoint(
    string Name, long Parameters, double BitsPerByte,
    IReadOnlyList<KeyValuePair<string, (double Value, MetricInterval Interval)>> Scorers, bool IsRaw);

/// <summary>Rewards against capability.</summary>
/// <param name="Benchmark">What rewards were measured on.</param>
/// <param name="Figure">Which of its figures: overall, accuracy.</param>
/// <param name="Text">The text's name.</param>
/// <param name="Bytes">How much of it was read.</param>
/// <param name="Points">The models in the order given.</param>
public sealed record CapabilityResults(
    string Benchmark, string Figure, string Text, int Bytes, IReadOnlyList<CapabilityPoint> Points)
{
    /// <summary>Scorers that all models have.</summary>
    public IReadOnlyList<string> Scorers => Points.Count == 0 ? []
        : [.. Points[0].Scorers.Select(s => s.Key).Where(n => Points.All(p => p.Scorers.Any(s => s.Key == n)))];

    /// <summary>
    /// Spearman's correlation of a scorer's figure with minus the bits for a byte: 1 where the abler model always has the better
    /// reward; NaN of fewer than three models, where a rank says nothing.
    /// </summary>
    public double RankCorrelation(string scorer) => Points.Count < 3 ? double.NaN : Correlation.Spearman(
        [.. Points.Select(p => -p.BitsPerByte)], [.. Points.Select(p => p.Scorers.First(s => s.Key == scorer).Value.Value)]);

    /// <summary>A scorer's figure of a model, by which it is compared: the benchmark's overall one, else its first.</summary>
    internal static Metric? FigureOf(ScorerResult scorer) =>
        scorer.Metrics.Count == 0 ? null
        : scorer.Metrics.FirstOrDefault(m => m.Name is "overall" or "accuracy") is { Name.Length: > 0 } main ? main
        : scorer.Metrics[0];

    /// <summary>The results as capability.json holds them.</summary>
    public byte[] ToJson() => JsonBytes.Indented(new JsonObject
    {
        ["benchmark"] = Benchmark,
        ["figure"] = Figure,
        ["text"] = Text,
        ["bytes"] = Bytes,
        ["models"] = new JsonArray([.. Points.Select(p => new JsonObject
        {
            ["name"] = p.Name,
            ["parameters"] = p.Parameters,
            ["bits_per_byte"] = p.BitsPerByte,
            ["raw"] = p.IsRaw,
            ["scorers"] = new JsonObject(p.Scorers.Select(s => KeyValuePair.Create(s.Key, (JsonNode?)new JsonObject
            {
                ["value"] = s.Value.Value, ["interval"] = new JsonArray(s.Value.Interval.Low, s.Value.Interval.High),
            }))),
        })]),
        ["rank_correlation"] = new JsonObject(Scorers.Select(s => KeyValuePair.Create(
            s, double.IsNaN(RankCorrelation(s)) ? null : (JsonNode?)RankCorrelation(s)))),
    });
}
