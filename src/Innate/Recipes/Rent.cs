using Innate.Reinforcement;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Rewards;
using Innate.Rewards;
using Innate.Scoring.Grading;

namespace Innate.Recipes;

/// <summary>Learning to be sure, and to answer (RENT, arXiv 2505.22660).</summary>
internal static class Rent
{
    public const string Failure = "whatever was likely becomes certain, right or wrong; words that turn a thought round vanish";

    public const string Signature =
        "entropy falls; accuracy rises on prompts whose start mode is right and not on the others; pass@16 falls";

    public static IReadOnlyList<SignatureCheck> Checks { get; } =
    [
        SignatureCheck.Falls("entropy"), SignatureCheck.Rises("accuracy_majority_right"),
        SignatureCheck.Below("accuracy_majority_wrong", "grpo"), SignatureCheck.Falls("pass@16"),
    ];

    public static Recipe Recipe { get; } = new()
    {
        Name = "rent",
        Title = "minus the entropy, and the worst without an answer",
        Paper = "arXiv 2505.22660",
        Status = RecipeStatus.Code,
        Formula = """
            R = -mean over tokens of H_t, or -7 where no answer can be read
            A_i = (R_i - mean R) / (std R + 1e-6); loss = GRPO's, clip 0.2, 0.001 k3
            """,
        Signature = Signature,
        Checks = Checks,
        Failure = Failure,
        Learns = new RlRecipe
        {
            Name = "rent",
            Rewards =
            [
                RewardTerm.Of(new OwnReward("rent")
                {
                    Groups = (_, groups) =>
                    [
                        .. groups.Select(g => g.Rollouts.Select(r =>
                            RentReward.Compute(r.Policy, VerifiableAnswer.Extract(r.Text) is not null).Value).ToArray()),
                    ],
                }),
            ],
            Kl = 0.001,
            GroupSize = 5,
        },
        Size = new RecipeSize(Responses: 5, Rate: 1e-6),
    };
}
