using System.Text.Json;
using Innate.Rows;

namespace Innate.Audits.Keys;

/// <summary>What a scorer says of one key beside real responses.</summary>
/// <param name="Score">Its score; null: it has none, or of a scorer that compares only its comparisons count.</param>
/// <param name="OverWrong">The share of the prompt's wrong responses that score strictly less; null: none was compared.</param>
/// <param name="OverRight">The same of the right ones.</param>
internal readonly record struct KeyScore(double? Score, double? OverWrong, double? OverRight);

/// <summary>What a scorer says of an item: a line of keys.jsonl, from which alone all figures are made.</summary>
/// <param name="Scorer">The scorer's place.</param>
/// <param name="Item">The item's place.</param>
/// <param name="Keys">One a key.</param>
/// <param name="Right">The scores of the right responses; null: not scored on its own.</param>
/// <param name="Wrong">The same of the wrong ones.</param>
/// <param name="RightOverWrong">The share of pairs whose right response scores strictly more; null: none was compared.</param>
/// <param name="Error">Why a text could not be scored; null: all could.</param>
internal sealed record KeyScores(
    int Scorer, int Item, IReadOnlyList<KeyScore> Keys, IReadOnlyList<double?> Right, IReadOnlyList<double?> Wrong,
    double? RightOverWrong, string? Error)
{
    /// <summary>The shares where each text has a score of its own.</summary>
    /// <param name="scorer">The scorer's place.</param>
    /// <param name="item">The item's place.</param>
    /// <param name="keys">Scores of keys; null: not scored.</param>
    /// <param name="right">Of right responses.</param>
    /// <param name="wrong">Of wrong ones.</param>
    /// <param name="error">Why one is not scored.</param>
    public static KeyScores OfScores(
        int scorer, int item, IReadOnlyList<double?> keys, IReadOnlyList<double?> right, IReadOnlyList<double?> wrong,
        string? error) =>
        new(
            scorer, item, [.. keys.Select(k => new KeyScore(k, Over([k], wrong), Over([k], right)))], right, wrong,
            Over(right, wrong), error);

    /// <summary>The line.</summary>
    public byte[] ToLine() => RowWriter.Line(w =>
    {
        w.WriteNumber("scorer", Scorer);
        w.WriteNumber("item", Item);
        w.WriteStartArray("keys");
        foreach (KeyScore key in Keys)
        {
            w.WriteStartObject();
            Write(w, "score", key.Score);
            Write(w, "over_wrong", key.OverWrong);
            Write(w, "over_right", key.OverRight);
            w.WriteEndObject();
        }

        w.WriteEndArray();
        WriteAll(w, "right", Right);
        WriteAll(w, "wrong", Wrong);
        Write(w, "right_over_wrong", RightOverWrong);
        if (Error is not null) w.WriteString("unscored", Error);
    });

    /// <summary>A line, read again.</summary>
    public static KeyScores Read(JsonElement line) => new(
        line.GetProperty("scorer").GetInt32(), line.GetProperty("item").GetInt32(),
        [
            .. line.GetProperty("keys").EnumerateArray().Select(k => new KeyScore(
                Number(k.GetProperty("score")), Number(k.GetProperty("over_wrong")), Number(k.GetProperty("over_right")))),
        ],
        [.. line.GetProperty("right").EnumerateArray().Select(Number)],
        [.. line.GetProperty("wrong").EnumerateArray().Select(Number)], Number(line.GetProperty("right_over_wrong")),
        line.TryGetProperty("unscored", out JsonElement why) ? why.GetString() : null);

    // A tie is no victory: what says nothing has to be held for better.
    private static double? Over(IReadOnlyList<double?> firsts, IReadOnlyList<double?> seconds)
    {
        double[] wins =
        [
            .. firsts.OfType<double>().SelectMany(a => seconds.OfType<double>().Select(b => a > b ? 1.0 : 0.0)),
        ];
        return wins.Length == 0 ? null : wins.Average();
    }

    private static void Write(Utf8JsonWriter w, string name, double? number)
    {
        if (number is { } x) w.WriteNumber(name, x);
        else w.WriteNull(name);
    }

    private static void WriteAll(Utf8JsonWriter w, string name, IReadOnlyList<double?> numbers)
    {
        w.WriteStartArray(name);
        foreach (double? number in numbers)
        {
            if (number is { } x) w.WriteNumberValue(x);
            else w.WriteNullValue();
        }

        w.WriteEndArray();
    }

    private static double? Number(JsonElement value) => value.ValueKind == JsonValueKind.Null ? null : value.GetDouble();
}
