using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Rollouts;

namespace Innate.Reinforcement.Advantages;

/// <summary>
/// The advantage of a turn: what is still earned from it on, against the other episodes of the group at their turn of the same
/// number.
/// <code>
/// G_k = r_k + gamma r_(k+1) + ...    A_k = (G_k - mean_k) / (std_k + 1e-6)
/// </code>
/// The deviation is the unbiased one, as of a whole episode (arXiv 2506.23127). A turn that no other episode reached, or that is
/// worth the same in all, has 0.
/// </summary>
internal static class TurnReturnsAdvantage
{
    /// <summary>As a part of a recipe: all tokens of a turn have its advantage.</summary>
    public static OwnAdvantage Own { get; } = new("turn-returns", scene =>
    {
        TokenLevelBatch rewards = TokenRewards.Compute(scene.Recipe, scene.Groups, scene.Rewards);
        return new TokenLevelBatch([.. scene.Groups.Select((group, g) =>
        {
            double[][] turns = Compute(
                [.. group.Rollouts.Select((r, i) => ByTurn(r, rewards[g][i]))], scene.Recipe.Gamma);
            return new TokenLevelGroup([.. group.Rollouts.Select((r, i) => OnTokens(r, turns[i]))]);
        })]);
    });

    /// <summary>One number a turn of each episode. Pure.</summary>
    /// <param name="rewards">Of each episode of a group its turns' rewards.</param>
    /// <param name="gamma">The discount of later turns.</param>
    public static double[][] Compute(IReadOnlyList<double[]> rewards, double gamma)
    {
        double[][] returns = [.. rewards.Select(r => TokenReturns.Compute(r, gamma))];
        for (int k = 0; returns.Any(r => r.Length > k); k++)
        {
            double[][] there = [.. returns.Where(r => r.Length > k)];
            double[] compared = GroupNormalizedAdvantage.Compute([.. there.Select(r => r[k])]);
            for (int i = 0; i < there.Length; i++) there[i][k] = compared[i];
        }

        return returns;
    }

    // What the tokens of each turn are rewarded with, all parts of the reward together.
    private static double[] ByTurn(Rollout rollout, double[] tokens)
    {
        int start = 0;
        return [.. rollout.TurnEnds.Select(end => tokens[start..(start = end)].Sum())];
    }

    private static double[] OnTokens(Rollout rollout, double[] turns)
    {
        double[] tokens = new double[rollout.Length];
        int at = 0;
        for (int k = 0; k < turns.Length; k++)
        {
            for (int end = rollout.TurnEnds[k]; at < end; at++) tokens[at] = turns[k];
        }

        return tokens;
    }
}
