using System.Text.Json;
using Innate.Rows;

namespace Innate.Scoring.Expressions;

/// <summary>A row's gold answer: <c>gold</c>, or <c>answer</c> where that is no response of the row.</summary>
internal static class RowGold
{
    private static readonly string[] Responses =
        ["response", "responses", "response_ids", "responses_ids", "chosen", "rejected", "completion",
            "completions", "steps"];

    /// <summary>The answer, a text or a number as it is written; null: the row has none.</summary>
    /// <exception cref="InputException">It is something else.</exception>
    public static string? Of(Row row, RowColumns? columns)
    {
        if (row.Fields.ValueKind != JsonValueKind.Object) return null;
        RowFields fields = new(row.Fields, columns);
        bool isResponse = row.Shape == ResponseShape.One && !Responses.Any(fields.Has);
        string? name = fields.Has("gold") ? "gold" : fields.Has("answer") && !isResponse ? "answer" : null;
        return name is null || string.IsNullOrWhiteSpace(fields.Scalar(name)) ? null : fields.Scalar(name);
    }
}
