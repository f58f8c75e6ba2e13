using Innate.Reinforcement;
using Innate.Reinforcement.Rewards;

namespace Innate.Recipes;

/// <summary>One ratio a sequence (GSPO, arXiv 2507.18071).</summary>
internal static class Gspo
{
    public static Recipe Recipe { get; } = new()
    {
        Name = "gspo",
        Title = "group sequence policy optimization",
        Paper = "arXiv 2507.18071",
        Status = RecipeStatus.Code,
        Formula = """
            s = exp(mean over tokens of log rho); A_i = (R_i - mean R) / (std R + 1e-6)
            loss = mean over responses of -min(s A, clip(s, 1 - 3e-4, 1 + 4e-4) A), no divergence
            """,
        Signature = "far more is clipped than by GRPO, and the gradient's norm varies less",
        Checks = [SignatureCheck.Above("clip_fraction", "grpo")],
        Failure = "a clip of PPO's size, 0.2, never acts",
        Learns = new RlRecipe
        {
            Name = "gspo",
            Rewards = [new RewardTerm(RewardSource.Verifiable)],
            Objective = PolicyObjectiveKind.Gspo,
            Minibatches = 4,
        },
        Size = new RecipeSize { Minibatches = 4 },
    };
}
