using Innate.Learning;
using Innate.Learning.Data;
using Innate.Reinforcement.Advantages;

namespace Innate.Reinforcement.Rollouts;

/// <summary>
/// Makes batches of rollouts: prompts in their order, groups sampled, rewarded; those without a reward left out. DAPO's dynamic
/// sampling goes on with further prompts for the groups whose rewards are all equal, some rounds at most.
/// </summary>
/// <param name="prompts">What may be asked.</param>
/// <param name="sampler">Samples.</param>
/// <param name="scorer">Rewards.</param>
/// <param name="recipe">Group size, rounds.</param>
/// <param name="batching">Prompts a batch.</param>
public sealed class RolloutCollector(
    IReadOnlyList<PolicyPrompt> prompts, RolloutSampler sampler, RewardScorer scorer, RlRecipe recipe, RlBatching batching)
{
    // Further prompts come from an order of their own, so that how many a batch needs does not move the next one.
    private const ulong Further = 0xda90;

    private readonly ExampleOrder _order = new(prompts.Count, batching.Seed);
    private readonly ExampleOrder _further = new(prompts.Count, RandomBits.Key(batching.Seed, Further));

    /// <summary>Samples and rewards a batch: a function of the weights, the seed and its number.</summary>
    /// <param name="number">From 1.</param>
    /// <param name="step">The optimizer's step, for messages.</param>
    /// <param name="cancellation">Stops between tokens.</param>
    /// <exception cref="TrainingInterruptedException">No group got a reward.</exception>
    /// <exception cref="TrainingDivergedException">One of the recipe's own rewards is not finite.</exception>
    public RolloutBatch Collect(int number, int step, CancellationToken cancellation)
    {
        List<RolloutGroup> groups = [];
        List<GroupRewards> rewards = [];
        HashSet<int> asked = [];
        int rounds = 0, skipped = 0, sampled = 0, missing = batching.Prompts;
        for (int most = recipe.IsDynamic ? recipe.DynamicSamplingRounds : 1; rounds < most && missing > 0; rounds++)
        {
            PolicyPrompt[] asking = [.. Indices(number, rounds, most, missing, asked).Select(i => prompts[i])];
            if (asking.Length == 0) break;
            IReadOnlyList<RolloutGroup> found = sampler.Sample(asking, recipe.GroupSize, number, cancellation, rounds);
            if (recipe.Advantage == AdvantageKind.Remax) found = sampler.WithGreedy(found, cancellation);
            IReadOnlyList<GroupRewards?> scored = scorer.Score(found, cancellation);
            for (int g = 0; g < found.Count; g++)
            {
                sampled++;
                if (scored[g] is not { } reward)
                {
                    skipped++;
                    continue;
                }

                RequireFinite(reward, found[g], step);
                groups.Add(found[g]);
                rewards.Add(reward);
                if (!RewardGroup.AllEqual(reward.Rewards)) missing--;
            }
        }

        if (groups.Count > 0) return new RolloutBatch(number, groups, rewards) { Asked = sampled, Skipped = skipped, Rounds = rounds };
        throw new TrainingInterruptedException(
            $"step {step}: expected a reward for at least one of {sampled} prompts, found none: {scorer.LastReason}");
    }

    /// <summary>The lines that a batch begins with, for messages.</summary>
    public string LinesOf(int number) =>
        $"{batching.Source}, lines {string.Join(", ", _order.Batch(number, batching.Prompts).Select(i => prompts[i].Line).Distinct().Order())}";

    private List<int> Indices(int number, int round, int most, int count, HashSet<int> asked)
    {
        if (round == 0)
        {
            int[] first = _order.Batch(number, batching.Prompts);
            asked.UnionWith(first);
            return [.. first];
        }

        // No prompt twice in a batch.
        return [.. _further.Batch(((long)(number - 1) * most) + round, batching.Prompts).Where(asked.Add).Take(count)];
    }

    private void RequireFinite(GroupRewards rewards, RolloutGroup group, int step)
    {
        foreach (double reward in (double[])[.. rewards.Rewards, .. rewards.Greedy is { } greedy ? new[] { greedy } : []])
        {
            if (double.IsFinite(reward)) continue;
            throw new TrainingDivergedException(
                $"step {step}: expected finite rewards, found {reward} on {batching.Source}, line {group.Prompt.Line}");
        }
    }
}
