using System.Text.Json.Nodes;

namespace Innate.Benchmarks.Evaluation;

/// <summary>
/// How much of what a scorer chooses is the responses' length. A pair is one of a question's right responses and one of its wrong
/// ones; of all pairs together, a pair that comes out neither way counts as half a win.
/// </summary>
public sealed record LengthFigures
{
    /// <summary>What lengths are in: tokens where the run's model has counted them, else characters (UTF-16 units).</summary>
    public required string Unit { get; init; }

    /// <summary>The responses, counted once a question.</summary>
    public required int Responses { get; init; }

    /// <summary>The pairs.</summary>
    public required int Pairs { get; init; }

    /// <summary>The share of pairs whose right response is preferred.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Pearson's correlation of score and length over all responses; NaN where one does not vary.</summary>
    public required double Pearson { get; init; }

    /// <summary>
    /// The same after each question's mean score and mean length are taken off: scores of two prompts share no scale.
    /// </summary>
    public required double PearsonWithin { get; init; }

    /// <summary>The mean over questions of Spearman's; where scores or lengths are all equal there is none.</summary>
    public required double SpearmanWithin { get; init; }

    /// <summary>Pairs of like length: the difference is at most a tenth of the longer one.</summary>
    public required int LikePairs { get; init; }

    /// <summary>The share of these whose right response is preferred; NaN where there are none.</summary>
    public required double LikeAccuracy { get; init; }

    /// <summary>Which of <c>shorter-wins</c> and <c>longer-wins</c>, by characters, is right about more of these pairs.</summary>
    public required string Baseline { get; init; }

    /// <summary>Its share.</summary>
    public required double BaselineAccuracy { get; init; }

    /// <summary><see cref="Accuracy"/> less <see cref="BaselineAccuracy"/>.</summary>
    public double Gain => Accuracy - BaselineAccuracy;

    /// <summary>The gain's 95 % interval: items drawn again, both scores of an item together.</summary>
    public required MetricInterval GainInterval { get; init; }

    internal JsonObject ToJson() => new()
    {
        ["unit"] = Unit,
        ["responses"] = Responses,
        ["pairs"] = Pairs,
        ["accuracy"] = Number(Accuracy),
        ["pearson"] = Number(Pearson),
        ["pearson_within"] = Number(PearsonWithin),
        ["spearman_within"] = Number(SpearmanWithin),
        ["like_pairs"] = LikePairs,
        ["like_accuracy"] = Number(LikeAccuracy),
        ["baseline"] = Baseline,
        ["baseline_accuracy"] = Number(BaselineAccuracy),
        ["gain"] = Number(Gain),
        ["gain_interval"] = new JsonArray(Number(GainInterval.Low), Number(GainInterval.High)),
    };

    /// <summary>A number, or null where there is none: JSON has no NaN.</summary>
    internal static JsonNode? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;
}

/// <summary>What a discount does to a scorer.</summary>
/// <param name="Gamma">The discount.</param>
/// <param name="Beta">The least weight.</param>
/// <param name="Accuracy">As <see cref="LengthFigures.Accuracy"/>.</param>
/// <param name="PearsonWithin">As <see cref="LengthFigures.PearsonWithin"/>.</param>
/// <param name="SpearmanWithin">As <see cref="LengthFigures.SpearmanWithin"/>.</param>
/// <param name="Changed">The share of pairs that it chooses otherwise than gamma 1 does.</param>
public sealed record DiscountPoint(
    double Gamma, double Beta, double Accuracy, double PearsonWithin, double SpearmanWithin, double Changed);

/// <summary>How a scorer's choice changes with gamma.</summary>
/// <param name="Scorer">Its name.</param>
/// <param name="Unit">As <see cref="LengthFigures.Unit"/>.</param>
/// <param name="Pairs">The pairs.</param>
/// <param name="Points">One an entry of the grid, the betas of each gamma together.</param>
public sealed record DiscountResult(string Scorer, string Unit, int Pairs, IReadOnlyList<DiscountPoint> Points)
{
    internal JsonObject ToJson() => new()
    {
        ["scorer"] = Scorer,
        ["unit"] = Unit,
        ["pairs"] = Pairs,
        ["points"] = new JsonArray([.. Points.Select(p => new JsonObject
        {
            ["gamma"] = p.Gamma,
            ["beta"] = p.Beta,
            ["accuracy"] = LengthFigures.Number(p.Accuracy),
            ["pearson_within"] = LengthFigures.Number(p.PearsonWithin),
            ["spearman_within"] = LengthFigures.Number(p.SpearmanWithin),
            ["changed"] = LengthFigures.Number(p.Changed),
        })]),
    };
}
