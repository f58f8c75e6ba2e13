using Innate.Reinforcement.Objectives;
using Innate.Reinforcement.Rollouts;

namespace Innate.Reinforcement;

/// <summary>A recipe's objective with the recipe's numbers.</summary>
internal static class RecipeObjective
{
    /// <summary>One response's part of the batch's loss. Pure.</summary>
    /// <param name="recipe">Which objective; its clips, its divergence.</param>
    /// <param name="logProbs">log pi as the policy is now, one a token, in nats.</param>
    /// <param name="rollout">The response, with the log-probabilities of the sampling policy and of the frozen one.</param>
    /// <param name="advantages">One a token.</param>
    /// <param name="totals">Of all that the step learns from.</param>
    /// <param name="maxTokens">The longest response allowed.</param>
    public static PolicyResult Compute(
        RlRecipe recipe, double[] logProbs, Rollout rollout, double[] advantages, BatchTotals totals, int maxTokens)
    {
        double[] old = rollout.Policy.LogProbability;
        (double low, double high) = Clips(recipe) ?? default;
        return recipe.Objective switch
        {
            PolicyObjectiveKind.Reinforce => ReinforceObjective.Compute(logProbs, advantages, totals),
            PolicyObjectiveKind.Ppo => PpoObjective.Compute(
                logProbs, old, advantages, totals, new PpoOptions { ClipLow = low, ClipHigh = high }),
            PolicyObjectiveKind.DrGrpo => DrGrpoObjective.Compute(
                logProbs, old, advantages, totals, new DrGrpoOptions { TokenBudget = maxTokens, ClipLow = low, ClipHigh = high }),
            PolicyObjectiveKind.Dapo => DapoObjective.Compute(
                logProbs, old, advantages, totals, new DapoOptions { ClipLow = low, ClipHigh = high }),
            PolicyObjectiveKind.Gspo => GspoObjective.Compute(
                logProbs, old, advantages[0], totals, new GspoOptions { ClipLow = low, ClipHigh = high }),
            PolicyObjectiveKind.Cpgd => CpgdObjective.Compute(logProbs, old, advantages, totals),
            _ => GrpoObjective.Compute(
                logProbs, old, rollout.Frozen is { } frozen ? frozen.LogProbability : [], advantages, totals,
                new GrpoOptions
                {
                    ClipLow = low,
                    ClipHigh = high,
                    KlCoefficient = recipe.KlInReward ? 0 : recipe.Kl,
                    Kl = recipe.KlKind,
                }),
        };
    }

    /// <summary>
    /// How far below and above 1 the ratio may move: the recipe's, or the objective's own; null: it has no such clip.
    /// </summary>
    public static (double Low, double High)? Clips(RlRecipe recipe)
    {
        (double Low, double High)? own = recipe.Method.Objective is { } brought ? brought.Clips : recipe.Objective switch
        {
            PolicyObjectiveKind.Reinforce or PolicyObjectiveKind.Cpgd or PolicyObjectiveKind.Dpo => null,
            PolicyObjectiveKind.Dapo => new DapoOptions() is var dapo ? (dapo.ClipLow, dapo.ClipHigh) : null,
            PolicyObjectiveKind.Gspo => new GspoOptions() is var gspo ? (gspo.ClipLow, gspo.ClipHigh) : null,
            _ => new PpoOptions() is var ppo ? (ppo.ClipLow, ppo.ClipHigh) : null,
        };
        return own is { } clips ? (recipe.ClipLow ?? clips.Low, recipe.ClipHigh ?? clips.High) : null;
    }
}
