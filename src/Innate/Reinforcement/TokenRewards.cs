using Innate.Reinforcement.Advantages;
using Innate.Reinforcement.Rewards;
using Innate.Reinforcement.Rollouts;
using Innate.Rewards;
using Innate.Scoring.Expressions;

namespace Innate.Reinforcement;

/// <summary>
/// From a response's rewards to one reward a token: the endogenous part where it arises, every other part on the last token, less
/// the divergence from the frozen model at each token where the recipe has it in the reward. Pure.
/// </summary>
internal static class TokenRewards
{
    /// <summary>The token rewards of a batch.</summary>
    /// <param name="recipe">The parts of the reward, the divergence.</param>
    /// <param name="groups">The rollouts; with the frozen model's traces where the recipe needs them.</param>
    /// <param name="rewards">One entry a group.</param>
    public static TokenLevelBatch Compute(
        RlRecipe recipe, IReadOnlyList<RolloutGroup> groups, IReadOnlyList<GroupRewards> rewards) => new(
        [
            .. groups.Select((group, g) => new TokenLevelGroup(
                [.. group.Rollouts.Select((rollout, r) => Compute(recipe, rollout, rewards[g], r))])),
        ]);

    /// <summary>log pi - log frozen, one a token, in nats.</summary>
    /// <param name="rollout">A response with the frozen model's trace.</param>
    public static double[] LogRatios(Rollout rollout) =>
        [.. rollout.Policy.LogProbability.Zip(rollout.Frozen!.LogProbability, (policy, frozen) => policy - frozen)];

    private static double[] Compute(RlRecipe recipe, Rollout rollout, GroupRewards rewards, int response)
    {
        var tokens = new double[rollout.Length];
        for (int part = 0; part < recipe.Rewards.Count; part++)
        {
            RewardTerm term = recipe.Rewards[part];
            if (term is { Source: RewardSource.Endogenous, Normalized: false, Shuffled: false })
            {
                double[] endogenous = EndogenousReward.Compute(rollout.Frozen!, term.Endogenous).PerToken;
                double[] discount = term.Endogenous.Weights(tokens.Length);
                for (int t = 0; t < tokens.Length; t++) tokens[t] += term.Weight * discount[t] * endogenous[t];
            }
            else if (term is { Own.Tokens: { } dense, Normalized: false, Shuffled: false })
            {
                double[] own = dense(rollout);
                for (int t = 0; t < tokens.Length; t++) tokens[t] += term.Weight * own[t];
            }
            else if (term.Expression is { } expression)
            {
                Add(tokens, ExpressionConflicts.Form(expression), rewards.Expressions[part]!, response, rewards.Scaled[part]);
            }
            else
            {
                tokens[^1] += term.Weight * rewards.Scaled[part][response];
            }
        }

        if (recipe.KlInReward && recipe.Kl > 0)
        {
            double[] logRatios = LogRatios(rollout);
            for (int t = 0; t < tokens.Length; t++) tokens[t] -= recipe.Kl * logRatios[t];
        }

        return tokens;
    }

    // A sum over tokens where each of them is; the rest, and what has no form of sums, on the last token.
    private static void Add(double[] tokens, LinearForm form, ExpressionGroup group, int response, double[] whole)
    {
        if (form.Bent is not null || form.Terms.Count == 0)
        {
            tokens[^1] += whole[response];
            return;
        }

        foreach (LinearTerm term in form.Terms)
        {
            double factor = group.Value.Of(term.Factor, term.Use.View)[response]!.Value;
            double[] shares = TokenShares.OfLeaf(term.Use, group.Group)[response];
            for (int t = 0; t < tokens.Length; t++) tokens[t] += factor * shares[t];
        }

        foreach ((RewardNode node, PromptView view) in form.Rest) tokens[^1] += group.Value.Of(node, view)[response]!.Value;
    }
}
