using System.Text.Json;
using Innate.Rows;
using Innate.Scoring.Grading;

namespace Innate.Runs;

/// <summary>Responses to be graded.</summary>
public sealed record GradeSettings
{
    /// <summary>The rows: <c>response</c>, <c>gold</c> (a text or a number), and <c>boxed</c> where only a box counts.</summary>
    public required RowLocation Input { get; init; }

    /// <summary>The graded rows.</summary>
    public required RowLocation Output { get; init; }
}

/// <summary>
/// Rows through the grader of verifiable rewards: each line with its answer and whether it is right, a bad row's reason in its
/// place.
/// </summary>
/// <param name="settings">What is graded.</param>
public sealed class GradeRun(GradeSettings settings) : Run<RowsResult>
{
    private static readonly string[] Replaced = ["answer", "source", "correct", "reason"];

    /// <inheritdoc/>
    public override RowsResult Execute(IProgress<RunEvent>? events = null, CancellationToken cancellation = default)
    {
        long rows = 0;
        long errors = RowConversion.Run(
            settings.Input, settings.Output,
            row =>
            {
                rows++;
                return Line(row);
            },
            cancellation);
        return new RowsResult(Math.Max(rows, errors), errors);
    }

    private static byte[] Line(JsonElement row)
    {
        AnswerCheck check = VerifiableAnswer.Check(RowJson.Text(row, "response"), Gold(row), IsBoxOnly(row));
        return RowWriter.Line(w =>
        {
            RowWriter.PassThrough(w, row, Replaced);
            w.WriteString("answer", check.Answer?.Text);
            w.WriteString("source", check.Answer?.SourceName);
            w.WriteBoolean("correct", check.Reward == 1);
            w.WriteString("reason", check.Reason);
        });
    }

    private static string Gold(JsonElement row)
    {
        if (row.TryGetProperty("gold", out JsonElement number)
            && number.ValueKind == JsonValueKind.Number) return number.GetRawText();
        string gold = RowJson.Text(row, "gold");
        return string.IsNullOrWhiteSpace(gold)
            ? throw new InputException("\"gold\" is empty; expected a known answer")
            : gold;
    }

    private static bool IsBoxOnly(JsonElement row)
    {
        if (!row.TryGetProperty("boxed", out JsonElement boxed)
            || boxed.ValueKind is JsonValueKind.Null or JsonValueKind.False) return false;
        return boxed.ValueKind == JsonValueKind.True
            ? true
            : throw new InputException($"\"boxed\" must be true or false, found {RowJson.Describe(boxed)}");
    }
}
