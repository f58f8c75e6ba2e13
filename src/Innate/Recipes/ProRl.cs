using Innate.Reinforcement;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Reference;
using Innate.Reinforcement.Rewards;

namespace Innate.Recipes;

/// <summary>Long runs that start afresh from where they are (ProRL, arXiv 2505.24864).</summary>
internal static class ProRl
{
    public static Recipe Recipe { get; } = new()
    {
        Name = "prorl",
        Title = "prolonged GRPO with resets of the reference",
        Paper = "arXiv 2505.24864",
        Status = RecipeStatus.Secondary,
        Formula = """
            A_i = (R_i - mean R) / (std R + 1e-6)
            loss = mean over all tokens of -min(rho A, clip(rho, 0.8, 1.4) A) + 1e-4 k3; prompts without a difference replaced
            where held-out accuracy stalls: reference := policy, and the optimizer's means are emptied
            """,
        Signature = "past the plateau, what follows a reset exceeds the best before it",
        Failure = "a reset after a collapse freezes the collapse in",
        Ours = ["It stalls where three measurements bring no better one; the authors look at the curve."],
        Learns = new RlRecipe
        {
            Name = "prorl",
            Rewards = [new RewardTerm(RewardSource.Verifiable)],
            Kl = 1e-4,
            GroupSize = 16,
            Minibatches = 4,
            Temperature = 1.2,
            ClipHigh = 0.4,
            Method = new MethodParts
            {
                Reference = ReferenceRule.ResetOnPlateau(patience: 3),
                Objective = GrpoForms.TokenMean with { SamplesFurther = true, LeavesOutDeadGroups = true },
            },
        },
        Size = new RecipeSize(Prompts: 256, Responses: 16, Tokens: 8096, Rate: 2e-6) { Minibatches = 4 },
    };
}
