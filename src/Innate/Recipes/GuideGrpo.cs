using Innate.Reinforcement;
using Innate.Reinforcement.Advantages;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Objectives;
using Innate.Reinforcement.Rewards;
using Innate.Reinforcement.Rollouts;

namespace Innate.Recipes;

/// <summary>Hints where everything else fails, for a policy that does not see them (Guide-GRPO, arXiv 2506.13923).</summary>
internal static class GuideGrpo
{
    public static Recipe Recipe { get; } = new()
    {
        Name = "guide-grpo",
        Title = "hints for prompts that all plain rollouts fail",
        Paper = "arXiv 2506.13923",
        Status = RecipeStatus.Ours,
        Formula = """
            where all plain rollouts fail, as many are drawn with the hint; A_i = (R_i - mean R) / std R over both
            rho = pi(token | prompt) / old(token | prompt, with the hint where it was drawn with it)
            loss = mean over responses of mean over tokens of -min(rho A, clip(rho, 0.8, 1.2) A)
            """,
        Signature = "of the prompts that 8 rollouts all failed more are solved without the hint than by GRPO",
        Failure = "tokens that use the hint have a tiny rho and hardly teach; the hint's text leaks into responses",
        Ours =
        [
            "Ratio, mixing and clip; a hinted token with a ratio below 0.05 is left out.",
            "A prompt that is failed with the hint too is skipped; no divergence, eight responses.",
        ],
        Learns = new RlRecipe
        {
            Name = "guide-grpo",
            Rewards = [new RewardTerm(RewardSource.Verifiable)],
            Method = new MethodParts
            {
                Fields = PromptFields.Hint,
                Rollouts = GuidedRollouts.WithHints,
                Advantage = new OwnAdvantage(
                    "guide", scene => scene.Repeat(scene.Rewards.Select(g => GuideAdvantage.Union(g.Rewards))))
                {
                    IsOneAResponse = true,
                },
                Objective = new OwnObjective("guide", scene => scene.PerResponse(m => GuideObjective.Compute(
                    scene.Now[m].LogProbability, scene[m].Policy.LogProbability, scene.Advantages[m], scene[m].IsGuided,
                    scene.Totals, new GuideOptions { ClipLow = scene.Clips.Low, ClipHigh = scene.Clips.High })))
                {
                    Clips = (0.2, 0.2), LeavesOutDeadGroups = true,
                },
            },
        },
    };
}
