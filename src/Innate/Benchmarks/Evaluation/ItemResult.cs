using System.Text.Json;
using Innate.Judges;
using Innate.Rows;

namespace Innate.Benchmarks.Evaluation;

/// <summary>What one scorer says of one item: a line of items.jsonl.</summary>
/// <param name="Index">The item's place in the run, from 0.</param>
/// <param name="Scorer">The scorer's name.</param>
/// <param name="Scores">One entry a question; null: see <see cref="Unscored"/>.</param>
/// <param name="Unscored">Why the item has no scores.</param>
public sealed record ItemResult(int Index, string Scorer, IReadOnlyList<QuestionScores>? Scores, string? Unscored)
{
    /// <summary>Tokens of each question's responses; null where the scorer counts none.</summary>
    public IReadOnlyList<int[]>? Tokens { get; init; }

    /// <summary>Of the swept scorer: the scores at each point of the grid, of each question.</summary>
    public IReadOnlyList<IReadOnlyList<QuestionScores>>? Sweep { get; init; }

    /// <summary>Of the swept scorer: its scores with gamma 1, which those of other discounts are held against.</summary>
    public IReadOnlyList<QuestionScores>? Undiscounted { get; init; }

    /// <summary>Of a judge that compares: how it fared in its two orders.</summary>
    public PairwiseSummary? Pairs { get; init; }

    /// <summary>
    /// The line: <c>{"index", "id", "part", "scorer", "scores": [...], "tokens": [...], "characters": [...], "right": [...]}</c>,
    /// where an item with several questions has an array for each; or <c>{..., "unscored": "why"}</c>.
    /// </summary>
    public byte[] ToLine(BenchmarkItem item) => RowWriter.Line(w =>
    {
        w.WriteNumber("index", Index);
        w.WriteString("id", item.Id);
        w.WriteString("part", item.Part);
        if (item.Cluster != item.Id) w.WriteString("cluster", item.Cluster);
        w.WriteString("scorer", Scorer);
        if (Scores is null)
        {
            w.WriteString("unscored", Unscored);
            return;
        }

        WriteEach(w, "scores", Scores, s => Write(w, s.Scores));
        if (Scores.Any(s => s.Preferences is not null)) WriteEach(w, "preferences", Scores, s => Write(w, s.Preferences));
        if (Tokens is not null) WriteEach(w, "tokens", Tokens, t => Write(w, [.. t.Select(n => (double)n)]));
        if (item.Steps is null)
        {
            int[] questions = [.. Enumerable.Range(0, item.Questions.Count)];
            WriteEach(w, "characters", questions, q => Write(w, [.. item.Questions[q].Responses.Select(r => (double)r.Length)]));
            WriteEach(w, "right", questions, q => Write(w, [.. item.RightOf(q).Select(r => (double)r)]));
        }

        if (Pairs is { } pairs)
        {
            w.WriteStartObject("pairs");
            w.WriteNumber("count", pairs.Pairs);
            w.WriteNumber("abstained", pairs.Abstained);
            w.WriteNumber("first_share", pairs.FirstShare);
            w.WriteEndObject();
        }

        if (Sweep is null) return;
        w.WriteStartArray("sweep");
        foreach (IReadOnlyList<QuestionScores> point in Sweep)
        {
            w.WriteStartArray();
            foreach (QuestionScores question in point) Write(w, question.Scores);
            w.WriteEndArray();
        }

        w.WriteEndArray();
        if (Undiscounted is not null) WriteEach(w, "undiscounted", Undiscounted, s => Write(w, s.Scores));
    });

    /// <summary>Reads a line back.</summary>
    /// <param name="line">The line, which this program wrote.</param>
    /// <param name="questions">The item's questions.</param>
    public static ItemResult FromLine(JsonElement line, int questions)
    {
        ItemResult result = new(
            line.GetProperty("index").GetInt32(), line.GetProperty("scorer").GetString()!, null,
            line.TryGetProperty("unscored", out JsonElement why) ? why.GetString() : null);
        if (result.Unscored is not null) return result;
        double[][] scores = Each("scores", Numbers)!;
        double[,]?[]? preferences = Each("preferences", Matrix);
        return result with
        {
            Scores = [.. scores.Select((s, i) => new QuestionScores(s) { Preferences = preferences?[i] })],
            Tokens = Each("tokens", e => e.EnumerateArray().Select(n => n.GetInt32()).ToArray()),
            Pairs = line.TryGetProperty("pairs", out JsonElement pairs)
                ? new PairwiseSummary(
                    pairs.GetProperty("count").GetInt32(), pairs.GetProperty("abstained").GetInt32(),
                    pairs.GetProperty("first_share").GetDouble())
                : null,
            Sweep = line.TryGetProperty("sweep", out JsonElement sweep)
                ? [.. sweep.EnumerateArray()
                    .Select(p => p.EnumerateArray().Select(q => new QuestionScores(Numbers(q))).ToArray())]
                : null,
            Undiscounted = Each("undiscounted", e => new QuestionScores(Numbers(e))),
        };

        T[]? Each<T>(string name, Func<JsonElement, T> read) => !line.TryGetProperty(name, out JsonElement array) ? null
            : questions == 1 ? [read(array)]
            : [.. array.EnumerateArray().Select(read)];
    }

    private static void WriteEach<T>(Utf8JsonWriter w, string name, IReadOnlyList<T> questions, Action<T> write)
    {
        w.WritePropertyName(name);
        if (questions.Count == 1)
        {
            write(questions[0]);
            return;
        }

        w.WriteStartArray();
        foreach (T question in questions) write(question);
        w.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter w, double[] numbers)
    {
        w.WriteStartArray();
        foreach (double number in numbers) w.WriteNumberValue(number);
        w.WriteEndArray();
    }

    // A judge that abstains has no number to write.
    private static void Write(Utf8JsonWriter w, double[,]? matrix)
    {
        w.WriteStartArray();
        for (int i = 0; i < (matrix?.GetLength(0) ?? 0); i++)
        {
            w.WriteStartArray();
            for (int j = 0; j < matrix!.GetLength(1); j++)
            {
                if (double.IsNaN(matrix[i, j])) w.WriteNullValue();
                else w.WriteNumberValue(matrix[i, j]);
            }

            w.WriteEndArray();
        }

        w.WriteEndArray();
    }

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(n => n.GetDouble())];

    private static double[,]? Matrix(JsonElement array)
    {
        int n = array.GetArrayLength();
        if (n == 0) return null;
        double[,] matrix = new double[n, n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                JsonElement cell = array[i][j];
                matrix[i, j] = cell.ValueKind == JsonValueKind.Null ? double.NaN : cell.GetDouble();
            }
        }

        return matrix;
    }
}
