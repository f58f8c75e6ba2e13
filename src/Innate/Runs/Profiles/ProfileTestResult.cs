using System.Text.Json.Nodes;

namespace Innate.Runs.Profiles;

/// <summary>What words do to a reward.</summary>
public enum SteeringVerdict
{
    /// <summary>The interval of the agreement lies above chance and above the agreement without the words.</summary>
    Steers,

    /// <summary>The pairs are preferred, but no less so without the words.</summary>
    PreferredAnyway,

    /// <summary>The agreement's interval does not lie above chance, or not above the agreement without the words.</summary>
    DoesNotSteer,

    /// <summary>The profile has no pairs.</summary>
    Unknown,
}

/// <summary>The order of responses under other words: of each prompt, then the mean over prompts.</summary>
/// <param name="Words">The words.</param>
/// <param name="IsByRule">Whether a rule made them.</param>
/// <param name="Kendall">Kendall's tau with the order under the profile's own words; NaN: nothing to order.</param>
public sealed record WordingAgreement(string Words, bool IsByRule, double Kendall);

/// <summary>What was found of one profile.</summary>
public sealed record ProfileFinding
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its words.</summary>
    public required string Prefers { get; init; }

    /// <summary>Its pairs.</summary>
    public required int Pairs { get; init; }

    /// <summary>The prompts of its pairs.</summary>
    public required int Prompts { get; init; }

    /// <summary>The share of its pairs whose chosen response wins.</summary>
    public required Share Agreement { get; init; }

    /// <summary>The same without the words.</summary>
    public required Share Without { get; init; }

    /// <summary>Whether the words steer.</summary>
    public required SteeringVerdict Verdict { get; init; }

    /// <summary>Kendall's tau between the orders with the words and without, the mean over prompts.</summary>
    public required double Kendall { get; init; }

    /// <summary>Spearman's, the same.</summary>
    public required double Spearman { get; init; }

    /// <summary>Agreement of the order with that under other words for the same wish.</summary>
    public required IReadOnlyList<WordingAgreement> Paraphrases { get; init; }

    /// <summary>
    /// By how much a counter-order at the end of a response moves its reward, in standard deviations of the responses' rewards.
    /// </summary>
    public required double CounterOrder { get; init; }

    /// <summary>The same of a sentence of that length that orders nothing.</summary>
    public required double Control { get; init; }

    /// <summary>The verdict in words.</summary>
    public string Says => Verdict switch
    {
        SteeringVerdict.Steers => "steers",
        SteeringVerdict.PreferredAnyway => "prefers this without its words too: they do not steer",
        SteeringVerdict.DoesNotSteer => "does not steer",
        _ => "unknown: it has no pairs",
    };
}

/// <summary>What was found.</summary>
/// <param name="Model">What a person calls the model.</param>
/// <param name="Profiles">One entry a profile.</param>
/// <param name="Crosstalk">
/// [under the words of, on the pairs of]: how often the chosen responses of the column's profile win under the row's words.
/// </param>
public sealed record ProfileTestResult(
    string Model, IReadOnlyList<ProfileFinding> Profiles, IReadOnlyList<IReadOnlyList<Share>> Crosstalk)
{
    /// <summary>The findings as JSON.</summary>
    public byte[] ToJson() => Foundation.JsonBytes.Indented(new JsonObject
    {
        ["model"] = Model,
        ["profiles"] = new JsonArray([.. Profiles.Select(p => new JsonObject
        {
            ["name"] = p.Name,
            ["prefers"] = p.Prefers,
            ["verdict"] = p.Says,
            ["steers"] = p.Verdict == SteeringVerdict.Steers,
            ["pairs"] = p.Pairs,
            ["prompts"] = p.Prompts,
            ["agreement"] = Of(p.Agreement),
            ["without_words"] = Of(p.Without),
            ["kendall"] = Of(p.Kendall),
            ["spearman"] = Of(p.Spearman),
            ["paraphrases"] = new JsonArray([.. p.Paraphrases.Select(w => new JsonObject
            {
                ["prefers"] = w.Words, ["by_rule"] = w.IsByRule, ["kendall"] = Of(w.Kendall),
            })]),
            ["counter_order_sd"] = Of(p.CounterOrder),
            ["neutral_sentence_sd"] = Of(p.Control),
        })]),
        ["crosstalk"] = new JsonArray([.. Crosstalk.Select(r => new JsonArray([.. r.Select(c => (JsonNode?)Of(c))]))]),
    });

    private static JsonObject Of(Share share) => new()
    {
        ["value"] = Of(share.Value), ["interval"] = new JsonArray(Of(share.Low), Of(share.High)),
    };

    private static JsonValue? Of(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;
}
