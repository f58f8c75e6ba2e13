using System.Text.Json.Nodes;
using Innate.Judges;

namespace Innate.Benchmarks.Evaluation;

/// <summary>One scorer's row of the table.</summary>
/// <param name="Spec">The scorer.</param>
/// <param name="Scored">Items with scores.</param>
/// <param name="Outcomes">What they amount to.</param>
/// <param name="Unscored">How many items have none.</param>
/// <param name="Metrics">The numbers; empty where nothing was scored.</param>
/// <param name="Intervals">Their confidence intervals.</param>
/// <param name="Matrices">The heat maps.</param>
public sealed record ScorerResult(
    ScorerSpec Spec,
    IReadOnlyList<ScoredItem> Scored,
    IReadOnlyList<ItemOutcome> Outcomes,
    int Unscored,
    IReadOnlyList<Metric> Metrics,
    IReadOnlyDictionary<string, MetricInterval> Intervals,
    IReadOnlyList<BenchmarkMatrix> Matrices)
{
    /// <summary>Of a judge that compares: how it fared in its two orders; null of others.</summary>
    public PairwiseSummary? Pairs { get; init; }

    /// <summary>How much of its choice is length; null where nothing that it scored is a pair of responses.</summary>
    public LengthFigures? Lengths { get; init; }

    /// <summary>Comparisons that came out neither way.</summary>
    public int Ties => Outcomes.Sum(o => o.Ties);

    /// <summary>A metric's value; null where it was not measured.</summary>
    public double? this[string metric] => Metrics.Any(m => m.Name == metric) ? Metrics.First(m => m.Name == metric).Value : null;

    /// <summary>The parts that its numbers are over, of those that the benchmark has.</summary>
    public IReadOnlyList<string> Over(IBenchmark benchmark) =>
        [.. benchmark.Parts.Where(p => Outcomes.Any(o => o.Item.Part == p))];
}

/// <summary>A surface of metrics over weights.</summary>
/// <param name="Scorer">Whose weights.</param>
/// <param name="Grid">The weights.</param>
/// <param name="Surfaces">By metric: [gamma, beta].</param>
public sealed record SweepResult(string Scorer, SweepGrid Grid, IReadOnlyList<KeyValuePair<string, double[,]>> Surfaces);

