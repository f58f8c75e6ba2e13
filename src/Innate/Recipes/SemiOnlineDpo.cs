using Innate.Reinforcement;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Reference;
using Innate.Reinforcement.Rewards;

namespace Innate.Recipes;

/// <summary>A right answer against a wrong one, fresh every few steps (semi-online DPO, arXiv 2506.21495).</summary>
internal static class SemiOnlineDpo
{
    public const string Ours = "AdamW's epsilon is the run's; the paper has 1e-4 on purpose, against sudden divergence.";

    public const string Failure =
        "responses collapse in length where the reference is not synchronised; a model of one task gets worse at another";

    public static Recipe Recipe { get; } = new()
    {
        Name = "semi-online-dpo",
        Title = "verified right against wrong, sampled anew every ten steps",
        Paper = "arXiv 2506.21495",
        Status = RecipeStatus.Paper,
        Formula = """
            one right and one wrong response of a prompt, both drawn; no such pair: the prompt is skipped
            loss = softplus(-0.1 (d_right - d_wrong)), d = sum of log pi - log ref
            every 10 steps: generator := policy, reference := generator
            """,
        Signature = "accuracy as online and as GRPO, above offline; entropy falls least offline; length holds",
        Checks = [SignatureCheck.Rises("accuracy")],
        Failure = Failure,
        Ours = [Ours, "With fewer updates a batch of rollouts the reference still moves at each new batch."],
        Learns = new RlRecipe
        {
            Name = "semi-online-dpo",
            Rewards = [new RewardTerm(RewardSource.Verifiable)],
            Objective = PolicyObjectiveKind.Dpo,
            Kl = 0.1,
            Minibatches = 10,
            Method = new MethodParts { Reference = ReferenceRule.ResetAtSync },
        },
        Size = new RecipeSize(Prompts: 640, Responses: 8, Tokens: 2048, Rate: 1e-6) { Minibatches = 10, Clip = 0.1 },
    };
}
