using Innate.Reinforcement;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Rewards;

namespace Innate.Recipes;

/// <summary>Whole episodes of a world against their group (Embodied Planner-R1, arXiv 2506.23127).</summary>
internal static class EmbodiedPlanner
{
    public static Recipe Recipe { get; } = new()
    {
        Name = "embodied-planner-r1",
        Title = "group rollouts in a world, rewarded by its own flag of success",
        Paper = "arXiv 2506.23127",
        Status = RecipeStatus.Code,
        Formula = """
            R_i = 1 where episode i ends solved, by the world's own flag, else 0
            A_i = (R_i - mean R) / (std R + 1e-6), the same for every token that the policy wrote in episode i
            loss = mean over the policy's tokens of -min(rho A, clip(rho, 0.8, 1.2) A) + 0.001 k3; the world's words count nowhere
            """,
        Signature = "success rises above exact random play by five standard errors, on unseen pairs of object and place too; not "
            + "with the world's words learned from, and not with groups of one",
        Failure = "groups that all fail teach nothing: with success p a group of G has news with probability 1 - (1-p)^G - p^G",
        Ours =
        [
            "Success is the world's flag; the published code reads it from the end of the text, which a policy may write itself.",
            "What the paper adds to group relative advantages, if anything, could not be read: its code adds nothing.",
        ],
        Learns = new RlRecipe
        {
            Name = "embodied-planner-r1",
            Rewards = [RewardTerm.Of(WorldReward.Own)],
            Kl = 0.001,
            GroupSize = 5,
            Method = new MethodParts { Objective = GrpoForms.TokenMean },
        },
        Size = new RecipeSize(Prompts: 128, Responses: 5, Tokens: 4096, Rate: 1e-6) { Minibatches = 4 },
    };
}
