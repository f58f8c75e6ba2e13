using Innate.Reinforcement;

namespace Innate.Recipes;

/// <summary>Learning from the policy's own self-certainty (INTUITOR, arXiv 2505.19590).</summary>
internal static class Intuitor
{
    public static Recipe Recipe { get; } = new()
    {
        Name = "intuitor",
        Title = "self-certainty in the outcome's place",
        Paper = "arXiv 2505.19590",
        Status = RecipeStatus.Code,
        Formula = """
            R = mean over tokens of logsumexp(z) - mean(z) = KL(uniform || pi) + ln K
            A_i = (R_i - mean R) / (std R + 1e-6); loss = GRPO's, clip 0.2, 0.005 k3
            """,
        Signature = "entropy falls; accuracy rises where the start mode is right; on tasks it never saw it gains more than GRPO",
        Checks =
        [
            SignatureCheck.Falls("entropy"), SignatureCheck.Rises("accuracy_majority_right"), SignatureCheck.Falls("pass@16"),
            SignatureCheck.Above("accuracy_list", "grpo"), SignatureCheck.Above("accuracy_format", "grpo"),
        ],
        Failure = "answers get longer or repeat themselves, for certain tokens are cheap; pass@16 falls",
        Learns = RlRecipe.Preset("intuitor"),
        Size = new RecipeSize(Prompts: 128, Responses: 7, Tokens: 3072, Rate: 3e-6),
    };
}
