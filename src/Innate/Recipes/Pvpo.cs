using Innate.Reinforcement;
using Innate.Reinforcement.Advantages;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Reference;
using Innate.Reinforcement.Rewards;

namespace Innate.Recipes;

/// <summary>What a frozen reference earns as the baseline (PVPO, arXiv 2508.21104).</summary>
internal static class Pvpo
{
    public static Recipe Recipe { get; } = new()
    {
        Name = "pvpo",
        Title = "the reference's rewards as a static baseline",
        Paper = "arXiv 2508.21104",
        Status = RecipeStatus.Paper,
        Formula = """
            A_i = R_i - mean of the rewards of the reference's 16 answers; prompts that it always solves are left out
            loss = GRPO's, clip 0.2, 0.001 k3; reference := policy every 500 steps
            """,
        Signature = "a group that is all right keeps a positive advantage; with two responses near GRPO with eight",
        Failure = "once the policy beats the reference everywhere all advantages are positive, and entropy falls",
        Ours =
        [
            "Where the reference never solves a prompt, no larger model's answer comes to its help.",
            "The reference's answers are drawn anew with each batch, as many as the policy's.",
            "GRPO's mean over tokens, and its 0.001 for the divergence.",
        ],
        Learns = new RlRecipe
        {
            Name = "pvpo",
            Rewards = [new RewardTerm(RewardSource.Verifiable)],
            Kl = 0.001,
            GroupSize = 16,
            Method = new MethodParts
            {
                Rollouts = ReferenceRollouts.WithRewards,
                Choice = (_, groups, _) => ReferenceRollouts.NotAlwaysSolved(groups),
                Advantage = new OwnAdvantage("reference-baseline", scene => scene.Repeat(scene.Groups.Select((g, i) =>
                    ReferenceBaselineAdvantage.Compute(scene.Rewards[i].Rewards, g.Notes![0]))))
                {
                    ComparesGroup = false, IsOneAResponse = true,
                },
                Reference = ReferenceRule.Reset(ReferenceBaselineAdvantage.RefreshSteps),
                NeedsReferenceHere = true,
            },
        },
        Size = new RecipeSize(Prompts: 32, Responses: 16, Rate: 1e-6),
    };
}
