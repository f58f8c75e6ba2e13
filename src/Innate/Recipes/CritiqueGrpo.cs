using Innate.Reinforcement;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Objectives;
using Innate.Reinforcement.Rewards;

namespace Innate.Recipes;

/// <summary>One refinement after a critique joins each group (Critique-GRPO, arXiv 2506.03106).</summary>
internal static class CritiqueGrpo
{
    public static Recipe Recipe { get; } = new()
    {
        Name = "critique-grpo",
        Title = "own rollouts and a refinement after a critique",
        Paper = "arXiv 2506.03106",
        Status = RecipeStatus.Code,
        Formula = """
            7 own rollouts and one that answers again after a critique; A_i = R_i - mean R over the eight
            own: -A rho, without a clip; refinement: -A p / (p + 0.1), p = pi(token | prompt without the critique)
            loss = sum over tokens by the longest response allowed, mean over responses, - 0.001 entropy
            """,
        Signature = "prompts without an own success are solved more often than by GRPO with as many samples",
        Failure = "several epochs over a batch blow up without a clip; refinements that copy the critique's answer",
        Ours =
        [
            "The critique says whether the first response that failed, or the first one, is right, and what the answer is.",
            "A group whose refinement the context has no room for goes without.",
        ],
        Learns = new RlRecipe
        {
            Name = "critique-grpo",
            Rewards = [new RewardTerm(RewardSource.Verifiable)],
            Advantage = AdvantageKind.DrGrpo,
            GroupSize = 7,
            Minibatches = 2,
            EntropyBonus = 0.001,
            Method = new MethodParts
            {
                Rollouts = GuidedRollouts.WithRefinement,
                Objective = new OwnObjective("critique", scene => scene.PerResponse(m => CritiqueObjective.Compute(
                    scene.Now[m].LogProbability, scene[m].Policy.LogProbability, scene.Advantages[m], scene[m].IsGuided,
                    scene.Totals, new CritiqueOptions { TokenBudget = scene.MaxTokens }))),
            },
        },
        Size = new RecipeSize(Prompts: 128, Responses: 7, Tokens: 6144, Rate: 1e-6) { Minibatches = 2 },
    };
}
