using Innate.Reinforcement.Advantages;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Rollouts;

namespace Innate.Reinforcement;

/// <summary>From rollouts and their rewards to advantages, by a recipe. Pure.</summary>
internal static class AdvantageEstimator
{
    /// <summary>Computes a batch's advantages.</summary>
    /// <param name="recipe">The parts of the reward, the baseline, the divergence.</param>
    /// <param name="groups">The rollouts.</param>
    /// <param name="rewards">One entry a group.</param>
    /// <param name="values">The value head's, at the time of sampling; null where the recipe has no value head.</param>
    /// <exception cref="ArgumentNullException">The recipe has a value head and there are no values.</exception>
    public static BatchAdvantages Compute(
        RlRecipe recipe, IReadOnlyList<RolloutGroup> groups, IReadOnlyList<GroupRewards> rewards, TokenLevelBatch? values)
    {
        IReadOnlyList<RewardMean> means = BatchAdvantages.MeansOf(recipe.Rewards, rewards);
        if (recipe.Method.Advantage is { } own)
        {
            return new BatchAdvantages(rewards, means, own.Compute(new AdvantageScene(recipe, groups, rewards)), Returns: null);
        }

        if (recipe.Advantage != AdvantageKind.Gae)
        {
            return new BatchAdvantages(rewards, means, Advantages(recipe, groups, rewards), Returns: null);
        }

        ArgumentNullException.ThrowIfNull(values);
        AdvantageEstimate[][] estimates =
        [
            .. TokenRewards.Compute(recipe, groups, rewards).Groups.Select((group, g) => group.Responses.Select((r, i) =>
                GeneralizedAdvantage.Compute(r, values[g][i], recipe.Gamma, recipe.Lambda)).ToArray()),
        ];
        double[][] raw = [.. estimates.SelectMany(g => g.Select(e => e.Advantages))];
        return new BatchAdvantages(
            rewards, means, Regroup(groups, recipe.Method.Whitening?.Invoke(groups, raw) ?? Whitening.Compute(raw)),
            Regroup(groups, [.. estimates.SelectMany(g => g.Select(e => e.Returns))]));
    }

    private static TokenLevelBatch Advantages(
        RlRecipe recipe, IReadOnlyList<RolloutGroup> groups, IReadOnlyList<GroupRewards> rewards) => recipe.Advantage switch
    {
        AdvantageKind.GroupNormalized => PerResponse(recipe, groups, rewards, g => GroupNormalizedAdvantage.Compute(g)),
        AdvantageKind.DrGrpo => PerResponse(recipe, groups, rewards, g => DrGrpoAdvantage.Compute(g)),
        AdvantageKind.LeaveOneOut => PerResponse(recipe, groups, rewards, g => LeaveOneOutAdvantage.Compute(g)),
        AdvantageKind.MaskedStep => MaskedStep(recipe, groups, rewards),
        AdvantageKind.ReinforcePlusPlusBaseline => Regroup(groups, ReinforcePlusPlusAdvantage.WithBaseline(
            Outcomes(recipe, groups, rewards), [.. groups.Select(g => Lengths(g).ToArray())])),
        AdvantageKind.ReinforcePlusPlus => Regroup(groups, ReinforcePlusPlusAdvantage.FromTokenRewards(
            [.. TokenRewards.Compute(recipe, groups, rewards).Responses], recipe.Gamma)),
        AdvantageKind.Remax => new TokenLevelBatch(
        [
            .. TokenRewards.Compute(recipe, groups, rewards).Groups.Select((group, g) => new TokenLevelGroup(
                [.. group.Responses.Select(r => ReMaxAdvantage.Compute(r, rewards[g].Greedy!.Value))])),
        ]),
        AdvantageKind.TokenReturns => Regroup(groups, Whitening.Compute(
        [
            .. TokenRewards.Compute(recipe, groups, rewards).Groups.SelectMany(group =>
                LessGroupMean([.. group.Responses.Select(r => TokenReturns.Compute(r, recipe.Gamma))])),
        ])),
        _ => throw new ArgumentOutOfRangeException(
            nameof(recipe), recipe.Advantage, "expected an advantage without a value head."),
    };

    private static TokenLevelBatch PerResponse(
        RlRecipe recipe, IReadOnlyList<RolloutGroup> groups, IReadOnlyList<GroupRewards> rewards,
        Func<double[], double[]> advantages) => new(
        [
            .. Outcomes(recipe, groups, rewards).Select((outcomes, g) =>
                TokenLevelGroup.Repeat(advantages(outcomes), Lengths(groups[g]))),
        ]);

    private static TokenLevelBatch MaskedStep(
        RlRecipe recipe, IReadOnlyList<RolloutGroup> groups, IReadOnlyList<GroupRewards> rewards)
    {
        double[][] outcomes = Outcomes(recipe, groups, rewards);
        return new TokenLevelBatch(
        [
            .. groups.Select((group, g) => new TokenLevelGroup(MaskedStepAdvantage.Compute(
                outcomes[g], [.. group.Rollouts.Select(r => r.Policy.LogProbability)],
                [.. group.Rollouts.Select(r => r.Frozen!.LogProbability)], beta: 1))),
        ]);
    }

    // Where the divergence is a part of the reward and the reward one number, it is the response's whole log-ratio.
    private static double[][] Outcomes(
        RlRecipe recipe, IReadOnlyList<RolloutGroup> groups, IReadOnlyList<GroupRewards> rewards)
    {
        if (!recipe.KlInReward || recipe.Kl == 0) return [.. rewards.Select(g => g.Rewards)];
        return
        [
            .. rewards.Select((group, g) => group.Rewards.Select((reward, r) =>
                reward - (recipe.Kl * TokenRewards.LogRatios(groups[g].Rollouts[r]).Sum())).ToArray()),
        ];
    }

    /// <summary>Each return less the mean of those of the group's responses that have not ended at that token.</summary>
    private static double[][] LessGroupMean(double[][] returns)
    {
        int longest = returns.Max(r => r.Length);
        var means = new double[longest];
        for (int t = 0; t < longest; t++) means[t] = returns.Where(r => r.Length > t).Average(r => r[t]);
        return [.. returns.Select(r => r.Select((x, t) => x - means[t]).ToArray())];
    }

    private static TokenLevelBatch Regroup(IReadOnlyList<RolloutGroup> groups, IReadOnlyList<double[]> responses) =>
        TokenLevelBatch.Regroup(responses, groups.Select(g => g.Rollouts.Count));

    private static IReadOnlyList<int> Lengths(RolloutGroup group) => [.. group.Rollouts.Select(r => r.Length)];
}
