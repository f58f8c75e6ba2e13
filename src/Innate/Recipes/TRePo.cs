using Innate.Reinforcement;
using Innate.Reinforcement.Advantages;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Rewards;

namespace Innate.Recipes;

/// <summary>A token is worth what it adds to the expected reward (TRePO, arXiv 2506.02553).</summary>
internal static class TRePo
{
    public static Recipe Recipe { get; } = new()
    {
        Name = "trepo",
        Title = "token weights by rollouts from prefixes",
        Paper = "arXiv 2506.02553",
        Status = RecipeStatus.Secondary,
        Formula = """
            V_n = mean reward of rollouts from the response's first n tokens, at 4 places, straight lines between them
            V_0 = the group's mean reward, V at the end = R; A_t = V_t - V_(t-1)
            loss = PPO's, clip 0.2
            """,
        Signature = "a gradient of less variance than GRPO's at as many rollouts",
        Failure = "its cost; a decisive token is smeared over its segment",
        Ours =
        [
            "4 places, 4 rollouts from each, 4 responses, the clip: the paper has no experiments.",
            "The prompt's value is the mean of its group.",
        ],
        Learns = new RlRecipe
        {
            Name = "trepo",
            Rewards = [new RewardTerm(RewardSource.Verifiable)],
            Objective = PolicyObjectiveKind.Ppo,
            GroupSize = 4,
            Method = new MethodParts
            {
                Rollouts = PrefixValues.With,
                Advantage = new OwnAdvantage("prefix-values", scene => scene.PerGroup((group, rewards) =>
                [
                    .. group.Rollouts.Select((r, i) => PrefixValueAdvantage.Compute(
                        PrefixValues.Places(r), [RewardGroup.Mean(rewards), .. PrefixValues.Between(r), rewards[i]])),
                ])),
            },
        },
    };
}
