using Innate.Generation;
using Innate.Learning.Data;
using Innate.Reinforcement.Advantages;
using Innate.Reinforcement.Objectives;
using Innate.Reinforcement.Rollouts;

namespace Innate.Reinforcement;

/// <summary>One optimizer step's groups.</summary>
/// <param name="Step">From 1.</param>
/// <param name="Rollouts">The batch.</param>
/// <param name="Members">Of each of its groups the rollouts that are learned from.</param>
/// <param name="Part">The groups that this step learns from.</param>
internal sealed record RlUpdate(int Step, PreparedRollouts Rollouts, int[][] Members, int[] Part)
{
    /// <summary>What its denominators are made of.</summary>
    public required BatchTotals Totals { get; init; }

    /// <summary>Whether the reference was set to the policy before it.</summary>
    public bool WasReset { get; init; }

    /// <summary>The groups of a step.</summary>
    /// <param name="recipe">What is learned.</param>
    /// <param name="seed">The run's.</param>
    /// <param name="rollouts">The batch.</param>
    /// <param name="step">From 1.</param>
    /// <param name="update">Which update of the batch it is, from 0.</param>
    /// <param name="wasReset">Whether the reference was set to the policy before it.</param>
    public static RlUpdate Of(
        RlRecipe recipe, ulong seed, PreparedRollouts rollouts, int step, int update, bool wasReset)
    {
        RolloutBatch batch = rollouts.Batch;
        int[][] members = [.. batch.Groups.Select((g, i) => MembersOf(recipe, g, batch.Rewards[i]))];
        int[] part = PartOf(recipe, seed, Informative(recipe, batch, members), batch.Number, update);
        return new RlUpdate(step, rollouts, members, part)
        {
            Totals = BatchTotals.Of(part.SelectMany(g => members[g].Select(i => batch.Groups[g].Rollouts[i].Length))),
            WasReset = wasReset,
        };
    }

    // DAPO's mask: a response that was cut off is compared with its group, and not learned from.
    private static int[] MembersOf(RlRecipe recipe, RolloutGroup group, GroupRewards rewards) => recipe.LearnsPairs
        ? RolloutPair.Of(rewards.Rewards, group.Key)
        :
    [
        .. Enumerable.Range(0, group.Rollouts.Count)
            .Where(i => !recipe.IsDynamic || group.Rollouts[i].Response.FinishReason != FinishReason.Length),
    ];

    // Groups that teach nothing are left out where the objective says so; the denominators are of what is left.
    private static int[] Informative(RlRecipe recipe, RolloutBatch batch, int[][] members) =>
    [
        .. (batch.Chosen ?? Enumerable.Range(0, batch.Groups.Count))
            .Where(g => !(recipe.IsDynamic || recipe.LearnsPairs || recipe.Method.Objective is { LeavesOutDeadGroups: true })
                || (members[g].Length > 0 && !RewardGroup.AllEqual(batch.Rewards[g].Rewards))),
    ];

    // In each epoch over the batch, the groups are dealt into the parts in another order.
    private static int[] PartOf(RlRecipe recipe, ulong seed, int[] groups, int number, int update)
    {
        if (recipe.Minibatches == 1 || groups.Length == 0) return groups;
        (int epoch, int part) = Math.DivRem(update, recipe.Minibatches);
        int[] order = ExampleOrder.Epoch(groups.Length, RandomBits.Mix(seed, (ulong)number), epoch);
        int from = (int)((long)groups.Length * part / recipe.Minibatches);
        int to = (int)((long)groups.Length * (part + 1) / recipe.Minibatches);
        return [.. order[from..to].Order().Select(i => groups[i])];
    }
}

/// <summary>The losses of a part of a batch; the parts add up to the batch's.</summary>
internal readonly record struct PartialLoss(double Policy, double Value, PolicyStatistics Statistics)
{
    /// <summary>Both parts together.</summary>
    public static PartialLoss operator +(PartialLoss a, PartialLoss b) =>
        new(a.Policy + b.Policy, a.Value + b.Value, a.Statistics + b.Statistics);

    /// <summary>As numbers by name.</summary>
    public (string, double)[] Row() =>
    [
        ("policy", Policy), ("value", Value), ("tokens", Statistics.Tokens), ("clipped", Statistics.Clipped),
        ("old_kl", Statistics.OldKlSum), ("reference_kl", Statistics.ReferenceKlSum),
    ];

    /// <summary>Reads them back.</summary>
    public static PartialLoss Of(IReadOnlyList<(string Name, double Value)> row) => new(
        row[0].Value, row[1].Value,
        new PolicyStatistics((long)row[2].Value, (long)row[3].Value, row[4].Value, row[5].Value));
}
