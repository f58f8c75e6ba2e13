using System.Text.Json;
using System.Text.Json.Nodes;

namespace Innate.Runs.Arena;

/// <summary>One run of the arena: what it left, measured.</summary>
/// <param name="Entry">The recipe's or control's name.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="After">The figures of the model that it left.</param>
/// <param name="Training">Means over its training steps, by the arena's names.</param>
/// <param name="SampledTokens">Tokens that it sampled.</param>
/// <param name="Steps">Optimizer steps that it took.</param>
/// <param name="Seconds">How long it took, on whatever machine.</param>
internal sealed record ArenaCell(
    string Entry, int Seed, IReadOnlyDictionary<string, double> After, IReadOnlyDictionary<string, double> Training,
    long SampledTokens, int Steps, double Seconds)
{
    /// <summary>Why it ended before its time, in one sentence; null: it did not.</summary>
    public string? Stopped { get; init; }

    /// <summary>The cell as a line of JSON.</summary>
    public JsonObject ToJson() => new()
    {
        ["entry"] = Entry, ["seed"] = Seed, ["after"] = Json(After), ["training"] = Json(Training),
        ["sampled_tokens"] = SampledTokens, ["steps"] = Steps, ["seconds"] = Math.Round(Seconds, 1), ["stopped"] = Stopped,
    };

    /// <summary>Reads one.</summary>
    /// <param name="json">As <see cref="ToJson"/> writes it.</param>
    public static ArenaCell Of(JsonElement json) => new(
        json.GetProperty("entry").GetString()!, json.GetProperty("seed").GetInt32(), Figures(json.GetProperty("after")),
        Figures(json.GetProperty("training")), json.GetProperty("sampled_tokens").GetInt64(),
        json.GetProperty("steps").GetInt32(), json.GetProperty("seconds").GetDouble())
    {
        Stopped = json.GetProperty("stopped").GetString(),
    };

    /// <summary>Figures as JSON; what is no number is null.</summary>
    public static JsonObject Json(IReadOnlyDictionary<string, double> figures) => new(figures
        .OrderBy(f => f.Key, StringComparer.Ordinal)
        .Select(f => KeyValuePair.Create(f.Key, double.IsFinite(f.Value) ? (JsonNode?)Math.Round(f.Value, 6) : null)));

    /// <summary>Figures read back.</summary>
    public static IReadOnlyDictionary<string, double> Figures(JsonElement json) => json.EnumerateObject().ToDictionary(
        p => p.Name, p => p.Value.ValueKind == JsonValueKind.Number ? p.Value.GetDouble() : double.NaN, StringComparer.Ordinal);
}
