using Innate.Reinforcement.Advantages;
using Innate.Reinforcement.Rewards;
using Innate.Scoring.Expressions;

namespace Innate.Reinforcement;

/// <summary>What a group's responses are rewarded with.</summary>
/// <param name="Terms">One entry a part of the recipe's reward, before weight and normalisation: one number a response.</param>
/// <param name="Rewards">One number a response: the weighted sum of the parts.</param>
internal sealed record GroupRewards(IReadOnlyList<double[]> Terms, double[] Rewards)
{
    /// <summary>
    /// The parts as they are added: brought to mean 0 and deviation 1 within the group where the recipe asks for it.
    /// </summary>
    public required IReadOnlyList<double[]> Scaled { get; init; }

    /// <summary>The reward of the policy's greedy answer, ReMax's baseline; null where the recipe does not need it.</summary>
    public double? Greedy { get; init; }

    /// <summary>The weighted sum of a group's parts. Pure.</summary>
    /// <param name="recipe">The parts.</param>
    /// <param name="terms">One entry a part: one number a response.</param>
    public static GroupRewards Of(RlRecipe recipe, IReadOnlyList<double[]> terms)
    {
        double[][] scaled = [.. recipe.Rewards.Select((term, part) => Scale(term, terms[part]))];
        double[] rewards = new double[terms[0].Length];
        for (int r = 0; r < rewards.Length; r++)
        {
            rewards[r] = recipe.Rewards.Select((term, part) => term.Weight * scaled[part][r]).Sum();
        }

        return new GroupRewards(terms, rewards) { Scaled = scaled };
    }

    /// <summary>
    /// Of each part that is an expression, its leaves' values, one a response, null where one is absent; null: another part.
    /// </summary>
    public IReadOnlyList<ExpressionGroup?> Expressions { get; init; } = [];

    private static double[] Scale(RewardTerm term, double[] rewards) =>
        term.Normalized ? GroupNormalizedAdvantage.Compute(rewards) : rewards;
}

/// <summary>The rewards of groups, as far as there are any.</summary>
/// <param name="Groups">
/// One entry a group; null where a part of the reward has no verdict on one of its responses, which is not a reward of 0.
/// </param>
/// <param name="MissingReason">Why the last group without rewards has none; null where all groups have rewards.</param>
internal sealed record GroupScores(IReadOnlyList<GroupRewards?> Groups, string? MissingReason);
