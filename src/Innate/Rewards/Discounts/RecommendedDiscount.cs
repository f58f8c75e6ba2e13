using System.Globalization;
using System.Text.Json;
using Innate.Models;

namespace Innate.Rewards.Discounts;

/// <summary>
/// The discount that was measured to be best for a model of some family and size: chosen on half of a benchmark, reported on the
/// other half. A committed table, recommended-discounts.json, which <c>experiments/real-models</c> writes.
/// </summary>
/// <param name="Family">The family.</param>
/// <param name="Parameters">Values of the model's weights.</param>
/// <param name="Model">Which model was measured.</param>
/// <param name="Data">On what.</param>
/// <param name="Chosen">The gamma that was best on the choosing half.</param>
/// <param name="Gain">
/// Pairs won on the reporting half with it, less those of the better length baseline there: a share, -1 to 1.
/// </param>
/// <param name="Low">The lower end of the gain's 95 % interval.</param>
/// <param name="High">Its upper end.</param>
public sealed record RecommendedDiscount(
    ModelFamily Family, long Parameters, string Model, string Data, double Chosen, double Gain, double Low, double High)
{
    // A model counts as of a row's size up to half as large again, or smaller by as much.
    private const double SameSize = 1.5;

    private static readonly Lazy<IReadOnlyList<RecommendedDiscount>> Table = new(Read);

    /// <summary>The table.</summary>
    public static IReadOnlyList<RecommendedDiscount> All => Table.Value;

    /// <summary>The discount to use: the chosen one where its gain over the length baseline is certain, else 1.</summary>
    public double Gamma => Low > 0 ? Chosen : 1;

    /// <summary>The row of the model's family that is nearest in size; null: none is near.</summary>
    /// <param name="config">The model's shape.</param>
    public static RecommendedDiscount? Of(ModelConfig config) => Of(config.Family, ParametersOf(config));

    /// <summary>The same, of a family and a size.</summary>
    /// <param name="family">The family.</param>
    /// <param name="parameters">Values of its weights.</param>
    public static RecommendedDiscount? Of(ModelFamily family, long parameters) => All
        .Where(r => r.Family == family && Ratio(r.Parameters, parameters) <= SameSize)
        .MinBy(r => Ratio(r.Parameters, parameters));

    /// <summary>Values of a model's weights; a tied head's once.</summary>
    /// <param name="config">Its shape.</param>
    public static long ParametersOf(ModelConfig config) => ModelTensors.Of(config).Sum(t => t.Count);

    /// <summary>One sentence for people.</summary>
    public override string ToString()
    {
        string gain = string.Create(
            CultureInfo.InvariantCulture, $"{100 * Gain:+0.0;-0.0} [{100 * Low:+0.0;-0.0}, {100 * High:+0.0;-0.0}] points");
        return Gamma == Chosen && Chosen < 1
            ? string.Create(
                CultureInfo.InvariantCulture, $"gamma {Chosen}, which won {gain} over a length rule with {Model} on {Data}")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"gamma 1, for no discount is certain to win over a length rule with {Model} on {Data} ({Chosen}: {gain})");
    }

    private static double Ratio(long a, long b) => (double)Math.Max(a, b) / Math.Max(1, Math.Min(a, b));

    private static IReadOnlyList<RecommendedDiscount> Read()
    {
        using Stream stream = typeof(RecommendedDiscount).Assembly.GetManifestResourceStream(
            "Innate.Rewards.Discounts.recommended-discounts.json")!;
        using JsonDocument document = JsonDocument.Parse(stream);
        return
        [
            .. document.RootElement.EnumerateArray().Select(row => new RecommendedDiscount(
                Enum.Parse<ModelFamily>(row.GetProperty("family").GetString()!), row.GetProperty("parameters").GetInt64(),
                row.GetProperty("model").GetString()!, row.GetProperty("data").GetString()!,
                row.GetProperty("chosen").GetDouble(), row.GetProperty("gain").GetDouble(), row.GetProperty("low").GetDouble(),
                row.GetProperty("high").GetDouble())),
        ];
    }
}
