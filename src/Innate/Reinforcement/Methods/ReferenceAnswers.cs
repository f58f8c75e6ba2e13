using Innate.Models;
using Innate.Reinforcement.Rollouts;
using Innate.Scoring.Grading;
using Innate.Traces;

namespace Innate.Reinforcement.Methods;

/// <summary>What a model says of a gold answer: after the prompt alone, and in the place of each response's own.</summary>
/// <param name="Tokens">The gold answer's tokens, the same in every place.</param>
/// <param name="Spans">Where each response's own answer lies; null where it has none.</param>
/// <param name="InPlace">
/// One array a response, one log-probability a token of the gold answer, in nats, after all that the response says before its
/// answer: all that it says where it has none. Null where the context has no room for it.
/// </param>
/// <param name="Alone">The same right after the prompt.</param>
internal sealed record ReferenceAnswer(
    int[] Tokens, IReadOnlyList<AnswerSpan?> Spans, IReadOnlyList<double[]?> InPlace, double[] Alone);

/// <summary>
/// Puts gold answers where the responses of a group have their own, for rewards that go by how likely a response makes them
/// (RLPR, arXiv 2506.18254; DRO, arXiv 2506.13351). Ours: the answer is encoded once for a group, with what stands before the
/// group's first answer in that answer's first token, so that its tokens are the same ones in every place.
/// </summary>
internal static class ReferenceAnswers
{
    /// <summary>One entry a group.</summary>
    /// <param name="scene">Its policy is asked.</param>
    /// <param name="groups">Of prompts with gold answers.</param>
    public static IReadOnlyList<ReferenceAnswer> Of(RolloutScene scene, IReadOnlyList<RolloutGroup> groups)
    {
        (int[] Tokens, AnswerSpan?[] Spans, int[][] Before)[] placed = [.. groups.Select(g => Place(scene, g))];

        // The prompt alone first, then what each response says before its answer.
        bool[][] fits =
        [
            .. placed.Select((p, g) => p.Before.Select(before =>
                scene.Models.HasRoom(groups[g].Prompt.Ids, [.. before, .. p.Tokens])).ToArray()),
        ];
        IReadOnlyList<TokenTrace[]> said = scene.Models.Policy(
        [
            .. placed.Select((p, g) => new TraceQuery(
                groups[g].Prompt.Ids,
                [p.Tokens, .. p.Before.Where((_, i) => fits[g][i]).Select(b => (int[])[.. b, .. p.Tokens])])),
        ], scene.Cancellation);
        return
        [
            .. placed.Select((p, g) =>
            {
                int next = 1;
                return new ReferenceAnswer(
                    p.Tokens, p.Spans,
                    [.. p.Before.Select((b, i) => fits[g][i] ? said[g][next++].LogProbability[b.Length..] : null)],
                    said[g][0].LogProbability);
            }),
        ];
    }

    private static (int[] Tokens, AnswerSpan?[] Spans, int[][] Before) Place(RolloutScene scene, RolloutGroup group)
    {
        AnswerSpan?[] spans =
            [.. group.Rollouts.Select(r => AnswerSpan.Find(scene.Models.Tokenizer, r.Response.TokenIds))];
        string lead = spans.FirstOrDefault(s => s is not null)?.Lead ?? "";
        return (
            scene.Models.Tokenizer.EncodeContinuation(lead + VerifiableAnswer.Known(group.Prompt.Answer!).Trim()), spans,
            [
                .. group.Rollouts.Select((r, i) => spans[i] is { } span
                    ? r.Response.TokenIds[..span.Start] : NextText.Thought(scene, r)),
            ]);
    }
}
