using System.Text.Json;
using System.Text.RegularExpressions;
using Innate.Generation.Formats;

namespace Innate.Judges;

/// <summary>How a judge's JSON was found.</summary>
internal enum FoundJson
{
    /// <summary>There is none that can be read.</summary>
    None,

    /// <summary>It had to be cut out of other text.</summary>
    Salvaged,

    /// <summary>It is what it should be.</summary>
    Direct,
}

/// <summary>
/// What a RewardAnything judge wrote (arXiv 2506.03637): thoughts in their tags, then JSON:
/// <code>
/// &lt;think&gt;...&lt;/think&gt;
/// {"scores": {"model-1": 4, "model-2": 2}, "best-to-worst": ["model-1", "model-2"]}
/// </code>
/// </summary>
internal sealed partial record PrincipleReply
{
    /// <summary>The lowest and the highest score.</summary>
    public const int LowestScore = 1, HighestScore = 5;

    private const string Open = "<think>", Close = "</think>", ScoresKey = "scores", RankingKey = "best-to-worst";

    /// <summary>Whether the thoughts stand in their tags.</summary>
    public required bool HasThoughts { get; init; }

    /// <summary>How long the thoughts are, in characters.</summary>
    public int ThoughtLength { get; init; }

    /// <summary>How the JSON was found.</summary>
    public required FoundJson Json { get; init; }

    /// <summary>Each response's score by name; null: the key is missing.</summary>
    public IReadOnlyDictionary<string, double>? Scores { get; init; }

    /// <summary>The responses' names, best first; null: the key is missing.</summary>
    public IReadOnlyList<string>? Ranking { get; init; }

    /// <summary>The share of the responses that were scored, 0 to 1.</summary>
    public required double Coverage { get; init; }

    /// <summary>The format of a whole reply.</summary>
    /// <param name="names">What the responses are called.</param>
    public static TextFormat Format(IReadOnlyList<string> names)
    {
        string[] shown = [.. names.Order(StringComparer.Ordinal)];
        return TextFormats.Sequence(
            TextFormats.Text(Open),
            UntilFormat.Of((Close, TextFormats.Sequence(TextFormats.Text("\n"), TextFormats.JsonObject(
            [
                (ScoresKey, TextFormats.JsonObject(shown.Select(n => (n, TextFormats.Whole(LowestScore, HighestScore))))),
                (RankingKey, TextFormats.JsonOrder(shown)),
            ])))));
    }

    /// <summary>Reads a reply, as leniently as its reward for format allows.</summary>
    /// <param name="text">The judge's text.</param>
    /// <param name="names">What the responses are called; other names are passed over.</param>
    public static PrincipleReply Read(string text, IReadOnlyCollection<string> names)
    {
        Match thoughts = Thoughts().Match(text);
        string rest = thoughts.Success ? text[(thoughts.Index + thoughts.Length)..].Trim() : text.Trim();
        (JsonDocument? json, FoundJson found) = Find(rest);
        using JsonDocument? owned = json;
        Dictionary<string, double>? scores = Member(json, ScoresKey, JsonValueKind.Object) is not { } said ? null
            : said.EnumerateObject().Where(p => names.Contains(p.Name) && p.Value.ValueKind == JsonValueKind.Number)
                .GroupBy(p => p.Name, StringComparer.Ordinal)
                .ToDictionary(g => g.Key, g => g.Last().Value.GetDouble(), StringComparer.Ordinal);
        return new PrincipleReply
        {
            HasThoughts = thoughts.Success,
            ThoughtLength = thoughts.Success ? thoughts.Groups[1].Value.Trim().Length : 0,
            Json = found,
            Scores = scores,
            Ranking = Member(json, RankingKey, JsonValueKind.Array) is not { } order ? null
                : [.. order.EnumerateArray().Where(e => e.ValueKind == JsonValueKind.String).Select(e => e.GetString()!)
                    .Where(names.Contains).Distinct(StringComparer.Ordinal)],
            Coverage = names.Count == 0 ? 0 : (double)(scores?.Count ?? 0) / names.Count,
        };
    }

    private static (JsonDocument? Json, FoundJson Found) Find(string text)
    {
        if (Parse(text) is { } direct) return (direct, FoundJson.Direct);
        int start = text.IndexOf('{'), end = text.LastIndexOf('}');
        JsonDocument? salvaged = start >= 0 && end > start ? Parse(text[start..(end + 1)]) : null;
        return (salvaged, salvaged is null ? FoundJson.None : FoundJson.Salvaged);
    }

    private static JsonDocument? Parse(string text)
    {
        try
        {
            JsonDocument json = JsonDocument.Parse(text);
            if (json.RootElement.ValueKind == JsonValueKind.Object) return json;
            json.Dispose();
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonElement? Member(JsonDocument? json, string name, JsonValueKind kind) =>
        json is not null && json.RootElement.TryGetProperty(name, out JsonElement value) && value.ValueKind == kind
            ? value : null;

    [GeneratedRegex("<think>(.*?)</think>", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Thoughts();
}
