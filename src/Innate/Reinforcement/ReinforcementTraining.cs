using Innate.Compute;
using Innate.Generation;
using Innate.Learning;
using Innate.Learning.Data;
using Innate.Learning.Objectives;
using Innate.Learning.Ranks;
using Innate.Models;
using Innate.Reinforcement.Advantages;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Objectives;
using Innate.Reinforcement.Rollouts;

namespace Innate.Reinforcement;

/// <summary>
/// A step of reinforcement learning: sample groups of responses from the policy, reward them, compare them, and learn from the
/// comparison. One batch of rollouts serves <see cref="RlRecipe.UpdatesPerRollout"/> optimizer steps, each with one part of its
/// groups; advantages are those of the whole batch, old log-probabilities and old values those of the sampling. A group is one
/// tree: its prompt is read once, and receives the gradient of all its responses.
/// </summary>
/// <param name="pass">The policy's forward and gradient.</param>
/// <param name="gradients">Where the value head's gradient is added.</param>
/// <param name="collector">Batches of rollouts.</param>
/// <param name="recipe">What is learned.</param>
/// <param name="batching">How much at a time.</param>
/// <param name="value">The value head; null where the recipe has none.</param>
/// <param name="anchor">Measures the policy on held-out questions; null for none.</param>
/// <param name="run">The run as the recipe's method sees it; null: the recipe is composed of named parts.</param>
internal sealed class ReinforcementTraining(
    GradientPass pass, Layers.Gradients gradients, RolloutCollector collector, RlRecipe recipe, RlBatching batching,
    ValueHead? value, Anchor? anchor = null, MethodRun? run = null) : IDividedRecipe
{
    private RlUpdate? _update;

    /// <summary>The rollouts that were learned from last; <see cref="PreparedRollouts.None"/> before the first step.</summary>
    public PreparedRollouts Last { get; private set; } = PreparedRollouts.None;

    /// <inheritdoc/>
    public StepLoss AddGradients(int stepNumber, CancellationToken cancellation)
    {
        Begin(stepNumber, cancellation);
        return Join([LearnShare(_update!, 0, 1, cancellation)]);
    }

    /// <inheritdoc/>
    public SharePart AddShare(int stepNumber, int share, CancellationToken cancellation)
    {
        if (_update?.Step != stepNumber) Begin(stepNumber, cancellation);
        return LearnShare(_update!, share, batching.Shares, cancellation);
    }

    /// <inheritdoc/>
    public StepLoss Join(IReadOnlyList<SharePart> parts)
    {
        StepLoss loss = Join(_update!, parts);
        return _update!.WasReset ? loss with { More = [.. loss.More, ("reference_reset", 1)] } : loss;
    }

    /// <inheritdoc/>
    public int OptimizerStep(int stepNumber) => run?.OptimizerStep(stepNumber) ?? stepNumber;

    /// <summary>Samples and rewards the batch of a step, and computes all that its updates share.</summary>
    /// <param name="stepNumber">The first step that learns from the batch.</param>
    /// <param name="cancellation">Stops midway.</param>
    /// <exception cref="TrainingInterruptedException">No group got a reward.</exception>
    /// <exception cref="TrainingDivergedException">One of the recipe's own rewards is not finite.</exception>
    public PreparedRollouts Prepare(int stepNumber, CancellationToken cancellation)
    {
        RolloutBatch batch = collector.Collect(BatchOf(stepNumber), stepNumber, cancellation);
        TokenLevelBatch? values = value is null ? null : Values(value, batch.Groups, cancellation);
        return new PreparedRollouts(
            batch, AdvantageEstimator.Compute(recipe, batch.Groups, batch.Rewards, values), values);
    }

    /// <summary>Adds the gradients of one update: one part of the batch's groups.</summary>
    /// <param name="rollouts">The batch of this step.</param>
    /// <param name="stepNumber">From 1; decides which part.</param>
    /// <param name="cancellation">Stops midway; gradients are then incomplete.</param>
    /// <exception cref="InvalidOperationException">The rollouts are of another batch than the step's.</exception>
    public StepLoss Learn(PreparedRollouts rollouts, int stepNumber, CancellationToken cancellation)
    {
        RlUpdate update = UpdateFrom(rollouts, stepNumber, wasReset: false);
        return Join(update, [LearnShare(update, 0, 1, cancellation)]);
    }

    // All that a step's shares have in common.
    private void Begin(int stepNumber, CancellationToken cancellation)
    {
        _update = null;
        bool isFirst = UpdateOf(stepNumber) == 0;
        bool wasReset = run?.Before(stepNumber, BatchOf(stepNumber), isFirst) ?? false;
        if (isFirst) Last = Prepare(stepNumber, cancellation);
        _update = UpdateFrom(Last, stepNumber, wasReset);
    }

    private RlUpdate UpdateFrom(PreparedRollouts rollouts, int stepNumber, bool wasReset)
    {
        RolloutBatch batch = rollouts.Batch;
        if (batch.Number != BatchOf(stepNumber))
        {
            throw new InvalidOperationException(
                $"step {stepNumber}: expected the rollouts of batch {BatchOf(stepNumber)}, found those of batch {batch.Number}.");
        }

        return RlUpdate.Of(recipe, batching.Seed, rollouts, stepNumber, UpdateOf(stepNumber), wasReset);
    }

    // A share may be empty: an update's groups are those that teach something.
    private SharePart LearnShare(RlUpdate update, int share, int shares, CancellationToken cancellation)
    {
        ShareNode own = ShareNode.Of(share, shares, update.Part.Length);
        List<IReadOnlyList<(string, double)>> losses = [];
        foreach (int[] micro in update.Part.Skip(own.First).Take(own.Count).Chunk(batching.MicroBatch))
        {
            losses.Add(Learn(
                update.Rollouts, micro, update.Members, update.Totals, update.Part.Length, update.Step, cancellation).Row());
        }

        return new SharePart(0, losses);
    }

    private StepLoss Join(RlUpdate taken, IReadOnlyList<SharePart> parts)
    {
        (PreparedRollouts rollouts, RolloutBatch batch, int[] part) = (taken.Rollouts, taken.Rollouts.Batch, taken.Part);
        int update = UpdateOf(taken.Step);
        PartialLoss sum = default;
        foreach (IReadOnlyList<(string, double)> row in parts.SelectMany(p => p.Rows)) sum += PartialLoss.Of(row);
        IEnumerable<int> computed = update == 0 ? Enumerable.Range(0, batch.Groups.Count) : part;
        long tokens = computed.Sum(g => batch.Groups[g].Prompt.Ids.Length + batch.Groups[g].Rollouts.Sum(r => (long)r.Length));
        return new StepLoss(sum.Policy + sum.Value, tokens,
        [
            .. update == 0 ? RolloutNumbers.Of(recipe, batch, rollouts.Advantages).Metrics() : [],
            .. update == 0 && run is { Budget: not null } ? new[] { ("sampled_tokens", (double)run.SampledTokens) } : [],
            ("clip_fraction", sum.Statistics.ClipFraction),
            .. recipe.UpdatesPerRollout > 1 ? new[] { ("update_kl", sum.Statistics.ApproximateKl) } : [],
            .. value is null ? [] : new[] { ("value_loss", sum.Value) },
        ]);
    }

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, double Value)> HeldOut(int stepNumber, CancellationToken cancellation) =>
        anchor is null ? [] : Measured(anchor.Metrics(cancellation));

    /// <inheritdoc/>
    public string RowsOf(int stepNumber) => collector.LinesOf(BatchOf(stepNumber));

    /// <summary>Between two batches of rollouts nothing but the weights is needed to continue.</summary>
    public bool IsBoundary(int stepNumber) => stepNumber % recipe.UpdatesPerRollout == 0;

    private IReadOnlyList<(string Name, double Value)> Measured(IReadOnlyList<(string Name, double Value)> metrics)
    {
        run?.Measured(metrics[0].Value);
        return metrics;
    }

    // Which update of its batch a step is, from 0.
    private int UpdateOf(int step) => (step - 1) % recipe.UpdatesPerRollout;

    // The number of a step's batch, from 1.
    private int BatchOf(int step) => ((step - 1) / recipe.UpdatesPerRollout) + 1;

    private static TokenBatch Tokens(IEnumerable<(int Slot, RolloutGroup Group, int[] Members)> groups, ulong? dropoutKey)
    {
        var batch = new TokenBatch(dropoutKey);
        foreach ((int slot, RolloutGroup group, int[] members) in groups)
        {
            batch.AddGroup(
                slot, group.Prompt.Ids, [.. members.Select(i => group.Rollouts[i].Read)],
                [.. members.Select(i => group.Rollouts[i].Places)]);
        }

        return batch;
    }

    private TokenLevelBatch Values(ValueHead head, IReadOnlyList<RolloutGroup> groups, CancellationToken cancellation)
    {
        List<TokenLevelGroup> all = [];
        foreach (RolloutGroup[] micro in groups.Chunk(batching.MicroBatch))
        {
            TokenBatch batch = Tokens(micro.Select((g, i) => (i, g, Enumerable.Range(0, g.Rollouts.Count).ToArray())), null);
            pass.Forward(batch.Tree, batch.Rows, batch.Targets, rowKeys: null, cancellation);
            double[] values = head.Values(pass.HeadInput);
            int at = 0;
            all.AddRange(micro.Select(g => new TokenLevelGroup([.. g.Rollouts.Select(r => values[at..(at += r.Length)])])));
        }

        return new TokenLevelBatch(all);
    }

    // One forward and one backward: groups whose responses are computed together.
    private PartialLoss Learn(
        PreparedRollouts rollouts, int[] micro, int[][] members, BatchTotals totals, int groups, int step,
        CancellationToken cancellation)
    {
        ulong? dropoutKey = batching.HasDropout ? Learning.Batching.DropoutKey(batching.Seed, step) : null;
        TokenBatch batch = Tokens(micro.Select(g => (g, rollouts.Batch.Groups[g], members[g])), dropoutKey);
        HeadTrace trace = pass.Forward(batch.Tree, batch.Rows, batch.Targets, batch.RowKeys, cancellation);
        double[] logProbs = TokenBatch.LogProbs(trace);
        bool isValueWarmup = value is not null && step <= recipe.ValueWarmup;
        var gradient = new double[logProbs.Length];
        double[]? entropyGradient = recipe.EntropyBonus == 0 ? null : new double[logProbs.Length];
        if (recipe.LearnsPairs)
        {
            PartialLoss pairs = LearnPairs(rollouts.Batch, micro, members, logProbs, groups, gradient);
            pass.Backward(new HeadGradient(gradient), cancellation);
            return pairs;
        }

        RlRecipe now = run?.Stages.Recipe(recipe, rollouts.Batch.Number) ?? recipe;
        if (recipe.Method.Objective is { } own)
        {
            OwnLearning learned = OwnLearning.Of(
                own, now, rollouts, micro, members, trace, totals, groups, batching.MaxResponseTokens);
            pass.Backward(learned.Gradient, cancellation);
            return new PartialLoss(learned.Loss, 0, learned.Statistics);
        }

        PartialLoss sum = default;
        int at = 0;
        foreach ((int g, int i) in micro.SelectMany(g => members[g].Select(i => (g, i))))
        {
            Rollout rollout = rollouts.Batch.Groups[g].Rollouts[i];
            Range range = at..(at += rollout.Length);
            PolicyResult result = RecipeObjective.Compute(
                now, logProbs[range], rollout, rollouts.Advantages.Advantages[g][i], totals, batching.MaxResponseTokens);
            sum += new PartialLoss(result.Loss, 0, result.Statistics);
            if (isValueWarmup) continue;
            result.LogProbGradient.CopyTo(gradient, range.Start.Value);
            if (entropyGradient is null) continue;
            EntropyResult bonus = EntropyBonus.Compute(trace.Entropy[range], recipe.EntropyBonus, totals);
            sum += new PartialLoss(bonus.Loss, 0, default);
            bonus.EntropyGradient.CopyTo(entropyGradient, range.Start.Value);
        }

        if (value is not null) sum += new PartialLoss(0, LearnValues(value, rollouts, micro, members, totals, step), default);
        pass.Backward(new HeadGradient(gradient, entropyGradient), cancellation);
        return sum;
    }

    private PartialLoss LearnPairs(
        RolloutBatch batch, int[] micro, int[][] members, double[] logProbs, int pairs, double[] gradient)
    {
        PartialLoss sum = default;
        int at = 0;
        foreach (int g in micro)
        {
            PairResult pair = RolloutPair.Learn(recipe, batch.Groups[g], members[g], logProbs.AsSpan(at), pairs);
            foreach (double[] part in new[] { pair.ChosenGradient, pair.RejectedGradient })
            {
                part.CopyTo(gradient, at);
                at += part.Length;
            }

            sum += new PartialLoss(pair.Loss, 0, default);
        }

        return sum;
    }

    // Adds the value head's gradient; follows the policy's forward, whose last hidden states it reads.
    private double LearnValues(
        ValueHead head, PreparedRollouts rollouts, int[] micro, int[][] members, BatchTotals totals, int step)
    {
        // At the first update the values are those that the advantages came from; later the head has moved.
        double[]? moved = UpdateOf(step) == 0 ? null : head.Values(pass.HeadInput);
        double loss = 0;
        List<double> gradient = [];
        foreach ((int g, int i) in micro.SelectMany(g => members[g].Select(i => (g, i))))
        {
            double[] old = rollouts.Values![g][i];
            double[] now = moved is null ? old : moved[gradient.Count..(gradient.Count + old.Length)];
            ValueResult fitted = ValueObjective.Compute(
                now, old, rollouts.Advantages.Returns![g][i], totals, clip: double.PositiveInfinity);
            loss += fitted.Loss;
            gradient.AddRange(fitted.ValueGradient);
        }

        head.Backward(pass.HeadInput, [.. gradient], gradients);
        return loss;
    }
}
