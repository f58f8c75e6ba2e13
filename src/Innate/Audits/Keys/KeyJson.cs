using System.Text.Json.Nodes;

namespace Innate.Audits.Keys;

/// <summary>keys.json: the results as a program reads them; what is no number is null.</summary>
internal static class KeyJson
{
    /// <summary>The file.</summary>
    public static byte[] Of(KeyResults results) => JsonBytes.Indented(new JsonObject
    {
        ["fingerprint"] = new JsonObject(results.Fingerprint.Select(f => KeyValuePair.Create(f.Key, (JsonNode?)f.Value))),
        ["prompts"] = results.Prompts,
        ["left_out"] = results.LeftOut,
        ["scorers"] = new JsonArray([.. results.Scorers.Select(Scorer)]),
    });

    private static JsonObject Scorer(KeyedScorer scorer) => new()
    {
        ["name"] = scorer.Name,
        ["model"] = scorer.Model,
        ["threshold"] = scorer.Threshold,
        ["unscored"] = scorer.Unscored,
        ["keys"] = new JsonArray([.. scorer.Keys.Select(k => new JsonObject
        {
            ["key"] = k.Name,
            ["called_right"] = Share(k.CalledRight),
            ["over_wrong"] = Share(k.OverWrong),
            ["over_right"] = Share(k.OverRight),
        })]),
    };

    private static JsonObject? Share(KeyShare? share) => share is not { } s ? null : new JsonObject
    {
        ["share"] = Number(s.Value),
        ["interval"] = new JsonArray(Number(s.Interval.Low), Number(s.Interval.High)),
        ["prompts"] = s.Prompts,
    };

    private static JsonValue? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;
}
