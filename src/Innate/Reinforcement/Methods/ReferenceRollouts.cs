using Innate.Reinforcement.Rollouts;
using Innate.Reinforcement.Schedules;

namespace Innate.Reinforcement.Methods;

/// <summary>
/// The reference's own answers to a batch's prompts: what they are rewarded with is PVPO's baseline (arXiv 2508.21104), and what
/// most of them say Co-rewarding's label (arXiv 2508.00410).
/// </summary>
internal static class ReferenceRollouts
{
    private const ulong Salt = 0x4ef0;

    /// <summary>As many answers of the reference to each prompt as the policy gives.</summary>
    public static IReadOnlyList<Rollout[]> Sample(RolloutScene scene, IReadOnlyList<RolloutGroup> groups) =>
        scene.Models.Sample(
            scene.Models.ReferenceGenerator!, [.. groups.Select(g => g.Prompt.Ids)], scene.Recipe.GroupSize, scene.Key(Salt),
            scene.Cancellation);

    /// <summary>The groups, with the rewards of the reference's answers as their first notes.</summary>
    /// <exception cref="Innate.Learning.TrainingInterruptedException">One of them has no verdict.</exception>
    public static IReadOnlyList<RolloutGroup> WithRewards(RolloutScene scene, IReadOnlyList<RolloutGroup> groups)
    {
        IReadOnlyList<Rollout[]> answers = Sample(scene, groups);
        GroupScores scores = scene.Score(GivenResponses.WithReference(
            scene, [.. groups.Select((g, i) => g with { Rollouts = answers[i], Key = RandomBits.Mix(g.Key, Salt) })]));
        return
        [
            .. groups.Select((g, i) => g with
            {
                Notes =
                [
                    scores.Groups[i]?.Rewards ?? throw new Learning.TrainingInterruptedException(
                        $"expected rewards of the reference's answers to the prompt of line {g.Prompt.Line}, "
                        + $"found none: {scores.MissingReason}"),
                ],
            }),
        ];
    }

    /// <summary>The places of the prompts that the reference does not always solve.</summary>
    /// <param name="groups">With the notes of <see cref="WithRewards"/>.</param>
    public static int[] NotAlwaysSolved(IReadOnlyList<RolloutGroup> groups) =>
        [.. Enumerable.Range(0, groups.Count).Where(i => ReferencePrompts.Of(groups[i].Notes![0]) != PromptUse.Drop)];
}
