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

    public RewardParameters Parameters => new(Reward, Alpha, Gamma, Beta, Raw, System, Template);

    /// <summary>Beside rows there is no row, and so nothing to pass through.</summary>
    public override void RefuseUnknown(string place = "")
    {
        if (Rows is not null) base.RefuseUnknown(place);
    }
}
