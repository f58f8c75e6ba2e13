using Innate.Reinforcement.Advantages;
using Innate.Reinforcement.Rollouts;

namespace Innate.Reinforcement.Methods;

/// <summary>
/// Rollouts that were drawn with help and join their prompt's group. They are learned from under the prompt without the help;
/// what the policy said of their tokens when it sampled, <see cref="Rollout.Policy"/>, was said with it.
/// </summary>
internal static class GuidedRollouts
{
    private const ulong HintSalt = 0x41a7, CritiqueSalt = 0xc417;

    /// <summary>
    /// The groups, each with as many rollouts more under its row's hint where none of its own was rewarded (Guide-GRPO, arXiv
    /// 2506.13923).
    /// </summary>
    /// <param name="scene">Its policy samples; its rewards say who failed.</param>
    /// <param name="groups">Of prompts with hints.</param>
    /// <exception cref="InputException">A prompt is known by its ids alone.</exception>
    public static IReadOnlyList<RolloutGroup> WithHints(RolloutScene scene, IReadOnlyList<RolloutGroup> groups)
    {
        IReadOnlyList<GroupRewards?> rewards = scene.Score(groups).Groups;
        return Join(
            scene, groups, scene.Recipe.GroupSize, HintSalt,
            (g, i) => rewards[i] is { } reward && GuideAdvantage.NeedsHint(reward.Rewards)
                ? scene.Models.PromptWith(g.Prompt, g.Prompt.Hint!) : null);
    }

    /// <summary>
    /// The groups, each with one refinement: the policy is shown its first response that was not rewarded, or its first one, and
    /// a critique that says whether it was right and what the answer is, and answers again (Critique-GRPO, arXiv 2506.03106).
    /// </summary>
    /// <param name="scene">Its policy samples; its rewards say who failed.</param>
    /// <param name="groups">Of prompts with gold answers.</param>
    /// <exception cref="InputException">A prompt is known by its ids alone.</exception>
    public static IReadOnlyList<RolloutGroup> WithRefinement(RolloutScene scene, IReadOnlyList<RolloutGroup> groups)
    {
        IReadOnlyList<GroupRewards?> rewards = scene.Score(groups).Groups;
        return Join(scene, groups, 1, CritiqueSalt, (g, i) =>
        {
            double[] reward = rewards[i]?.Rewards ?? new double[g.Rollouts.Count];
            int shown = Math.Max(0, Array.FindIndex(reward, r => r <= 0));
            return scene.Models.PromptAfter(
                g.Prompt, g.Rollouts[shown].Text, Critique(reward[shown] > 0, g.Prompt.Answer!));
        });
    }

    /// <summary>What the policy is told of its response.</summary>
    /// <param name="isRight">Whether it was right.</param>
    /// <param name="answer">The gold answer.</param>
    public static string Critique(bool isRight, string answer) =>
        $"Your answer is {(isRight ? "right" : "wrong")}. The right answer is {answer}. Answer the question once more.";

    // Where there is no prompt, or no room for it, a group stays as it is.
    private static IReadOnlyList<RolloutGroup> Join(
        RolloutScene scene, IReadOnlyList<RolloutGroup> groups, int count, ulong salt, Func<RolloutGroup, int, int[]?> promptOf)
    {
        int[]?[] prompts = [.. groups.Select(promptOf)];
        int[] helped = [.. Enumerable.Range(0, groups.Count).Where(i => prompts[i] is { } ids && scene.Models.HasRoom(ids))];
        if (helped.Length == 0) return groups;
        IReadOnlyList<Rollout[]> drawn = scene.Models.Sample(
            scene.Models.Generator, [.. helped.Select(i => prompts[i]!)], count,
            RandomBits.Mix(scene.Key(salt), groups[0].Key), scene.Cancellation);
        RolloutGroup[] joined = [.. groups];
        for (int k = 0; k < helped.Length; k++)
        {
            RolloutGroup group = groups[helped[k]];
            joined[helped[k]] = group with
            {
                Rollouts = [.. group.Rollouts, .. drawn[k].Select(r => r with { IsGuided = true })],
            };
        }

        return GivenResponses.WithReference(scene, joined);
    }
}
