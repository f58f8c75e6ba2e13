using Innate.Reinforcement.Rollouts;
using Innate.Rewards;

namespace Innate.Reinforcement.Methods;

/// <summary>
/// How sure the policy was of each final answer when it sampled it, and the pairs that follow (CRew, arXiv 2510.13501): see
/// <see cref="AnswerConfidence"/> and <see cref="ConfidencePairs"/>.
/// </summary>
internal static class AnswerConfidences
{
    /// <summary>The groups, each response with its confidence as its first note; none where it has no answer.</summary>
    public static IReadOnlyList<RolloutGroup> With(RolloutScene scene, IReadOnlyList<RolloutGroup> groups) =>
    [
        .. groups.Select(g => g with
        {
            Rollouts =
            [
                .. g.Rollouts.Select(r => r with
                {
                    Notes = AnswerSpan.Find(scene.Models.Tokenizer, r.Response.TokenIds) is { } span
                        && AnswerConfidence.Compute(span.Of(r.Policy.LogProbability)) is { } confidence ? [confidence] : null,
                }),
            ],
        }),
    ];

    /// <summary>The pairs of a group, right against wrong, the greatest difference of confidence first.</summary>
    /// <param name="group">As <see cref="With"/> leaves it.</param>
    /// <param name="rewards">1 for right ones: one a response.</param>
    public static ConfidencePair[] Pairs(RolloutGroup group, double[] rewards) => ConfidencePairs.Of(
        [.. group.Rollouts.Select(r => r.Notes?[0])], [.. rewards.Select(r => r >= 1)]);

    /// <summary>The places of the groups that have a pair.</summary>
    public static int[] HavingPairs(IReadOnlyList<RolloutGroup> groups, IReadOnlyList<GroupRewards> rewards) =>
        [.. Enumerable.Range(0, groups.Count).Where(i => Pairs(groups[i], rewards[i].Rewards).Length > 0)];
}
