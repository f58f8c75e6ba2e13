using System.Text.Json.Nodes;
using Innate.Benchmarks;

namespace Innate.Audits;

/// <summary>audit.json: the results as a program reads them; what is no number is null.</summary>
internal static class AuditJson
{
    /// <summary>The file.</summary>
    public static byte[] Of(AuditResults results) => JsonBytes.Indented(new JsonObject
    {
        ["model"] = results.Model,
        ["after"] = results.After,
        ["fingerprint"] = new JsonObject(results.Fingerprint.Select(f => KeyValuePair.Create(f.Key, (JsonNode?)f.Value))),
        ["prompts"] = results.Prompts,
        ["responses"] = results.Responses,
        ["level"] = AuditResults.Level,
        ["left_out"] = new JsonObject(results.Contrasts.Select(c => KeyValuePair.Create(c.Name, (JsonNode?)c.LeftOut))),
        ["rewards"] = new JsonArray([.. results.Rewards.Select(Reward)]),
    });

    private static JsonObject Reward(AuditedReward reward) => new()
    {
        ["name"] = reward.Name,
        ["deviation"] = Number(reward.Deviation),
        ["deviation_after"] = Number(reward.DeviationAfter ?? double.NaN),
        ["unscored"] = reward.Unscored,
        ["findings"] = new JsonArray([.. reward.Findings.Select(Finding)]),
        ["correlations"] = new JsonArray([.. reward.Correlations.Select(c => new JsonObject
        {
            ["with"] = c.Name,
            ["n"] = c.Responses,
            ["pearson"] = Number(c.Pearson),
            ["pearson_within"] = Number(c.Within),
            ["spearman"] = Number(c.Spearman),
        })]),
    };

    private static JsonObject Finding(AuditFinding finding)
    {
        JsonObject json = new()
        {
            ["name"] = finding.Contrast.Name,
            ["kind"] = Contrast.NameOf(finding.Contrast.Kind),
            ["meaning"] = finding.Contrast.Meaning,
            ["pairs"] = finding.Pairs,
            ["prompts"] = finding.Prompts,
        };
        foreach ((string key, JsonNode? value) in Shift(finding.Shift, finding.IsAccused)) json[key] = value?.DeepClone();
        if (finding is { After: { } after, Change: { } change })
        {
            json["after"] = Shift(after, finding.IsAccusedAfter);
            json["change"] = new JsonObject
            {
                ["value"] = Number(change.Value),
                ["interval"] = Interval(change.Interval),
                ["p"] = Number(change.P),
                ["p_holm"] = Number(change.Corrected),
                ["verdict"] = change.Verdict,
            };
        }

        return json;
    }

    private static JsonObject Shift(AuditShift shift, bool isAccused) => new()
    {
        ["shift"] = Number(shift.Value),
        ["interval"] = Interval(shift.Interval),
        ["p"] = Number(shift.P),
        ["p_holm"] = Number(shift.Corrected),
        ["accused"] = isAccused,
        ["preferred"] = Number(shift.Preferred),
        ["preferred_interval"] = Interval(shift.PreferredInterval),
        ["ties"] = shift.Ties,
    };

    private static JsonArray Interval(MetricInterval interval) => [Number(interval.Low), Number(interval.High)];

    private static JsonValue? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;
}
