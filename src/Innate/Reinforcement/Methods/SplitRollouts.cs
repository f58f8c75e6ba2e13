using Innate.Reinforcement.Advantages;
using Innate.Reinforcement.Rollouts;
using Innate.Reinforcement.Schedules;

namespace Innate.Reinforcement.Methods;

/// <summary>
/// FR3E's rollouts from split states (arXiv 2507.07017): a prompt's first right and first wrong rollout are split at their least
/// likely tokens. A state's group has the key of its prompt's, and notes which first rollout it is from.
/// </summary>
internal static class SplitRollouts
{
    private const ulong Salt = 0xf43e;

    // 16 of 4, as in the paper.
    private const int RolloutsPerFirst = SplitTokens.DefaultRollouts / 4;

    /// <summary>The first rollouts' groups, and after them one a state.</summary>
    /// <param name="scene">Its rewards say which are right; its policy goes on.</param>
    /// <param name="groups">First rollouts.</param>
    public static IReadOnlyList<RolloutGroup> With(RolloutScene scene, IReadOnlyList<RolloutGroup> groups)
    {
        IReadOnlyList<GroupRewards?> rewards = scene.Score(groups).Groups;
        PrefixState[] states =
        [
            .. groups.SelectMany((g, i) => rewards[i] is not { } reward ? []
                : SplitTokens.FirstRollouts([.. reward.Rewards.Select(r => r > 0)]).SelectMany(first =>
                    SplitTokens.Choose(g.Rollouts[first].Policy.LogProbability).Select(t => new PrefixState(g, first, t)))),
        ];
        IReadOnlyList<RolloutGroup> explored =
            PrefixRollouts.Continue(scene, states, RolloutsPerFirst * scene.Recipe.GroupSize, Salt);
        return [.. groups, .. explored.Select((g, i) => g with { Notes = [[states[i].Response]] })];
    }

    /// <summary>The places of the states' groups whose prompt's rollouts differ. First rollouts are not learned from.</summary>
    /// <param name="groups">As <see cref="With"/> leaves them.</param>
    /// <param name="rewards">One entry a group.</param>
    public static int[] Live(IReadOnlyList<RolloutGroup> groups, IReadOnlyList<GroupRewards> rewards) =>
    [
        .. Prompts(groups)
            .Where(p => !RewardGroup.AllEqual([.. p.SelectMany(i => rewards[i].Rewards)])).SelectMany(p => p).Order(),
    ];

    /// <summary>What <see cref="BranchAdvantage"/> gives the rollouts of the states; 0 for the first ones.</summary>
    /// <param name="scene">Groups as <see cref="With"/> leaves them.</param>
    public static TokenLevelBatch Advantage(AdvantageScene scene)
    {
        double[][] advantages = [.. scene.Groups.Select(g => new double[g.Rollouts.Count])];
        foreach (IGrouping<ulong, int> prompt in Prompts(scene.Groups))
        {
            int[][] trajectories = [.. prompt.GroupBy(i => scene.Groups[i].Notes![0][0]).Select(t => t.ToArray())];
            BranchAdvantages branches = BranchAdvantage.Compute(
                [.. trajectories.Select(t => t.Select(i => scene.Rewards[i].Rewards).ToArray())]);
            foreach ((int[] states, BranchTrajectory branch) in trajectories.Zip(branches.Trajectories))
            {
                for (int j = 0; j < states.Length; j++) advantages[states[j]] = branch.Advantages[j];
            }
        }

        return scene.Repeat(advantages);
    }

    // The places of each prompt's states, in the order of the text.
    private static IEnumerable<IGrouping<ulong, int>> Prompts(IReadOnlyList<RolloutGroup> groups) =>
        Enumerable.Range(0, groups.Count).Where(i => groups[i].Notes is not null).GroupBy(i => groups[i].Key);
}
