using Innate.Foundation.Forms;

namespace Innate.Scoring.Grading;

/// <summary>The fields of a row to be graded (docs/grading.md).</summary>
internal static class GradedRowForm
{
    /// <summary>The row.</summary>
    public static ObjectForm Row { get; } = new(
    [
        new JsonField("response", JsonForm.Text, "The response, thoughts and all.").Always,
        new JsonField("gold", JsonForm.Either(new TextForm { Pattern = @"\S" }, JsonForm.Number),
            "The known answer: a text, a number, or a whole solution that ends with a box or #### ANSWER.").Always,
        new("boxed", JsonForm.Flag, "Whether a box alone counts; by default false."),
    ])
    { Others = JsonForm.Anything };
}
