using Innate.Reinforcement;
using Innate.Reinforcement.Advantages;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Objectives;
using Innate.Reinforcement.Rewards;

namespace Innate.Recipes;

/// <summary>First rollouts split where they were least sure, and explored from there (FR3E, arXiv 2507.07017).</summary>
internal static class Fr3e
{
    public static Recipe Recipe { get; } = new()
    {
        Name = "fr3e",
        Title = "first return, entropy-eliciting explore",
        Paper = "arXiv 2507.07017",
        Status = RecipeStatus.Code,
        Formula = """
            of 4 first rollouts the first right and the first wrong one are split at their 4 least likely tokens
            16 rollouts go on from each state j; A0 = R - mean over all of them of the prompt
            V_j = share of those from state j with A0 > 0; delta_0 = 1 - V_0, delta_j = V_j - V_(j-1); A = A0 / exp(delta_j)
            loss = mean over all tokens of -min(rho A, clip(rho, 0.8, 1.3) A), without the first rollouts
            """,
        Signature = "where rollouts were split, entropy stays higher than GRPO's",
        Failure = "V depends on the prompt's overall mean; 16 times the states is many rollouts",
        Ours =
        [
            "Four times as many rollouts go on from a state as there are first ones: 16 of 4, as in the paper.",
            "A prompt counts as dead, and is replaced, where its first rollouts are all equal.",
        ],
        Learns = new RlRecipe
        {
            Name = "fr3e",
            Rewards = [new RewardTerm(RewardSource.Verifiable)],
            GroupSize = 4,
            Method = new MethodParts
            {
                Rollouts = SplitRollouts.With,
                Choice = (_, groups, rewards) => SplitRollouts.Live(groups, rewards),
                Advantage = new OwnAdvantage("branch", SplitRollouts.Advantage) { IsOneAResponse = true },
                Objective = new OwnObjective("dapo-of-branches", scene => scene.PerResponse(m => DapoObjective.Compute(
                    scene.Now[m].LogProbability, scene[m].Policy.LogProbability, scene.Advantages[m], scene.Totals,
                    new DapoOptions { ClipLow = scene.Clips.Low, ClipHigh = scene.Clips.High })))
                {
                    Clips = (0.2, 0.3), SamplesFurther = true,
                },
            },
        },
        Size = new RecipeSize(Prompts: 32, Responses: 4, Tokens: 3072, Rate: 2e-6),
    };
}
