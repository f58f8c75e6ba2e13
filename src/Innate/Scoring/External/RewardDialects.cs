using System.Text.Json;
using System.Text.Json.Nodes;

namespace Innate.Scoring.External;

/// <summary>
/// How a reward server is asked, in the words of docs/serving.md: what is posted for a group, and where its numbers stand in the
/// reply.
/// </summary>
internal static class RewardDialects
{
    /// <summary>OpenRLHF's, which is spoken where none is named.</summary>
    public const string Usual = "openrlhf";

    /// <summary>OpenRLHF, Innate's own /v1/rewards, slime, LLaMA-Factory, verl's /classify, vLLM's /score.</summary>
    public static IReadOnlyList<string> Names { get; } = [Usual, "innate", "slime", "llama-factory", "classify", "score"];

    /// <summary>What is posted for a group: one body, or in slime's dialect one a response.</summary>
    public static IReadOnlyList<JsonObject> Bodies(string dialect, IReadOnlyList<RewardQuery> group) => dialect switch
    {
        "innate" =>
        [
            new JsonObject
            {
                ["prompt"] = group[0].Prompt,
                ["responses"] = Texts(group, q => q.Response),
                ["answer"] = group[0].Label,
            },
        ],
        "slime" =>
        [
            .. group.Select(q => new JsonObject { ["prompt"] = q.Rendered, ["response"] = q.Response, ["label"] = q.Label }),
        ],
        "llama-factory" => [new JsonObject { ["messages"] = Texts(group, q => q.Whole) }],
        "classify" => [new JsonObject { ["input"] = Texts(group, q => q.Whole), ["use_activation"] = false }],
        "score" => [new JsonObject { ["text_1"] = group[0].Prompt, ["text_2"] = Texts(group, q => q.Response) }],
        _ =>
        [
            new JsonObject
            {
                ["query"] = Texts(group, q => q.Whole),
                ["prompts"] = Texts(group, q => q.Rendered),
                ["labels"] = Texts(group, q => q.Label),
            },
        ],
    };

    /// <summary>The numbers of a reply, null where one was not given; null: the reply is none of the dialect's.</summary>
    /// <param name="dialect">The dialect.</param>
    /// <param name="reply">The reply.</param>
    /// <param name="count">How many numbers there should be.</param>
    public static IReadOnlyList<double?>? Read(string dialect, JsonElement reply, int count)
    {
        if (dialect == "slime") return RewardReply.TryNumber(reply, out double? one) ? [one] : null;
        string field = dialect switch { "llama-factory" => "scores", "classify" or "score" => "data", _ => "rewards" };
        if (reply.ValueKind != JsonValueKind.Object || !reply.TryGetProperty(field, out JsonElement values)
            || values.ValueKind != JsonValueKind.Array || values.GetArrayLength() != count)
        {
            return null;
        }

        List<double?> numbers = [];
        foreach (JsonElement value in values.EnumerateArray())
        {
            if (Number(dialect, value) is not { } element || !RewardReply.TryNumber(element, out double? number)) return null;
            numbers.Add(number);
        }

        return numbers;
    }

    /// <summary>The reply that a dialect has, for messages.</summary>
    public static string Expected(string dialect, int count) => dialect switch
    {
        "slime" => "a number",
        "llama-factory" => $"{{\"scores\": [{count} numbers]}}",
        "classify" => $"{{\"data\": [{count} times {{\"probs\": [number]}}]}}",
        "score" => $"{{\"data\": [{count} times {{\"score\": number}}]}}",
        _ => $"{{\"rewards\": [{count} numbers]}}",
    };

    private static JsonElement? Number(string dialect, JsonElement value)
    {
        if (dialect is not ("classify" or "score")) return value;
        if (value.ValueKind != JsonValueKind.Object) return null;
        if (dialect == "score") return value.TryGetProperty("score", out JsonElement score) ? score : null;
        return value.TryGetProperty("probs", out JsonElement probs) && probs.ValueKind == JsonValueKind.Array
            && probs.GetArrayLength() == 1 ? probs[0] : null;
    }

    private static JsonArray Texts(IReadOnlyList<RewardQuery> group, Func<RewardQuery, string?> text) =>
        new([.. group.Select(q => (JsonNode?)text(q))]);
}
