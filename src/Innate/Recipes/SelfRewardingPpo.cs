using Innate.Reinforcement;
using Innate.Reinforcement.Methods;

namespace Innate.Recipes;

/// <summary>What supervised training taught over the base, as a reward (Self-Rewarding PPO, arXiv 2510.21090).</summary>
internal static class SelfRewardingPpo
{
    public static Recipe Recipe { get; } = new()
    {
        Name = "self-rewarding-ppo",
        Title = "the start model against its base, PPO with a critic",
        Paper = "arXiv 2510.21090",
        Status = RecipeStatus.Secondary,
        Formula = """
            r_t = log start - log base, both frozen, - 0.05 (log pi - log start)
            A = GAE with a critic, whitened over the batch; loss = PPO, clip 0.2
            """,
        Signature = "above the start, above a random reward, and on shifted questions above longer supervised training",
        Checks = [SignatureCheck.Rises("accuracy"), SignatureCheck.Above("accuracy", "random-reward")],
        Failure = "style is rewarded more than content; the divergence from the start is needed",
        Ours = ["0.05 for the divergence, and the reward token by token."],
        Learns = new RlRecipe
        {
            Name = "self-rewarding-ppo",
            Rewards = [DensePath.PathReward("start-over-base")],
            Advantage = AdvantageKind.Gae,
            Objective = PolicyObjectiveKind.Ppo,
            Kl = 0.05,
            KlInReward = true,
            Method = new MethodParts { Rollouts = GivenResponses.WithSecond, NeedsSecondModel = true },
        },
    };
}
