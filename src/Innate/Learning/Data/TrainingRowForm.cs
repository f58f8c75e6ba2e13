using Innate.Foundation.Forms;
using Innate.Rows;

namespace Innate.Learning.Data;

/// <summary>
/// The fields of a row to learn from (docs/training.md): a row with its response, a plain text, or a prompt alone.
/// </summary>
internal static class TrainingRowForm
{
    private static readonly JsonField Text =
        new("text", JsonForm.Text, "A text to learn from, in place of prompt and response.");

    /// <summary>The row.</summary>
    public static ObjectForm Row { get; } = new(
    [
        .. RowForm.Row.Fields, Text,
        new("answer", JsonForm.Either(JsonForm.Text, JsonForm.Number),
            "The known answer; beside question, where a response is learned from, that response."),
        new("hint", JsonForm.Text, "A text that helps, for recipes that give one."),
        new("rephrased", JsonForm.Text, "The same question in other words."),
        new("demonstration", JsonForm.Text, "A response to learn from beside sampled ones."),
        new("verifies", JsonForm.Flag, "Whether the response is a verification or a solution."),
        new("labels", JsonForm.List(JsonForm.Either(JsonForm.Flag, new NumberForm { Least = 0, Most = 1 })),
            "How right each step is."),
        new("judged", JsonForm.Map(JsonForm.Anything), "Responses to be judged whose worth is known."),
        new("constraints", JsonForm.List(JsonForm.Map(JsonForm.Anything), 1), "How an instruction is checked."),
        new("intent", JsonForm.Map(JsonForm.Anything), "What the instruction is after."),
    ])
    {
        Others = JsonForm.Anything,
        Needs = [[.. RowForm.Row.Needs[0], [Text]]],
    };
}
