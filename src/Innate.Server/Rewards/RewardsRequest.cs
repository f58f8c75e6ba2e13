using System.Text.Json.Serialization;
using System.Text.Json;
using Innate.Server.Requests;

namespace Innate.Server.Rewards;

/// <summary><c>/v1/rewards</c>: a row of <c>innate score</c>, or rows, and the reward that they get. A row's own fields are
/// read by the row's parser; all fields that nobody knows are passed through.</summary>
internal sealed record RewardsRequest : RequestBody
{
    /// <summary>Many rows; null: the body is the row.</summary>
    [JsonPropertyName("rows")]
    public JsonElement? Rows { get; init; }

    /// <summary>A profile's name: its reward; or the model's. Of several rows it is not the rows' own field.</summary>
    [JsonPropertyName("model")]
    public JsonElement? Model { get; init; }

    [JsonPropertyName("reward")]
    public string? Reward { get; init; }

    [JsonPropertyName("alpha")]
    public double? Alpha { get; init; }

    [JsonPropertyName("gamma")]
    public double? Gamma { get; init; }

    [JsonPropertyName("beta")]
    public double? Beta { get; init; }

    [JsonPropertyName("raw")]
    public bool? Raw { get; init; }

    [JsonPropertyName("system")]
    public string? System { get; init; }

    [JsonPropertyName("template")]
    [JsonConverter(typeof(VariablesConverter))]
    public Dictionary<string, string>? Template { get; init; }

    /// <summary>Every token's numbers too.</summary>
    [JsonPropertyName("traces")]
    public bool? Traces { get; init; }

    private static readonly (string Name, JsonValueKind[] Kinds)[] Settings =
    [
        ("reward", [JsonValueKind.String]), ("system", [JsonValueKind.String]), ("template", [JsonValueKind.Object]),
        ("alpha", [JsonValueKind.Number]), ("gamma", [JsonValueKind.Number]), ("beta", [JsonValueKind.Number]),
        ("traces", [JsonValueKind.True, JsonValueKind.False]),
    ];

    public RewardParameters Parameters => new(Reward, Alpha, Gamma, Beta, Raw, System, Template);

    /// <summary>
    /// Beside rows there is no row, and so nothing to pass through. A row's own fields are, but what was meant for a setting
    /// would be passed through without a word, and the reward be another than was asked for.
    /// </summary>
    public override void RefuseUnknown(string place = "")
    {
        if (Rows is not null)
        {
            base.RefuseUnknown(place);
            return;
        }

        foreach ((string name, JsonElement value) in Unknown ?? new Dictionary<string, JsonElement>()) RefuseMeant(name, value);
    }

    // One letter away from a setting, which begins as it does, with a value as it has.
    private static void RefuseMeant(string name, JsonElement value)
    {
        const int ShortestName = 4;
        if (name.Length < ShortestName) return;
        string[] alike = [.. Settings.Where(s => s.Name[0] == name[0] && s.Kinds.Contains(value.ValueKind)).Select(s => s.Name)];
        if (NearestName.Of(name, alike, most: 1) is { } meant)
        {
            throw new InputException(
                $"the field \"{name}\" is not understood here (did you mean \"{meant}\"?); a row's own field goes into "
                + "\"rows\"");
        }
    }
}
