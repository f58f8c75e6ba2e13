using System.Text.Json;

namespace Innate.Rows;

/// <summary>
/// JSON to <see cref="Row"/>, in our own form and in those that public data has (<see cref="RowForms"/>). A row with two forms of
/// the same thing, or a known field given twice, is ambiguous and refused; text beside ids is not: the ids count.
/// </summary>
public static class RowParser
{
    /// <summary>A row with a prompt and its responses.</summary>
    /// <param name="line">A JSON object.</param>
    /// <param name="columns">The file's own names of fields; null: none of its own.</param>
    /// <exception cref="InputException">What is wrong with the row.</exception>
    public static Row Parse(InputLine line, RowColumns? columns = null) =>
        Placed(line, () => Of(RowJson.ParseObject(line), line.Number, columns));

    /// <summary>A row that was parsed as part of something larger.</summary>
    /// <param name="row">The row.</param>
    /// <param name="number">Its place, from 1.</param>
    /// <exception cref="InputException">What is wrong with the row.</exception>
    public static Row Parse(JsonElement row, long number) => Parse(row, number, null);

    /// <summary>The same of a file with its own names of fields.</summary>
    internal static Row Parse(JsonElement row, long number, RowColumns? columns) => RowJson.Guard(() =>
        row.ValueKind == JsonValueKind.Object
        ? Of(row, number, columns)
        : throw new InputException($"expected a JSON object, found {RowJson.Describe(row)}"));

    /// <summary>A row of which only the prompt is read.</summary>
    /// <param name="line">A JSON object.</param>
    /// <param name="columns">The file's own names of fields; null: none of its own.</param>
    /// <exception cref="InputException">What is wrong with the row.</exception>
    public static Row ParsePrompt(InputLine line, RowColumns? columns = null) => Placed(line, () =>
    {
        JsonElement row = RowJson.ParseObject(line);
        RowFields fields = new(row, columns);
        return new Row(line.Number, row, RowForms.Prompt(fields), [], ResponseShape.None)
        {
            Tokens = TokenFields.Read(fields, ofIds: false),
        };
    });

    // A dataset has many files: the number alone would not say where to look.
    private static Row Placed(InputLine line, Func<Row> read)
    {
        try
        {
            return RowJson.Guard(read);
        }
        catch (InputException e) when (line.Part is { } part && e.Problems.Count == 0)
        {
            throw new InputException($"{part}: {e.Message}", e);
        }
    }

    private static Row Of(JsonElement row, long number, RowColumns? columns)
    {
        RowFields fields = new(row, columns);
        (RowPrompt prompt, IReadOnlyList<RowResponse> responses, ResponseShape shape) = RowForms.Read(fields);
        return new Row(number, row, prompt, responses, shape)
        {
            Tokens = TokenFields.Read(fields, ofIds: responses.All(r => r.Ids is not null)),
        };
    }
}
