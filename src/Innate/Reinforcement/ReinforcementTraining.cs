using Innate.Compute;
using Innate.Generation;
using Innate.Learning;
using Innate.Learning.Data;
using Innate.Models;
using Innate.Reinforcement.Advantages;
using Innate.Reinforcement.Objectives;
using Innate.Reinforcement.Rollouts;

namespace Innate.Reinforcement;

/// <summary>
/// A step of reinforcement learning: sample groups of responses from the policy, reward them, compare them, and learn from the
/// comparison. One batch of rollouts serves <see cref="RlRecipe.UpdatesPerRollout"/> optimizer steps, each with one part of its
/// groups; advantages are those of the whole batch, old log-probabilities those of the sampling. A group is one tree: its prompt
/// is read once, and receives the gradient of all its responses.
/// </summary>
/// <param name="pass">The policy's forward and gradient.</param>
/// <param name="gradients">Where the value head's gradient goes.</param>
/// <param name="collector">Batches of rollouts.</param>
/// <param name="recipe">What is learned.</param>
/// <param name="batching">How much at a time.</param>
/// <param name="value">The value head; null where the recipe has none.</param>
/// <param name="anchor">Measures the policy on held-out questions; null for none.</param>
public sealed class ReinforcementTraining(
    GradientPass pass, Layers.Gradients gradients, RolloutCollector collector, RlRecipe recipe, RlBatching batching, ValueHead? value,
    Anchor? anchor = null) : ITrainingRecipe
{
    private double[][][]? _values;

    /// <summary>The rollouts that are learned from, with what they are worth; null before the first.</summary>
    public (RolloutBatch Batch, BatchAdvantages Worth)? Last { get; private set; }

    /// <inheritdoc/>
    public StepLoss AddGradients(int stepNumber, CancellationToken cancellation)
    {
        int update = (stepNumber - 1) % recipe.UpdatesPerRollout;
        if (update == 0) Sample(stepNumber, cancellation);
        (RolloutBatch batch, BatchAdvantages worth) = Last!.Value;
        int[][] members = [.. batch.Groups.Select(Members)];
        int[] part = Part(Informative(batch, members), batch.Number, update);
        BatchTotals totals = BatchTotals.Of(part.SelectMany(g => members[g].Select(i => batch.Groups[g].Rollouts[i].Length)));
        bool onlyValue = value is not null && stepNumber <= recipe.ValueWarmup;
        double loss = 0, valueLoss = 0;
        var watch = default(PolicyWatch);
        foreach (int[] micro in part.Chunk(batching.MicroBatch))
        {
            (double policyLoss, double ofValue, PolicyWatch seen) = Learn(micro, members, totals, stepNumber, onlyValue, cancellation);
            loss += policyLoss;
            valueLoss += ofValue;
            watch += seen;
        }

        IEnumerable<int> computed = update == 0 ? Enumerable.Range(0, batch.Groups.Count) : part;
        long tokens = computed.Sum(g => batch.Groups[g].Prompt.Ids.Length + batch.Groups[g].Rollouts.Sum(r => (long)r.Length));
        return new StepLoss(loss + valueLoss, tokens,
        [
            .. update == 0 ? RolloutNumbers.Of(recipe, batch, worth) : [],
            ("clip_fraction", watch.ClipFraction),
            .. recipe.UpdatesPerRollout > 1 ? new[] { ("update_kl", watch.ApproximateKl) } : [],
            .. value is null ? [] : new[] { ("value_loss", valueLoss) },
        ]);
    }

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, double Value)> HeldOut(int stepNumber, CancellationToken cancellation) =>
        anchor is null ? [] : [("anchor_accuracy", anchor.Measure(cancellation))];

    /// <inheritdoc/>
    public string RowsOf(int stepNumber) => collector.LinesOf(NumberOf(stepNumber));

    /// <summary>Between two batches of rollouts nothing but the weights is needed to go on.</summary>
    public bool IsBoundary(int stepNumber) => stepNumber % recipe.UpdatesPerRollout == 0;

    private int NumberOf(int step) => ((step - 1) / recipe.UpdatesPerRollout) + 1;

    private void Sample(int step, CancellationToken cancellation)
    {
        RolloutBatch batch = collector.Collect(NumberOf(step), step, cancellation);
        _values = value is null ? null : Values(batch.Groups, cancellation);
        Last = (batch, AdvantageEstimator.Compute(recipe, batch.Groups, batch.Rewards, _values));
    }

    // DAPO's mask: a response that was cut off is compared with its group, and not learned from.
    private int[] Members(RolloutGroup group) =>
        [.. Enumerable.Range(0, group.Rollouts.Count).Where(i => !recipe.IsDynamic || group.Rollouts[i].Response.FinishReason != FinishReason.Length)];

    // Groups without news are left out where the objective says so; the denominators are of what is left.
    private int[] Informative(RolloutBatch batch, int[][] members) =>
    [
        .. Enumerable.Range(0, batch.Groups.Count)
            .Where(g => !recipe.IsDynamic || (members[g].Length > 0 && !RewardGroup.AllEqual(batch.Rewards[g].Rewards))),
    ];

    // Each time through, the groups are dealt into the parts by another order.
    private int[] Part(int[] groups, int number, int update)
    {
        if (recipe.Minibatches == 1 || groups.Length == 0) return groups;
        (int epoch, int part) = Math.DivRem(update, recipe.Minibatches);
        int[] order = ExampleOrder.Epoch(groups.Length, RandomBits.Mix(batching.Seed, (ulong)number), epoch);
        int from = (int)((long)groups.Length * part / recipe.Minibatches), to = (int)((long)groups.Length * (part + 1) / recipe.Minibatches);
        return [.. order[from..to].Order().Select(i => groups[i])];
    }

    private static TokenBatch Tokens(IEnumerable<(int Slot, RolloutGroup Group, int[] Members)> groups, ulong? dropoutKey)
    {
        var batch = new TokenBatch(dropoutKey);
        foreach ((int slot, RolloutGroup group, int[] members) in groups)
        {
            batch.AddGroup(slot, group.Prompt.Ids, [.. members.Select(i => group.Rollouts[i].Response.TokenIds)]);
        }

        return batch;
    }

    private double[][][] Values(IReadOnlyList<RolloutGroup> groups, CancellationToken cancellation)
    {
        var all = new List<double[][]>();
        foreach (RolloutGroup[] micro in groups.Chunk(batching.MicroBatch))
        {
            TokenBatch batch = Tokens(micro.Select((g, i) => (i, g, Enumerable.Range(0, g.Rollouts.Count).ToArray())), null);
            pass.Forward(batch.Tree, batch.Rows, batch.Targets, rowKeys: null, cancellation);
            double[] flat = value!.Values(pass.HeadInput);
            int at = 0;
            all.AddRange(micro.Select(g => g.Rollouts.Select(r => flat[at..(at += r.Length)]).ToArray()));
        }

        return [.. all];
    }

    private (double Loss, double ValueLoss, PolicyWatch Watch) Learn(
        int[] micro, int[][] members, BatchTotals totals, int step, bool onlyValue, CancellationToken cancellation)
    {
        (RolloutBatch rollouts, BatchAdvantages worth) = Last!.Value;
        ulong? key = batching.HasDropout ? Learning.Batching.DropoutKey(batching.Seed, step) : null;
        TokenBatch batch = Tokens(micro.Select(g => (g, rollouts.Groups[g], members[g])), key);
        HeadTrace trace = pass.Forward(batch.Tree, batch.Rows, batch.Targets, batch.RowKeys, cancellation);
        double[] logProbs = TokenBatch.LogProbs(trace);
        double[]? moved = value is null || IsBoundary(step - 1) ? null : value.Values(pass.HeadInput);
        var gradient = new double[logProbs.Length];
        double[]? entropyGradient = recipe.EntropyBonus == 0 ? null : new double[logProbs.Length];
        var valueGradient = new double[logProbs.Length];
        double loss = 0, valueLoss = 0;
        var watch = default(PolicyWatch);
        int at = 0;
        foreach (int g in micro)
        {
            foreach (int i in members[g])
            {
                Rollout rollout = rollouts.Groups[g].Rollouts[i];
                Range range = at..(at += rollout.Length);
                PolicyResult result = RecipeObjective.Compute(
                    recipe, logProbs[range], rollout, worth.Advantages[g][i], totals, batching.MaxResponseTokens);
                loss += result.Loss;
                watch += result.Watch;
                if (!onlyValue) result.LogProbGradient.CopyTo(gradient, range.Start.Value);
                if (entropyGradient is not null && !onlyValue)
                {
                    EntropyResult bonus = EntropyBonus.Compute(trace.Entropy[range], recipe.EntropyBonus, totals);
                    loss += bonus.Loss;
                    bonus.EntropyGradient.CopyTo(entropyGradient, range.Start.Value);
                }

                // At the first update the values are those that the advantages came from; later the head has moved.
                if (value is null) continue;
                double[] old = _values![g][i];
                ValueResult fitted = ValueObjective.Compute(
                    moved is null ? old : moved[range], old, worth.Returns![g][i], totals, clip: double.PositiveInfinity);
                valueLoss += fitted.Loss;
                fitted.ValueGradient.CopyTo(valueGradient, range.Start.Value);
            }
        }

        value?.Backward(pass.HeadInput, valueGradient, gradients);
        pass.Backward(new HeadGradient(gradient, entropyGradient), cancellation);
        return (loss, valueLoss, watch);
    }
}
