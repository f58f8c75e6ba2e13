using Innate.Learning;
using Innate.Reinforcement;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Objectives;
using Innate.Reinforcement.Rewards;
using Innate.Reinforcement.Rollouts;

namespace Innate.Recipes;

/// <summary>The tokens of the gold answer that reasoning decides on (DRO's R3, arXiv 2506.13351).</summary>
internal static class R3
{
    // How much a wrong length of the answer costs.
    private const double LengthCost = 0.5;

    public static Recipe Recipe { get; } = new()
    {
        Name = "r3",
        Title = "direct reasoning optimization by reflective tokens",
        Paper = "arXiv 2506.13351",
        Status = RecipeStatus.Paper,
        Formula = """
            l_j(c) = log pi of the gold answer's token j after reasoning c; sigma_j = its std over the group
            R3_i = sum over j of w_j (l_j(c_i) - l_j(no reasoning)), w_j = sigma_j where it is Delta or more, to sum 1
            R_i = R3_i + 0.1 (1 - 0.5 |length of the gold answer - length of the own| / length of the gold answer)
            A_i = (R_i - mean R) / (std R + 1e-6)
            loss = sum over tokens, by a constant, of -min(rho A, clip(rho, 0.8, 1.2) A) + 0.001 k3
            """,
        Signature = "reasoning gets longer, where the plain sum of log-probabilities makes it collapse",
        Checks = [SignatureCheck.Rises("length")],
        Failure = "the plain sum can turn the order round; sigma over few traces is noise; no token decides: no reward",
        Ours =
        [
            "w = sigma; Delta = the median of sigma; the weights 1 and 0.1 of the two terms, and 0.5 in the length's.",
            "The masked reasoning is none: the answer right after the prompt.",
            "A response without an answer is followed by the gold one.",
            "The filters of prompts and the carry-over of hard ones are left out; 0.001 is the divergence's.",
        ],
        Learns = new RlRecipe
        {
            Name = "r3",
            Rewards =
            [
                RewardTerm.Of(new OwnReward("reflective-tokens")
                {
                    Groups = Rewards, NeedsAnswers = true, ComparesGroup = true,
                }),
            ],
            Kl = 0.001,
            GroupSize = 16,
            TopP = 0.95,
            Method = new MethodParts { Objective = GrpoForms.TokenBudget },
        },
        Size = new RecipeSize(Prompts: 256, Responses: 16, Tokens: 10_000, Rate: 1e-6),
        Schedule = LearningRateDecay.Constant,
        Rate = new RecipeRate(Warmup: 0.2),
    };

    private static IReadOnlyList<double[]> Rewards(RolloutScene scene, IReadOnlyList<RolloutGroup> groups) =>
        [.. ReferenceAnswers.Of(scene, groups).Select(Rewards)];

    // A trace that there was no room for says nothing: it is where the answer alone is.
    private static double[] Rewards(ReferenceAnswer gold)
    {
        double[] reflective = ReflectiveTokenReward.Compute(
            [.. gold.InPlace.Select(l => l ?? gold.Alone)], gold.Alone).Rewards;
        return
        [
            .. reflective.Select((r3, i) => ReflectiveTokenReward.Final(
                r3, ReflectiveTokenReward.Length(gold.Tokens.Length, gold.Spans[i]?.Length ?? 0, LengthCost))),
        ];
    }
}
