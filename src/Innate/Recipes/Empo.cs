using Innate.Reinforcement;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Rewards;

namespace Innate.Recipes;

/// <summary>Learning from how many mean the same (EMPO, arXiv 2504.05812).</summary>
internal static class Empo
{
    public static Recipe Recipe { get; } = new()
    {
        Name = "empo",
        Title = "the share of a group that gives the same answer",
        Paper = "arXiv 2504.05812",
        Status = RecipeStatus.Code,
        Formula = """
            R_i = responses with i's answer / G, 0 without one; 0 for all where all answers differ
            A_i = (R_i - mean R) / (std R + 1e-6); loss = GRPO's, clip 0.2
            """,
        Signature = "semantic entropy falls; accuracy rises on prompts whose start majority is right and falls on the others",
        Checks =
        [
            SignatureCheck.Rises("accuracy_majority_right"), SignatureCheck.Falls("accuracy_majority_wrong"),
        ],
        Failure = "the majority becomes certain, right or wrong",
        Ours = ["No divergence, and eight responses.", "A response without an answer shares a meaning with nobody."],
        Learns = new RlRecipe
        {
            Name = "empo",
            Rewards =
            [
                RewardTerm.Of(new OwnReward("semantic-entropy")
                {
                    ComparesGroup = true,
                    Groups = (_, groups) =>
                        [.. groups.Select(g => SemanticEntropyReward.OfAnswers(FinalAnswers.Of(g)).Rewards)],
                }),
            ],
        },
    };
}
