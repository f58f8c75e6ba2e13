using Innate.Compute;
using Innate.Reinforcement.Objectives;
using Innate.Reinforcement.Rollouts;
using Innate.Traces;

namespace Innate.Reinforcement.Methods;

/// <summary>What is learned of some groups by an objective that a recipe brings.</summary>
/// <param name="Loss">Their part of the batch's loss.</param>
/// <param name="Gradient">By what the head said of their tokens.</param>
/// <param name="Statistics">Of clips and divergences.</param>
internal sealed record OwnLearning(double Loss, HeadGradient Gradient, PolicyStatistics Statistics)
{
    /// <summary>The loss and its gradient. Pure.</summary>
    /// <param name="objective">The objective.</param>
    /// <param name="recipe">The recipe, as its stage has it.</param>
    /// <param name="rollouts">The batch.</param>
    /// <param name="micro">The places of the groups.</param>
    /// <param name="members">Of each group of the batch, the places of the responses that are learned from.</param>
    /// <param name="trace">What the head said of their tokens, one after another.</param>
    /// <param name="totals">Of all that the step learns from.</param>
    /// <param name="groups">Groups that the step learns from.</param>
    /// <param name="maxTokens">The longest response allowed.</param>
    public static OwnLearning Of(
        OwnObjective objective, RlRecipe recipe, PreparedRollouts rollouts, int[] micro, int[][] members, HeadTrace trace,
        BatchTotals totals, int groups, int maxTokens)
    {
        var gradient = new double[trace.Q.Length];
        double[]? entropy = recipe.EntropyBonus == 0 ? null : new double[gradient.Length], soft = null;
        double loss = 0;
        PolicyStatistics statistics = default;
        int at = 0;
        foreach (int g in micro)
        {
            RolloutGroup group = rollouts.Batch.Groups[g];
            TokenTrace[] now = [.. members[g].Select(i => Says(group.Rollouts[i]))];
            GroupResult result = objective.Compute(new ObjectiveScene(
                recipe, group, rollouts.Batch.Rewards[g], members[g], now,
                [.. members[g].Select(i => rollouts.Advantages.Advantages[g][i])], totals, groups, maxTokens));
            loss += result.Loss;
            statistics += result.Statistics;
            int from = at - now.Sum(t => t.Length);
            CopyTo(result.LogProbGradients, gradient, from);
            if (result.SoftValueGradients is { } values) CopyTo(values, soft ??= new double[gradient.Length], from);
        }

        return new OwnLearning(loss, new HeadGradient(gradient, entropy) { SoftValue = soft }, statistics);

        // The next response's: traces come in the order of groups and members.
        TokenTrace Says(Rollout rollout)
        {
            Range range = at..(at + rollout.Length);
            TokenTrace said = TokenTrace.Of(rollout.Response.TokenIds, trace, at, alpha: 1);
            at += rollout.Length;
            if (entropy is null) return said;
            EntropyResult bonus = EntropyBonus.Compute(trace.Entropy[range], recipe.EntropyBonus, totals);
            loss += bonus.Loss;
            bonus.EntropyGradient.CopyTo(entropy, range.Start.Value);
            return said;
        }
    }

    private static void CopyTo(IReadOnlyList<double[]> rows, double[] all, int at)
    {
        foreach (double[] row in rows)
        {
            row.CopyTo(all, at);
            at += row.Length;
        }
    }
}
