using Innate.Foundation.Forms;
using Innate.Rows;

namespace Innate.Runs;

/// <summary>What <see cref="RankingJson"/> writes, as a form.</summary>
internal static class RankingForm
{
    /// <summary>The object of <c>innate rank --json</c>.</summary>
    public static ObjectForm Ranking { get; } = JsonForm.Object(
        new JsonField("ranking", JsonForm.List(JsonForm.Object(
            new JsonField("index", JsonForm.Count, "The response's place as it was given, from 0.").Always,
            new JsonField("response", JsonForm.Text, "The response.").Always,
            new JsonField("reward", JsonForm.Number, "Its reward.").Always,
            new("trace", RewardForms.Trace, "With --tokens: every token's numbers."))), "Best first.").Always,
        new("judge", RewardForms.Verdict, "With --judge: what it said."));
}
