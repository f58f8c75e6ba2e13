using System.Text.Json.Nodes;
using Innate.Benchmarks;

namespace Innate.Audits;

/// <summary>A rate that an audit found.</summary>
/// <param name="Value">From 0 to 1; NaN where there was nothing to count.</param>
/// <param name="Interval">
/// 95 %: percentile bootstrap over prompts; where no prompt differs from another (a rate of 0 or 1), Wilson's, by the prompts.
/// </param>
public readonly record struct AuditedRate(double Value, MetricInterval Interval)
{
    /// <summary>Nothing was counted.</summary>
    internal static AuditedRate None { get; } = new(double.NaN, new MetricInterval(double.NaN, double.NaN));

    /// <summary>The rate and its interval in an object; null where there is none.</summary>
    internal void AddTo(JsonObject json, string name)
    {
        json[name] = double.IsNaN(Value) ? null : Value;
        json[$"{name}_interval"] = double.IsNaN(Value) ? null : new JsonArray(Interval.Low, Interval.High);
    }
}
