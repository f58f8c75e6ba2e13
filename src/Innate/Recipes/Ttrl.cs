using Innate.Reinforcement;

namespace Innate.Recipes;

/// <summary>Learning from the group's majority answer (TTRL, arXiv 2504.16084).</summary>
internal static class Ttrl
{
    public static Recipe Recipe { get; } = new()
    {
        Name = "ttrl",
        Title = "test-time reinforcement learning on majority votes",
        Paper = "arXiv 2504.16084",
        Status = RecipeStatus.Code,
        Formula = """
            R_i = 1 where the answer is the one that most of the group gives, else 0
            A_i = (R_i - mean R) / (std R + 1e-6); loss = GRPO's, clip 0.2, 0.001 k3
            """,
        Signature = "accuracy rises on prompts whose start majority is right and not on the others; pass@16 falls",
        Checks =
        [
            SignatureCheck.Rises("accuracy_majority_right"), SignatureCheck.Below("accuracy_majority_wrong", "grpo"),
            SignatureCheck.Falls("pass@16"),
        ],
        Failure = "the majority becomes certain, right or wrong",
        Learns = RlRecipe.Preset("ttrl"),
        Size = new RecipeSize(Prompts: 32, Responses: 64, Tokens: 3072, Rate: 5e-7),
    };
}
