using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Innate.Models;
using Innate.Rewards;
using Innate.Sessions;
using Innate.Text;
using Innate.Traces;

namespace Innate.Runs.Reproduction;

/// <summary>
/// One question with an answer from before learning and one from after, as the model of before rewards their tokens.
/// </summary>
/// <param name="Question">What was asked.</param>
/// <param name="Before">The first answer.</param>
/// <param name="After">The second.</param>
internal sealed record BeforeAfterExample(string Question, ShownAnswer Before, ShownAnswer After);

/// <summary>An answer and its tokens' endogenous rewards.</summary>
internal sealed record ShownAnswer(bool IsRight, string[] Texts, RewardResult Reward);

/// <summary>
/// Chooses answers to show: questions of which the first sample was wrong before and right after, and the other way round.
/// </summary>
internal static class BeforeAfter
{
    private const int Better = 4, Worse = 2;
    private static readonly string[] QuestionFields = ["prompt", "question", "problem"];

    /// <summary>The examples, in the order of the questions; both kinds where both occur.</summary>
    public static IReadOnlyList<BeforeAfterExample> Choose(
        ReproductionSettings s, Func<ModelSource, CancellationToken, ModelSession> open, CancellationToken cancellation)
    {
        Dictionary<long, JsonElement> before = Items(ReproductionPlan.MeasuredFolder(s, null, 0));
        Dictionary<long, JsonElement> after = Items(ReproductionPlan.MeasuredFolder(s, s.Presets[0], s.Seeds[0]));
        string[] questions = File.ReadAllLines(ReproductionPlan.HeldOutFile(s));
        List<(string Question, JsonElement Before, JsonElement After)> chosen = [];
        int better = 0, worse = 0;
        foreach ((long number, JsonElement first) in before)
        {
            if (!after.TryGetValue(number, out JsonElement second) || Question(questions[number - 1]) is not { } question)
            {
                continue;
            }

            bool was = IsRight(first), then = IsRight(second);
            if (was == then || (then ? better++ >= Better : worse++ >= Worse)) continue;
            chosen.Add((question, first, second));
        }

        if (chosen.Count == 0) return [];
        using ModelSession session = open(ReproductionPlan.Source(s, s.Model), cancellation);
        ChatFormat format = session.Format(new ChatFormatOptions());
        TraceQuery[] queries =
        [
            .. chosen.Select(c => TraceQuery.Of(format, c.Question, [TextOf(c.Before), TextOf(c.After)])),
        ];
        IReadOnlyList<TokenTrace[]> traces = session.Traces.Trace(queries, cancellation: cancellation);
        return
        [
            .. chosen.Select((c, i) => new BeforeAfterExample(
                c.Question, Show(session, traces[i][0], IsRight(c.Before)), Show(session, traces[i][1], IsRight(c.After)))),
        ];
    }

    private static ShownAnswer Show(ModelSession session, TokenTrace trace, bool isRight) =>
        new(isRight, session.Tokenizer.TokenTexts([.. trace.Tokens]), EndogenousReward.Compute(trace, new RewardOptions()));

    private static Dictionary<long, JsonElement> Items(string folder) =>
        JsonLines.Read(Path.Combine(folder, "items.jsonl"))
            .Select(l => l.Fields)
            .Where(l => l.TryGetProperty("responses", out _))
            .ToDictionary(l => l.GetProperty("item").GetInt64());

    // The first sample stands for the policy.
    private static bool IsRight(JsonElement item) => item.GetProperty("responses")[0].GetProperty("right").GetBoolean();

    private static string TextOf(JsonElement item) => item.GetProperty("responses")[0].GetProperty("text").GetString()!;

    private static string? Question(string line) => JsonNode.Parse(line) is JsonObject row
        ? QuestionFields.Select(f => row[f]).OfType<JsonValue>().Select(v => v.GetValue<string>()).FirstOrDefault()
        : null;
}
