using System.Text.Json;
using Innate.Scoring.Grading;

namespace Innate.Environments.Tools;

/// <summary>A question with its known answers.</summary>
/// <param name="Question">In words.</param>
/// <param name="Answers">Each as good as the others; at least one.</param>
internal sealed record QuestionRow(string Question, IReadOnlyList<string> Answers)
{
    /// <summary>How much an answer has in common with the best of the known ones: SQuAD's F1, 0 to 1, two digits.</summary>
    public double Score(string answer) => SquadF1.Best(answer, Answers);

    /// <summary>
    /// Reads lines of <c>{"question": TEXT, "answer": TEXT, number or list of them}</c>. Other fields are not looked at.
    /// </summary>
    /// <exception cref="InputException">A line is something else, or there is none: named by file and line.</exception>
    public static IReadOnlyList<QuestionRow> Read(string file)
    {
        List<QuestionRow> rows = [];
        foreach (JsonLine line in JsonLines.Read(file))
        {
            string question = line.Fields.TryGetProperty("question", out JsonElement asked)
                && asked.ValueKind == JsonValueKind.String && !string.IsNullOrWhiteSpace(asked.GetString())
                    ? asked.GetString()!
                    : throw Fault(file, line, "question", "a text");
            string[]? answers = line.Fields.TryGetProperty("answer", out JsonElement known) ? Texts(known) : null;
            rows.Add(answers is { Length: > 0 } && !answers.Any(string.IsNullOrWhiteSpace)
                ? new QuestionRow(question, answers)
                : throw Fault(file, line, "answer", "a text, a number or a list of them"));
        }

        return rows.Count > 0 ? rows : throw new InputException($"{file}: expected a question a line, found none.");
    }

    private static string[]? Texts(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.Number => [value.GetRawText()],
        JsonValueKind.Array when value.EnumerateArray().All(v => v.ValueKind is JsonValueKind.String or JsonValueKind.Number) =>
            [.. value.EnumerateArray().SelectMany(v => Texts(v)!)],
        _ => null,
    };

    private static InputException Fault(string file, JsonLine line, string field, string expected) =>
        new($"{file}, line {line.Line}: expected \"{field}\", {expected}, found {Found(line.Fields, field)}.");

    // The wrong item of a list of answers says more than that there is a list.
    private static string Found(JsonElement fields, string name)
    {
        if (!fields.TryGetProperty(name, out JsonElement value)) return "a line without it";
        if (value.ValueKind == JsonValueKind.String) return "an empty text";
        if (value.ValueKind != JsonValueKind.Array || name != "answer") return JsonLines.Describe(value);
        JsonElement[] items = [.. value.EnumerateArray()];
        int at = Array.FindIndex(items, v => v.ValueKind is not (JsonValueKind.String or JsonValueKind.Number));
        if (at < 0) return items.Length == 0 ? "an empty list" : "an empty text in it";
        return $"{JsonLines.Describe(items[at])} at [{at}]";
    }
}
