using Innate.Reinforcement;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Rewards;
using Innate.Rewards;

namespace Innate.Recipes;

/// <summary>What a specialist knows beyond its generalist, where it was in doubt (TCER, arXiv 2604.11522).</summary>
internal static class Tcer
{
    public static Recipe Recipe { get; } = new()
    {
        Name = "tcer",
        Title = "the specialist over the generalist, weighed by doubt",
        Paper = "arXiv 2604.11522",
        Status = RecipeStatus.Ours,
        Formula = """
            R = mean over tokens of (1 - p_t) (log p_t - log base), p of the frozen start model
            A_i = (R_i - mean R) / (std R + 1e-6); loss = GRPO's, clip 0.2, 0.001 k3
            """,
        Signature = "more different answers and more entropy than with plain confidence; accuracy not below the start",
        Checks =
        [
            SignatureCheck.Above("distinct_answers", "intuitor"), SignatureCheck.Above("entropy", "intuitor"),
            SignatureCheck.Keeps("accuracy", 0),
        ],
        Failure = "with a specialist that goes on learning the log-ratio grows by itself",
        Ours =
        [
            "The formula: that both models enter and that likely tokens weigh less is all that is known.",
            "GRPO's numbers, and a frozen copy of the start model as specialist.",
        ],
        Learns = new RlRecipe
        {
            Name = "tcer",
            Rewards =
            [
                RewardTerm.Of(new OwnReward("tcer")
                {
                    NeedsFrozen = true,
                    Groups = (_, groups) =>
                    [
                        .. groups.Select(g =>
                            g.Rollouts.Select(r => TcerReward.Compute(r.Frozen!, r.TeacherTrace).Value).ToArray()),
                    ],
                }),
            ],
            Kl = 0.001,
            Method = new MethodParts { Rollouts = GivenResponses.WithSecond, NeedsSecondModel = true },
        },
    };
}
