using Innate.Reinforcement;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Rewards;
using Innate.Rewards;
using Innate.Traces;

namespace Innate.Recipes;

/// <summary>Entropy minimization by reinforcement learning, by token and by sequence (EM-RL, arXiv 2505.15134).</summary>
internal static class EmRl
{
    public static Recipe Token { get; } = Of(
        "em-rl-token", "minus the sum of the tokens' entropies", "R = -sum over tokens of H_t", EntropyMinimization.TokenSum);

    public static Recipe Sequence { get; } = Of(
        "em-rl-sequence", "the response's own log-probability", "R = sum over tokens of log pi(t)",
        EntropyMinimization.SequenceSum);

    private static Recipe Of(string name, string title, string reward, Func<TokenTrace, RewardResult> compute) => new()
    {
        Name = name,
        Title = title,
        Paper = "arXiv 2505.15134",
        Status = RecipeStatus.Secondary,
        Formula = $"""
            {reward}
            A_i = (R_i - mean R) / (std R + 1e-6); loss = GRPO's, clip 0.2
            """,
        Signature = Rent.Signature,
        Checks = Rent.Checks,
        Failure = $"{Rent.Failure}; a sum pays for short text",
        Ours = ["The sum, as the paper names it, where a later study tabulates the mean.", "GRPO, without a divergence."],
        Learns = new RlRecipe
        {
            Name = name,
            Rewards =
            [
                RewardTerm.Of(new OwnReward(name)
                {
                    Groups = (_, groups) =>
                        [.. groups.Select(g => g.Rollouts.Select(r => compute(r.Policy).Value).ToArray())],
                }),
            ],
        },
    };
}
