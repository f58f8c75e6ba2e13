using System.Text.Json;
using Innate.Rows;

namespace Innate.Audits;

/// <summary>What a scorer says of an item.</summary>
/// <param name="Originals">The reward of each of the user's responses; null: it could not be scored.</param>
/// <param name="Differences">Of each pair the second text's reward less the first's; null: it was not compared.</param>
internal sealed record ItemScores(double?[] Originals, double?[] Differences)
{
    /// <summary>Why a text could not be scored; null: all could.</summary>
    public string? Error { get; init; }
}

/// <summary>An item's line in pairs.jsonl, written and read: all figures are made of the lines alone.</summary>
internal static class ItemLine
{
    /// <summary>Writes a line.</summary>
    /// <param name="item">The item's place, from 1.</param>
    /// <param name="scores">One a scorer.</param>
    /// <param name="likelihoods">The mean log-likelihood of each of the user's responses; null: not known.</param>
    public static byte[] Write(int item, IReadOnlyList<ItemScores> scores, double?[]? likelihoods) => RowWriter.Line(w =>
    {
        w.WriteNumber("item", item);
        w.WriteStartArray("scorers");
        foreach (ItemScores s in scores)
        {
            w.WriteStartObject();
            Numbers(w, "rewards", s.Originals);
            Numbers(w, "differences", s.Differences);
            if (s.Error is not null) w.WriteString("unscored", s.Error);
            w.WriteEndObject();
        }

        w.WriteEndArray();
        if (likelihoods is not null) Numbers(w, "mean_log_likelihoods", likelihoods);
    });

    /// <summary>Reads a line.</summary>
    public static (IReadOnlyList<ItemScores> Scores, double?[]? Likelihoods) Read(JsonElement line) =>
    (
        [
            .. line.GetProperty("scorers").EnumerateArray().Select(s => new ItemScores(
                Numbers(s.GetProperty("rewards")), Numbers(s.GetProperty("differences")))
            {
                Error = s.TryGetProperty("unscored", out JsonElement why) ? why.GetString() : null,
            }),
        ],
        line.TryGetProperty("mean_log_likelihoods", out JsonElement likelihoods) ? Numbers(likelihoods) : null);

    private static void Numbers(Utf8JsonWriter w, string name, double?[] numbers)
    {
        w.WriteStartArray(name);
        foreach (double? x in numbers)
        {
            if (x is { } number) w.WriteNumberValue(number);
            else w.WriteNullValue();
        }

        w.WriteEndArray();
    }

    private static double?[] Numbers(JsonElement array) =>
        [.. array.EnumerateArray().Select(x => x.ValueKind == JsonValueKind.Null ? (double?)null : x.GetDouble())];
}
