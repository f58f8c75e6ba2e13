using Innate.Reinforcement;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Rewards;
using Innate.Rewards;

namespace Innate.Recipes;

/// <summary>How many directions the frozen model's hidden states use (SR-GRPO, arXiv 2512.02807).</summary>
internal static class SrGrpo
{
    public static Recipe Recipe { get; } = new()
    {
        Name = "sr-grpo",
        Title = "the stable rank of hidden states",
        Paper = "arXiv 2512.02807",
        Status = RecipeStatus.Secondary,
        Formula = """
            R = ||H||_F^2 / ||H||_2^2, H: the frozen model's last hidden states of the response, tokens times dimensions
            A_i = (R_i - mean R) / (std R + 1e-6); loss = GRPO's, clip 0.2, 0.001 k3
            """,
        Signature = "it tells right from wrong beyond what length tells",
        Failure = "its bound grows with the response's length, so that it may be a reward for length",
        Ours = ["GRPO's numbers."],
        Learns = new RlRecipe
        {
            Name = "sr-grpo",
            Rewards =
            [
                RewardTerm.Of(new OwnReward("stable-rank")
                {
                    Groups = (scene, groups) =>
                    [
                        .. groups.Select(g => scene.Models.HiddenStates!(g, scene.Cancellation)
                            .Select(h => StableRank.Compute(h).Value).ToArray()),
                    ],
                }),
            ],
            Kl = 0.001,
            Method = new MethodParts { NeedsReferenceHere = true },
        },
    };
}
