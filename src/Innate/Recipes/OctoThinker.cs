using Innate.Learning;
using Innate.Reinforcement;
using Innate.Reinforcement.Rewards;

namespace Innate.Recipes;

/// <summary>The RL probe, and the rate that stays long and falls shortly (OctoThinker, arXiv 2506.20512).</summary>
internal static class OctoThinker
{
    public static Recipe Recipe { get; } = new()
    {
        Name = "octothinker",
        Title = "stable-then-decay, and GRPO as the probe of what a base has learned",
        Paper = "arXiv 2506.20512",
        Status = RecipeStatus.Secondary,
        Formula = """
            rate = base for 200 of 220 parts of the run, then base (0.1 + 0.9 (1 + cos(pi x)) / 2), x = 0 to 1
            A and loss = GRPO's, clip 0.2, no divergence
            """,
        Signature = "what RL gains differs by the branch of mid-training more than the accuracy before it does",
        Failure = "branches of different token counts cannot be compared",
        Ours =
        [
            "The rate falls to a tenth.",
            "The shape is the paper's for mid-training; here it is the probe's, whose own rate is not told to move.",
        ],
        Learns = new RlRecipe
        {
            Name = "octothinker",
            Rewards = [new RewardTerm(RewardSource.Verifiable)],
            GroupSize = 16,
            Minibatches = 2,
        },
        Size = new RecipeSize(Prompts: 128, Responses: 16, Tokens: 4096, Rate: 1e-6) { Minibatches = 2 },
        Schedule = LearningRateDecay.Cosine,
        Rate = new RecipeRate(Warmup: 0, Stable: 200.0 / 220, Final: 0.1),
    };
}
