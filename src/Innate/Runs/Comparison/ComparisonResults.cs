using System.Text.Json.Nodes;
using Innate.Benchmarks;
using Innate.Benchmarks.BestOf;
using Innate.Benchmarks.Evaluation;
using Innate.Runs.Evaluation;

namespace Innate.Runs.Comparison;

/// <summary>One scorer among those that chose.</summary>
public sealed record ComparedScorer
{
    /// <summary>A scorer's row.</summary>
    /// <param name="model">Whose scores they are.</param>
    /// <param name="result">Its metrics.</param>
    /// <param name="cost">What its verdicts took.</param>
    /// <param name="resamples">Of the interval.</param>
    /// <param name="seed">Decides it.</param>
    internal ComparedScorer(string model, ScorerResult result, ScorerCost cost, int resamples, ulong seed)
    {
        (Model, Result, Cost) = (model, result, cost);
        if (result.Outcomes.Count == 0) return;
        Curve = [.. Points(result.Outcomes)];
        int n = Curve[^1].Size;
        Peak = Curve.MaxBy(p => p.Gold).Size;
        Gain = Difference(result.Outcomes, n);
        GainInterval = Bootstrap.Interval(
            [.. Bootstrap.Samples(result.Outcomes, o => o.Item, resamples, seed).Select(s => Difference(s, n))]);
    }

    /// <summary>Whose scores they are.</summary>
    public string Model { get; }

    /// <summary>Its scores, outcomes and metrics.</summary>
    public ScorerResult Result { get; }

    /// <summary>Its name.</summary>
    public string Name => Result.Spec.Name;

    /// <summary>What its verdicts took.</summary>
    public ScorerCost Cost { get; }

    /// <summary>
    /// By the number of answers that it chooses among: the share of right choices, and the mean score of what it chose, in
    /// standard deviations of all its scores from their mean.
    /// </summary>
    public IReadOnlyList<(int Size, double Gold, double Proxy)> Curve { get; } = [];

    /// <summary>The number of answers at which its choice is right most often: beyond it, its score is over-optimised.</summary>
    public int Peak { get; }

    /// <summary>Its choice among all answers, less the share of right answers: what choosing gains over one sample.</summary>
    public double Gain { get; } = double.NaN;

    /// <summary>Between which values 95 of 100 resampled gains lie.</summary>
    public MetricInterval GainInterval { get; } = new(double.NaN, double.NaN);

    private static IEnumerable<(int Size, double Gold, double Proxy)> Points(IReadOnlyList<ItemOutcome> outcomes)
    {
        double[] scores = [.. outcomes.SelectMany(AnswersBench.Answers).Select(a => a.Score)];
        double mean = scores.Average(), deviation = Math.Sqrt(scores.Average(s => (s - mean) * (s - mean)));
        ILookup<int, BestOfPoint> points = outcomes.SelectMany(AnswersBench.CurveOf).ToLookup(p => p.Size, p => p.Point);
        return BestOfCurve.Sizes(points.Max(p => p.Key)).Where(points.Contains).Select(n => (
            n, points[n].Average(p => p.Gold),
            deviation > 0 ? (points[n].Average(p => p.Proxy) - mean) / deviation : 0));
    }

    private static double Difference(IReadOnlyList<ItemOutcome> outcomes, int n) =>
        AnswersBench.Gold(outcomes, n) - AnswersBench.Gold(outcomes, 1);
}

/// <summary>All scorers on one set of samples.</summary>
/// <param name="Set">The question set's name.</param>
/// <param name="Policy">Whose answers they are.</param>
/// <param name="Scorers">The scorers, those of the policy first.</param>
public sealed record ComparisonResults(string Set, PolicyEvaluation Policy, IReadOnlyList<ComparedScorer> Scorers)
{
    /// <summary>Whether scorers of several models are compared.</summary>
    public bool HasModels => Scorers.Select(s => s.Model).Distinct().Skip(1).Any();

    /// <summary>
    /// How often the most frequent of all answers is right: what a scorer has to beat; null where nothing was scored.
    /// </summary>
    public double? Majority => Scorers.Select(s => s.Result["majority"]).FirstOrDefault(m => m is not null);

    /// <summary>A scorer's name, with its model's where there are several.</summary>
    public string NameOf(ComparedScorer scorer) =>
        HasModels && !scorer.Result.Spec.IsBaseline ? $"{scorer.Name} · {scorer.Model}" : scorer.Name;

    /// <summary>comparison.json.</summary>
    public byte[] ToJson() => JsonBytes.Indented(new JsonObject
    {
        ["policy"] = Set,
        ["model"] = Policy.Model,
        ["samples"] = Policy.Samples,
        ["temperature"] = Policy.Temperature,
        ["scorers"] = new JsonArray([.. Scorers.Select(s => (JsonNode)new JsonObject
        {
            ["name"] = s.Name,
            ["model"] = s.Model,
            ["n"] = s.Result.Scored.Count,
            ["unscored"] = s.Result.Unscored,
            ["metrics"] = new JsonObject(s.Result.Metrics.Select(m => KeyValuePair.Create(m.Name, (JsonNode?)m.Value))),
            ["gain"] = Finite(s.Gain),
            ["gain_interval"] = new JsonArray(Finite(s.GainInterval.Low), Finite(s.GainInterval.High)),
            ["peak"] = s.Peak,
            ["curve"] = new JsonArray([.. s.Curve.Select(p => (JsonNode)new JsonObject
            {
                ["n"] = p.Size, ["gold"] = p.Gold, ["proxy"] = p.Proxy,
            })]),
            ["verdicts"] = s.Cost.Verdicts,
            ["tokens"] = s.Cost.Tokens,
            ["seconds"] = s.Cost.Seconds,
        })]),
    });

    private static JsonNode? Finite(double x) => double.IsNaN(x) ? null : x;
}