/// <summary>Everything that a run's table, results.json and report.html are made of.</summary>
/// <param name="Benchmark">What was measured on.</param>
/// <param name="Items">The items of this run.</param>
/// <param name="Model">The model's name.</param>
/// <param name="Fingerprint">What decides the bits, by name.</param>
/// <param name="Scorers">One row a scorer.</param>
/// <param name="Sweep">The surface, where one was asked for.</param>
public sealed record EvalResults(
    IBenchmark Benchmark,
    IReadOnlyList<BenchmarkItem> Items,
    string Model,
    IReadOnlyList<KeyValuePair<string, string>> Fingerprint,
    IReadOnlyList<ScorerResult> Scorers,
    SweepResult? Sweep)
{
    /// <summary>How the first weighted scorer's choice changes with gamma; null where there is none, or no pair.</summary>
    public DiscountResult? Discount { get; init; }

    /// <summary>By the scorer's name, what the verdicts of this run took; what a run resumed after is not in it.</summary>
    internal IReadOnlyDictionary<string, ScorerCost> Costs { get; init; } = new Dictionary<string, ScorerCost>();

    /// <summary>The resamples of its intervals.</summary>
    public int Resamples { get; init; }

    /// <summary>The table's columns: the metrics in the order of the first scorer that has any.</summary>
    public IReadOnlyList<string> MetricNames =>
        [.. Scorers.SelectMany(s => s.Metrics.Select(m => m.Name)).Distinct(StringComparer.Ordinal)];

    /// <summary>Measures a run.</summary>
    /// <param name="benchmark">What was measured on.</param>
    /// <param name="items">The items of this run.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="fingerprint">What decides the bits, by name.</param>
    /// <param name="specs">The scorers.</param>
    /// <param name="results">One an item and scorer.</param>
    /// <param name="grid">The weights whose surfaces are asked for; null: none.</param>
    /// <param name="resamples">Of the confidence intervals.</param>
    /// <param name="seed">Decides them.</param>
    public static EvalResults Of(
        IBenchmark benchmark,
        IReadOnlyList<BenchmarkItem> items,
        string model,
        IReadOnlyList<KeyValuePair<string, string>> fingerprint,
        IReadOnlyList<ScorerSpec> specs,
        IReadOnlyList<ItemResult> results,
        SweepGrid? grid,
        int resamples,
        ulong seed)
    {
        ILookup<string, ItemResult> byScorer = results.ToLookup(r => r.Scorer, StringComparer.Ordinal);
        LengthMeasure lengths = new(items, isInTokens: results.Any(r => r.Tokens is not null));
        ScorerResult[] rows = [.. specs.Select(s => Row(s, byScorer[s.Name]))];
        if (specs.FirstOrDefault(s => s.IsWeighted)?.Name is not { } swept)
        {
            return new EvalResults(benchmark, items, model, fingerprint, rows, null) { Resamples = resamples };
        }

        SweepResult? surface = grid is null ? null : Surface(swept, grid, byScorer[swept]);
        return new EvalResults(benchmark, items, model, fingerprint, rows, surface)
        {
            Resamples = resamples,
            Discount = lengths.Discounts(swept, grid ?? SweepGrid.Discounts, byScorer[swept]),
        };

        ScorerResult Row(ScorerSpec spec, IEnumerable<ItemResult> own)
        {
            own = [.. own];
            ScoredItem[] scored =
                [.. own.Where(r => r.Scores is not null).Select(r => new ScoredItem(items[r.Index], r.Scores!))];
            if (scored.Length == 0)
            {
                return new ScorerResult(spec, [], [], items.Count, [], new Dictionary<string, MetricInterval>(), []);
            }

            IReadOnlyList<ItemOutcome> outcomes = benchmark.Outcomes(scored);
            return new ScorerResult(
                spec, scored, outcomes, items.Count - scored.Length, benchmark.Measure(outcomes),
                Bootstrap.Intervals(benchmark, outcomes, resamples, seed), benchmark.Matrices(outcomes))
            {
                Lengths = lengths.Of(own, resamples, seed),
                Pairs = Total([.. own.Select(r => r.Pairs).OfType<PairwiseSummary>()]),
            };
        }

        SweepResult? Surface(string scorer, SweepGrid sweep, IEnumerable<ItemResult> own)
        {
            ItemResult[] scored = [.. own.Where(r => r.Sweep is not null)];
            if (scored.Length == 0) return null;
            Dictionary<string, double[,]> surfaces = new(StringComparer.Ordinal);
            for (int p = 0; p < sweep.Count; p++)
            {
                ScoredItem[] point = [.. scored.Select(r => new ScoredItem(items[r.Index], r.Sweep![p]))];
                foreach (Metric metric in benchmark.Measure(benchmark.Outcomes(point)))
                {
                    if (!surfaces.TryGetValue(metric.Name, out double[,]? surface))
                    {
                        surfaces[metric.Name] = surface = new double[sweep.Gammas.Count, sweep.Betas.Count];
                    }

                    surface[p / sweep.Betas.Count, p % sweep.Betas.Count] = metric.Value;
                }
            }

            return new SweepResult(scorer, sweep, [.. surfaces]);
        }
    }

    /// <summary>results.json.</summary>
    public byte[] ToJson()
    {
        JsonObject root = new()
        {
            ["benchmark"] = Benchmark.Name,
            ["model"] = Model,
            ["fingerprint"] = Object(Fingerprint.Select(f => (f.Key, (JsonNode?)f.Value))),
            ["items"] = Items.Count,
            ["parts"] = Strings(Benchmark.Parts),
            ["missing"] = Strings(Benchmark.Missing),
            ["resamples"] = Resamples,
            ["scorers"] = new JsonArray([.. Scorers.Select(Json)]),
        };
        if (Sweep is { } sweep)
        {
            root["sweep"] = new JsonObject
            {
                ["scorer"] = sweep.Scorer,
                ["gamma"] = Numbers(sweep.Grid.Gammas),
                ["beta"] = Numbers(sweep.Grid.Betas),
                ["surfaces"] = Object(sweep.Surfaces.Select(s => (s.Key, (JsonNode?)Matrix(s.Value)))),
            };
        }

        if (Discount is { } discount) root["discount"] = discount.ToJson();
        return JsonBytes.Indented(root);
    }

    private static PairwiseSummary? Total(PairwiseSummary[] items) => items.Length == 0
        ? null
        : new PairwiseSummary(
            items.Sum(p => p.Pairs), items.Sum(p => p.Abstained),
            items.Sum(p => p.FirstShare * p.Pairs) / items.Sum(p => p.Pairs));

    private JsonNode Json(ScorerResult row)
    {
        JsonObject json = new()
        {
            ["name"] = row.Spec.Name,
            ["n"] = row.Scored.Count,
            ["unscored"] = row.Unscored,
            ["ties"] = row.Ties,
            ["over"] = Strings(row.Over(Benchmark)),
            ["metrics"] = Object(row.Metrics.Select(m => (m.Name, (JsonNode?)m.Value))),
            ["intervals"] = Object(row.Metrics.Where(m => row.Intervals.ContainsKey(m.Name)).Select(m =>
                (m.Name, (JsonNode?)Numbers([row.Intervals[m.Name].Low, row.Intervals[m.Name].High])))),
        };
        if (row.Lengths is { } lengths) json["length"] = lengths.ToJson();
        if (row.Pairs is { } pairs)
        {
            json["position"] = new JsonObject
            {
                ["pairs"] = pairs.Pairs,
                ["abstained"] = pairs.Abstained,
                ["first_share"] = pairs.FirstShare,
            };
        }

        if (row.Matrices.Count > 0)
        {
            json["matrices"] = new JsonArray([.. row.Matrices.Select(m => new JsonObject
            {
                ["name"] = m.Name,
                [m.RowMeaning] = Strings(m.Rows),
                [m.ColumnMeaning] = Strings(m.Columns),
                ["values"] = Matrix(m.Values),
            })]);
        }

        if (row.Outcomes.Count > 0 && Benchmark.Remark(row.Outcomes) is { } remark) json["remark"] = remark;
        return json;
    }

    private static JsonObject Object(IEnumerable<(string Name, JsonNode? Value)> fields)
    {
        JsonObject json = [];
        foreach ((string name, JsonNode? value) in fields) json[name] = value;
        return json;
    }

    private static JsonArray Strings(IEnumerable<string> values) => [.. values.Select(v => JsonValue.Create(v))];

    private static JsonArray Numbers(IEnumerable<double> values) => [.. values.Select(v => JsonValue.Create(v))];

    private static JsonArray Matrix(double[,] m) =>
        [.. Enumerable.Range(0, m.GetLength(0)).Select(i => Numbers(Enumerable.Range(0, m.GetLength(1)).Select(j => m[i, j])))];
}
