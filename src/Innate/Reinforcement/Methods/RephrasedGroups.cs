using Innate.Reinforcement.Rewards;
using Innate.Reinforcement.Rollouts;

namespace Innate.Reinforcement.Methods;

/// <summary>
/// The same questions in other words, answered and learned from beside them: Co-rewarding (arXiv 2508.00410) holds each side to
/// what the other agreed on.
/// </summary>
internal static class RephrasedGroups
{
    private const ulong Salt = 0xc04e;

    /// <summary>The groups and, after them, as many of their rephrased questions, in the same order.</summary>
    public static IReadOnlyList<RolloutGroup> With(RolloutScene scene, IReadOnlyList<RolloutGroup> groups)
    {
        PolicyPrompt[] rephrased =
        [
            .. groups.Select(g => g.Prompt with
            {
                Ids = g.Prompt.Rephrased!, Rephrased = null, Text = null, Conversation = null,
            }),
        ];
        IReadOnlyList<Rollout[]> answers = scene.Models.Sample(
            scene.Models.Generator, [.. rephrased.Select(p => p.Ids)], scene.Recipe.GroupSize, scene.Key(Salt),
            scene.Cancellation);
        return
        [
            .. groups, .. GivenResponses.WithReference(scene,
            [
                .. rephrased.Select((p, i) =>
                    new RolloutGroup(p, answers[i]) { Key = RandomBits.Mix(scene.Key(Salt), (ulong)i) }),
            ]),
        ];
    }

    /// <summary>1 for each answer that is the other side's label, else 0.</summary>
    /// <param name="scene">Not asked.</param>
    /// <param name="groups">As <see cref="With"/> leaves them.</param>
    public static IReadOnlyList<double[]?> Rewards(RolloutScene scene, IReadOnlyList<RolloutGroup> groups)
    {
        int questions = groups.Count / 2;
        ExchangedLabelsResult[] exchanged =
        [
            .. Enumerable.Range(0, questions)
                .Select(i => ExchangedLabels.Compute(FinalAnswers.Of(groups[i]), FinalAnswers.Of(groups[questions + i]))),
        ];
        return [.. exchanged.Select(e => e.OriginalRewards), .. exchanged.Select(e => e.RephrasedRewards)];
    }
}
