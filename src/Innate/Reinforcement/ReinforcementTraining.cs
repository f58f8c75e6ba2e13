using Innate.Compute;
using Innate.Learning;
using Innate.Learning.Data;
using Innate.Models;
using Innate.Reinforcement.Objectives;
using Innate.Reinforcement.Rollouts;

namespace Innate.Reinforcement;

/// <summary>How large a step of reinforcement learning is.</summary>
public sealed record RlBatching
{
    /// <summary>Prompts a step.</summary>
    public required int Prompts { get; init; }

    /// <summary>Prompts, with all their responses, computed together.</summary>
    public required int MicroBatch { get; init; }

    /// <summary>The longest response, in tokens.</summary>
    public required int MaxResponseTokens { get; init; }

    /// <summary>Decides the order of prompts, and dropout; the sampler has its own.</summary>
    public ulong Seed { get; init; }

    /// <summary>Whether dropout is at work.</summary>
    public bool HasDropout { get; init; }

    /// <summary>The data file's name, for messages.</summary>
    public string Source { get; init; } = "the data";
}

/// <summary>
/// A step of reinforcement learning: sample groups of responses from the policy, reward them, compare them, and learn from the
/// comparison. Each batch serves one optimizer step, so the sampling policy and the learning one are the same. A group is one
/// tree: its prompt is read once, and receives the gradient of all its responses.
/// </summary>
/// <param name="pass">The policy's forward and gradient.</param>
/// <param name="gradients">Where the value head's gradient goes.</param>
/// <param name="sampler">Rollouts.</param>
/// <param name="prompts">What is asked.</param>
/// <param name="recipe">What is learned.</param>
/// <param name="batching">How much at a time.</param>
/// <param name="value">The value head; null where the recipe has none.</param>
/// <param name="anchor">Measures the policy on held-out questions; null for none.</param>
public sealed class ReinforcementTraining(
    GradientPass pass, Layers.Gradients gradients, RolloutSampler sampler, IReadOnlyList<PolicyPrompt> prompts, RlRecipe recipe,
    RlBatching batching, ValueHead? value, Anchor? anchor = null) : ITrainingRecipe
{
    private readonly ExampleOrder _order = new(prompts.Count, batching.Seed);

    /// <summary>The last step's rollouts with their rewards: what there is to show.</summary>
    public (IReadOnlyList<RolloutGroup> Groups, BatchAdvantages Worth)? Last { get; private set; }

    /// <inheritdoc/>
    public StepLoss AddGradients(int stepNumber, CancellationToken cancellation)
    {
        PolicyPrompt[] asked = [.. _order.Batch(stepNumber, batching.Prompts).Select(i => prompts[i])];
        IReadOnlyList<RolloutGroup> groups = sampler.Sample(asked, recipe.GroupSize, stepNumber, cancellation);
        double[][][]? values = value is null ? null : Values(groups, cancellation);
        BatchAdvantages worth = AdvantageEstimator.Compute(recipe, groups, values, batching.MaxResponseTokens);
        RequireFinite(worth, groups, stepNumber);
        Last = (groups, worth);

        // Groups without news are left out where the objective says so; the denominators are of what is left.
        int[] used = [.. Enumerable.Range(0, groups.Count).Where(g =>
            recipe.Objective != PolicyObjectiveKind.Dapo || !Advantages.RewardGroup.AllEqual(worth.Rewards[g]))];
        BatchTotals totals = BatchTotals.Of(used.SelectMany(g => groups[g].Rollouts.Select(r => r.Length)));
        bool onlyValue = value is not null && stepNumber <= recipe.ValueWarmup;
        double loss = 0, valueLoss = 0;
        long tokens = groups.Sum(g => g.Prompt.Ids.Length + g.Rollouts.Sum(r => (long)r.Length));
        var watch = default(PolicyWatch);
        foreach (int[] micro in used.Chunk(batching.MicroBatch))
        {
            (double policyLoss, double ofValue, PolicyWatch seen) = Learn(micro, groups, worth, values, totals, stepNumber, onlyValue, cancellation);
            loss += policyLoss;
            valueLoss += ofValue;
            watch += seen;
        }

        return new StepLoss(loss + valueLoss, tokens, [.. Watch(groups, worth, watch), .. value is null ? [] : new[] { ("value_loss", valueLoss) }]);
    }

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, double Value)> HeldOut(int stepNumber, CancellationToken cancellation) =>
        anchor is null ? [] : [("anchor_accuracy", anchor.Measure(cancellation))];

    /// <inheritdoc/>
    public string RowsOf(int stepNumber) =>
        $"{batching.Source}, lines {string.Join(", ", _order.Batch(stepNumber, batching.Prompts).Select(i => prompts[i].Line).Distinct().Order())}";

    private static TokenBatch Batch(IEnumerable<(int Slot, RolloutGroup Group)> groups, ulong? dropoutKey)
    {
        var batch = new TokenBatch(dropoutKey);
        foreach ((int slot, RolloutGroup group) in groups)
        {
            batch.AddGroup(slot, group.Prompt.Ids, [.. group.Rollouts.Select(r => r.Response.TokenIds)]);
        }

        return batch;
    }

    private double[][][] Values(IReadOnlyList<RolloutGroup> groups, CancellationToken cancellation)
    {
        var all = new List<double[][]>();
        foreach (RolloutGroup[] micro in groups.Chunk(batching.MicroBatch))
        {
            TokenBatch batch = Batch(micro.Select((g, i) => (i, g)), null);
            pass.Forward(batch.Tree, batch.Rows, batch.Targets, rowKeys: null, cancellation);
            double[] flat = value!.Values(pass.HeadInput);
            int at = 0;
            all.AddRange(micro.Select(g => g.Rollouts.Select(r => flat[at..(at += r.Length)]).ToArray()));
        }

        return [.. all];
    }

    private (double Loss, double ValueLoss, PolicyWatch Watch) Learn(
        int[] micro, IReadOnlyList<RolloutGroup> groups, BatchAdvantages worth, double[][][]? values, BatchTotals totals, int step,
        bool onlyValue, CancellationToken cancellation)
    {
        ulong? key = batching.HasDropout ? Learning.Batching.DropoutKey(batching.Seed, step) : null;
        TokenBatch batch = Batch(micro.Select(g => (g, groups[g])), key);
        HeadTrace trace = pass.Forward(batch.Tree, batch.Rows, batch.Targets, batch.RowKeys, cancellation);
        double[] logProbs = TokenBatch.LogProbs(trace);
        var gradient = new double[logProbs.Length];
        double[]? entropyGradient = recipe.EntropyBonus == 0 ? null : new double[logProbs.Length];
        var valueGradient = new double[logProbs.Length];
        double loss = 0, valueLoss = 0;
        var watch = default(PolicyWatch);
        int at = 0;
        foreach (int g in micro)
        {
            for (int i = 0; i < groups[g].Rollouts.Count; i++)
            {
                Rollout rollout = groups[g].Rollouts[i];
                Range range = at..(at += rollout.Length);
                PolicyResult result = Objective(recipe, logProbs[range], rollout, worth.Advantages[g][i], totals, batching.MaxResponseTokens);
                loss += result.Loss;
                watch += result.Watch;
                if (!onlyValue) result.LogProbGradient.CopyTo(gradient, range.Start.Value);
                if (entropyGradient is not null && !onlyValue)
                {
                    EntropyResult bonus = EntropyBonus.Compute(trace.Entropy[range], recipe.EntropyBonus, totals);
                    loss += bonus.Loss;
                    bonus.EntropyGradient.CopyTo(entropyGradient, range.Start.Value);
                }

                if (value is null) continue;
                ValueResult fitted = ValueObjective.Compute(
                    values![g][i], values[g][i], worth.Returns![g][i], totals, clip: double.PositiveInfinity);
                valueLoss += fitted.Loss;
                fitted.ValueGradient.CopyTo(valueGradient, range.Start.Value);
            }
        }

        value?.Backward(pass.HeadInput, valueGradient, gradients);
        pass.Backward(new HeadGradient(gradient, entropyGradient), cancellation);
        return (loss, valueLoss, watch);
    }

    private static PolicyResult Objective(
        RlRecipe recipe, double[] logProbs, Rollout rollout, double[] advantages, BatchTotals totals, int maxTokens)
    {
        double[] old = rollout.Policy.LogProbability;
        return recipe.Objective switch
        {
            PolicyObjectiveKind.Reinforce => ReinforceObjective.Compute(logProbs, advantages, totals),
            PolicyObjectiveKind.Ppo => PpoObjective.Compute(logProbs, old, advantages, totals),
            PolicyObjectiveKind.DrGrpo => DrGrpoObjective.Compute(
                logProbs, old, advantages, totals, new DrGrpoOptions { TokenBudget = maxTokens }),
            PolicyObjectiveKind.Dapo => DapoObjective.Compute(logProbs, old, advantages, totals),
            PolicyObjectiveKind.Gspo => GspoObjective.Compute(logProbs, old, advantages[0], totals),
            PolicyObjectiveKind.Cpgd => CpgdObjective.Compute(logProbs, old, advantages, totals),
            _ => GrpoObjective.Compute(
                logProbs, old, rollout.Frozen is { } frozen ? frozen.LogProbability : [], advantages, totals,
                new GrpoOptions { KlCoefficient = recipe.KlInReward ? 0 : recipe.Kl, Kl = recipe.KlKind }),
        };
    }

    // The brakes' numbers: beside the reward, what shows that a policy is falling in on itself.
    private static List<(string Name, double Value)> Watch(IReadOnlyList<RolloutGroup> groups, BatchAdvantages worth, PolicyWatch watch)
    {
        Rollout[] all = [.. groups.SelectMany(g => g.Rollouts)];
        List<(string, double)> numbers =
        [
            ("reward", worth.Rewards.SelectMany(r => r).Average()),
            .. worth.Terms.Count > 1 ? worth.Terms : [],
            ("entropy", all.Sum(r => r.Policy.Entropy.Sum()) / all.Sum(r => r.Length)),
            ("response_length", all.Average(r => r.Length)),
            ("repetition", all.Average(r => Rewards.RepetitionPenalty.RepeatedShare(r.Response.TokenIds, 4))),
            ("cut_off", all.Average(r => r.Response.FinishReason == Generation.FinishReason.Length ? 1.0 : 0)),
            ("dead_groups", worth.Rewards.Average(r => Advantages.RewardGroup.AllEqual(r) ? 1.0 : 0)),
            ("clip_fraction", watch.ClipFraction),
        ];
        if (all[0].Frozen is not null)
        {
            double kl = all.Sum(r => KlEstimator.Values(KlKind.K3, r.Policy.LogProbability, r.Frozen!.LogProbability).Sum());
            numbers.Insert(1, ("kl", kl / all.Sum(r => r.Length)));
        }

        return numbers;
    }

    private void RequireFinite(BatchAdvantages worth, IReadOnlyList<RolloutGroup> groups, int step)
    {
        for (int g = 0; g < groups.Count; g++)
        {
            foreach (double reward in worth.Rewards[g])
            {
                if (double.IsFinite(reward)) continue;
                throw new TrainingDivergedException(
                    $"step {step}: expected finite rewards, found {reward} on {batching.Source}, line {groups[g].Prompt.Line}");
            }
        }
    }
}
