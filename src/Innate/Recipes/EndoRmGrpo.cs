using Innate.Reinforcement;

namespace Innate.Recipes;

/// <summary>The endogenous reward (arXiv 2506.23235) without a critic: the group is the baseline.</summary>
internal static class EndoRmGrpo
{
    public static Recipe Recipe { get; } = new()
    {
        Name = "endorm-grpo",
        Title = "the endogenous reward, the group as baseline",
        Paper = "arXiv 2506.23235",
        Status = RecipeStatus.Ours,
        Formula = $"""
            {EndoRm.Reward}
            R = sum of r_t; A_i = (R_i - mean R) / (std R + 1e-6)
            loss = GRPO's, clip 0.2, 0.01 k3
            """,
        Signature = "the likelihood of answers under the frozen model rises",
        Checks = [SignatureCheck.Rises("log_likelihood")],
        Failure = EndoRm.Recipe.Failure,
        Ours = ["GRPO in place of the paper's PPO."],
        Learns = RlRecipe.Preset("endorm-grpo"),
    };
}
