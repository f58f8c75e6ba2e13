using System.Text.Json;
using Innate.Text;

namespace Innate.Rows;

/// <summary>
/// Solutions that are given step by step: TRL's <c>completions</c>, or <c>steps</c>, with <c>labels</c> beside them where each
/// step is known to be right or wrong. The steps with blank lines between them are the response.
/// </summary>
internal static class StepRows
{
    /// <summary>The response; null: the row has no steps.</summary>
    /// <exception cref="InputException">Something else than texts.</exception>
    public static RowResponse? Read(RowFields row)
    {
        string? field = row.Has("completions") ? "completions" : row.Has("steps") ? "steps" : null;
        if (field is null) return null;
        if (field == "completions" && row.Has("steps")) throw RowForms.Both("completions", "steps");
        JsonElement value = row.Get(field)!.Value;
        string name = row.NameOf(field);
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
        {
            throw new InputException($"\"{name}\": expected the texts of one step or more, found {RowJson.Describe(value)}");
        }

        string[] steps = [.. value.EnumerateArray().Select((step, i) => RowJson.AsText(step, $"{name}[{i}]"))];
        return new RowResponse(string.Join(StepText.Separator, steps), null) { Steps = steps };
    }

    /// <summary>Each step's label, from 0 for wrong to 1 for right.</summary>
    /// <param name="row">A row with steps.</param>
    /// <param name="steps">How many it has.</param>
    /// <exception cref="InputException">No labels, another number of them, or one that is no label.</exception>
    public static double[] Labels(RowFields row, int steps)
    {
        JsonElement? given = row.Get("labels");
        if (given is not { ValueKind: JsonValueKind.Array } labels)
        {
            throw new InputException(
                $"expected \"{row.NameOf("labels")}\", true or false or a number from 0 to 1 for each of {steps} steps, found "
                + (given is { } other ? RowJson.Describe(other) : "none"));
        }

        int count = labels.GetArrayLength();
        return count == steps
            ? [.. labels.EnumerateArray().Select(Label)]
            : throw new InputException($"\"labels\": expected one for each of {steps} steps, found {count}");
    }

    private static double Label(JsonElement label, int step) => label.ValueKind switch
    {
        JsonValueKind.True => 1,
        JsonValueKind.False => 0,
        JsonValueKind.Number when label.GetDouble() is >= 0 and <= 1 and var soft => soft,
        _ => throw new InputException(
            $"\"labels[{step}]\": expected true, false or a number from 0 to 1, found {RowJson.Describe(label)}"),
    };
}
