using System.Text.Json;
using Innate.Rows;
using Innate.Scoring;

namespace Innate.Runs;

/// <summary>A ranking as JSON: {"ranking": [{"index", "response", "reward", "trace"?}...], "judge"?}.</summary>
public static class RankingJson
{
    /// <summary>Writes the fields.</summary>
    /// <param name="w">Where to.</param>
    /// <param name="ranking">The ranking.</param>
    /// <param name="order">The places of the responses that are written, best first.</param>
    /// <param name="withTrace">Each response's trace too, where a reward ranked.</param>
    public static void Write(Utf8JsonWriter w, Ranking ranking, IReadOnlyList<int> order, bool withTrace)
    {
        w.WriteStartArray("ranking");
        for (int rank = 0; rank < order.Count; rank++)
        {
            w.WriteStartObject();
            w.WriteNumber("index", order[rank]);
            w.WriteString("response", ranking.Responses[order[rank]]);
            if (ranking.Verdict is { } verdict)
            {
                w.WriteNumber("reward", verdict.Scores[order[rank]]);
            }
            else
            {
                RankedResponse ranked = ranking.Ranked[rank];
                w.WriteNumber("reward", ranked.Scored.Reward.Value);
                if (withTrace && ranked.Scored.Trace is not null) RowRewards.WriteTrace(w, "trace", ranked.Scored, ranked.Texts);
            }

            w.WriteEndObject();
        }

        w.WriteEndArray();
        if (ranking is not { Judge: { } judge, Verdict: { } said }) return;
        w.WritePropertyName("judge");
        JudgedRow.WriteVerdict(w, judge, said);
    }
}
