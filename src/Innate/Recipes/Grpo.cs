using Innate.Reinforcement;

namespace Innate.Recipes;

/// <summary>GRPO with verified answers (arXiv 2402.03300): what every other recipe is held against.</summary>
internal static class Grpo
{
    public static Recipe Recipe { get; } = new()
    {
        Name = "grpo",
        Title = "group relative policy optimization on verified answers",
        Paper = "arXiv 2402.03300",
        Status = RecipeStatus.Paper,
        Formula = """
            R_i = 1 for the gold answer, else 0
            A_i = (R_i - mean R) / (std R + 1e-6)
            loss = mean over responses of mean over tokens of -min(rho A, clip(rho, 0.8, 1.2) A) + 0.001 k3
            """,
        Signature = "held-out accuracy and pass@16 both rise",
        Checks = [SignatureCheck.Rises("accuracy"), SignatureCheck.Rises("pass@16")],
        Failure = "groups that are all right or all wrong teach nothing; long wrong answers weigh less a token than short ones",
        Learns = RlRecipe.Preset("grpo"),
        Size = new RecipeSize(Prompts: 16, Responses: 64, Tokens: 1024, Rate: 1e-6),
    };
}
