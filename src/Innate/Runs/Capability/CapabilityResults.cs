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
    /// <summary>The scorers, those of the first model first; a model that holds no item has none.</summary>
    public IReadOnlyList<string> Scorers => [.. Points.SelectMany(p => p.Scorers).Select(s => s.Key).Distinct()];

    /// <summary>A scorer's figure of a model; null: it could score nothing.</summary>
    public static (double Value, MetricInterval Interval)? Of(CapabilityPoint point, string scorer)
    {
        foreach ((string name, (double, MetricInterval) figure) in point.Scorers)
        {
            if (name == scorer) return figure;
        }

        return null;
    }

    /// <summary>
    /// Spearman's correlation of a scorer's figure with minus the bits for a byte: 1 where the abler model always has the better
    /// reward; NaN of fewer than three models, where a rank says nothing.
    /// </summary>
    public double RankCorrelation(string scorer)
    {
        CapabilityPoint[] have = [.. Points.Where(p => Of(p, scorer) is not null)];
        return have.Length < 3 ? double.NaN : Correlation.Spearman(
            [.. have.Select(p => -p.BitsPerByte)], [.. have.Select(p => Of(p, scorer)!.Value.Value)]);
    }

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
