using System.Text.Json;
using Innate.Judges;
using Innate.Rows;

namespace Innate.Runs.Judgements;

/// <summary>A question to a judge whose answer is known.</summary>
/// <param name="Row">The row.</param>
/// <param name="Question">What is judged.</param>
/// <param name="Scores">What each response is worth; higher is better.</param>
/// <param name="Steps">Of one solution in steps each step's label, 1 or 0; null: it is not in steps.</param>
/// <param name="Principle">What the row is to be judged by; null: what the judge is told anyway.</param>
internal sealed record KnownQuestion(Row Row, JudgeQuestion Question, double[] Scores, int[]? Steps, string? Principle)
{
    /// <summary>The place of the best response; null where two share it.</summary>
    public int? Best => Scores.Count(s => s == Scores.Max()) == 1 ? Array.IndexOf(Scores, Scores.Max()) : null;

    /// <summary>Reads a row.</summary>
    /// <param name="line">The row.</param>
    /// <param name="columns">The rows' own names of fields; null: none of their own.</param>
    /// <exception cref="InputException">It says not what the responses are worth.</exception>
    public static KnownQuestion Of(InputLine line, RowColumns? columns)
    {
        Row row = RowParser.Parse(line, columns);
        RowFields fields = new(row.Fields, columns);
        string[] texts = [.. row.Responses.Select(r =>
            r.Text ?? throw new InputException("expected responses as text, which a judge is shown, found ids"))];
        int[]? steps = row.Responses is [{ Steps: { } own }]
            ? [.. StepRows.Labels(fields, own.Count).Select(Whole)] : null;
        double[] scores = row.Shape == ResponseShape.Pair ? [1, 0]
            : steps is not null ? [steps.Min()] : Known(fields, texts.Length);
        return new KnownQuestion(
            row, new JudgeQuestion(row.Prompt.Conversation, texts) { Arguments = row.Prompt.Arguments }, scores, steps,
            fields.Has("principle") ? fields.Text("principle") : null);
    }

    /// <summary>Whether a response is right, of scores that say no more.</summary>
    /// <exception cref="InputException">A score that is neither 0 nor 1.</exception>
    public bool IsRight(int response) => Scores[response] switch
    {
        0 => false,
        1 => true,
        double other => throw new InputException(FormattableString.Invariant(
            $"\"scores\": expected 0 or 1 for a judge that says yes or no, found {other}")),
    };

    private static int Whole(double label, int step) => label is 0 or 1 ? (int)label : throw new InputException(
        FormattableString.Invariant($"\"labels\": expected true or false for each step, found {label} at step {step + 1}"));

    private static double[] Known(RowFields fields, int responses)
    {
        if (fields.Get("scores") is not { ValueKind: JsonValueKind.Array } scores)
        {
            throw new InputException(
                "expected \"chosen\" and \"rejected\", \"responses\" with \"scores\", or \"completions\" with \"labels\": what "
                + "is known of the responses");
        }

        double[] known = [.. scores.EnumerateArray().Select(Number)];
        return known.Length == responses ? known : throw new InputException(
            $"\"scores\": expected one for each of {responses} responses, found {known.Length}");
    }

    private static double Number(JsonElement score) => score.ValueKind switch
    {
        JsonValueKind.True => 1,
        JsonValueKind.False => 0,
        JsonValueKind.Number when score.GetDouble() is var value && double.IsFinite(value) => value,
        _ => throw new InputException($"\"scores\": expected numbers, true or false, found {RowJson.Describe(score)}"),
    };
}
