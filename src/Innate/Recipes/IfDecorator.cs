using Innate.Reinforcement;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Rewards;
using Innate.Reinforcement.Rollouts;

namespace Innate.Recipes;

/// <summary>Instructions with constraints that rules check, and a gate against those who keep the letter alone.</summary>
internal static class IfDecorator
{
    public static Recipe Recipe { get; } = new()
    {
        Name = "ifdecorator",
        Title = "constraints that rules check, behind a check of the intent",
        Paper = "arXiv 2508.04632",
        Status = RecipeStatus.Code,
        Formula = """
            R = -1 without an end token; 0 where a rule fails, the intent is not met, or a soft constraint's checklist is not kept
            R = 1 else; a judge without a verdict says no
            A = GRPO's; loss = GRPO's, clip 0.2, no divergence, no entropy
            """,
        Signature = "responses keep the constraints; without the check of the intent they trip more wires and fewer are right",
        Checks = [SignatureCheck.Rises("accuracy")],
        Failure = "a gate that only sees what rules see lets the letter through; a group that all fails teaches nothing",
        Ours =
        [
            "The judge is the policy as it was before training, read by p(Yes) above one half; the paper's is a larger one that "
            + "writes.",
            "A row may say how its intent is checked: by its answer, by the judge, or not at all.",
            "The flywheel is a command of its own, `innate arithmetic instructions`, for arithmetic alone.",
        ],
        Learns = new RlRecipe
        {
            Name = "ifdecorator",
            Rewards = [RewardTerm.Of(new OwnReward("instruction") { Groups = InstructionChecks.Rewards })],
            GroupSize = 5,
            Method = new MethodParts { Fields = PromptFields.Constraints, NeedsReferenceHere = true },
        },
        Size = new RecipeSize(Prompts: 64, Responses: 5, Tokens: 2048, Rate: 1e-6),
    };
}
