using Innate.Learning;
using Innate.Learning.Data;
using Innate.Reinforcement.Advantages;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Schedules;

namespace Innate.Reinforcement.Rollouts;

/// <summary>
/// Makes batches of rollouts: takes prompts in their order, samples and rewards groups, and leaves out those without a reward.
/// DAPO's dynamic sampling (arXiv 2503.14476) replaces groups whose rewards are all equal by groups of further prompts, in a
/// limited number of rounds.
/// </summary>
/// <param name="prompts">The prompts of the data.</param>
/// <param name="sampler">Samples.</param>
/// <param name="scorer">Rewards.</param>
/// <param name="recipe">Group size, rounds.</param>
/// <param name="batching">Prompts a batch.</param>
/// <param name="run">The run as the recipe's method sees it; null: the recipe is composed of named parts.</param>
internal sealed class RolloutCollector(
    IReadOnlyList<PolicyPrompt> prompts, RolloutSampler sampler, RewardScorer scorer, RlRecipe recipe, RlBatching batching,
    MethodRun? run = null)
{
    // Further prompts come from an order of their own, so that how many a batch needs does not move the next one.
    private const ulong FurtherPromptsSalt = 0xda90;

    private readonly StagePrompts _order =
        new(run?.Stages ?? new StagePlan([], 1), prompts.Count, batching.Seed, run?.Memory ?? new RunMemory());

    private readonly ExampleOrder _furtherOrder = new(prompts.Count, RandomBits.Key(batching.Seed, FurtherPromptsSalt));

    /// <summary>Samples and rewards a batch: a function of the weights, the seed and its number.</summary>
    /// <param name="number">The batch's number, from 1.</param>
    /// <param name="step">The optimizer's step, for messages.</param>
    /// <param name="cancellation">Stops between tokens.</param>
    /// <exception cref="TrainingInterruptedException">No group got a reward.</exception>
    /// <exception cref="TrainingDivergedException">One of the recipe's own rewards is not finite.</exception>
    public RolloutBatch Collect(int number, int step, CancellationToken cancellation)
    {
        List<RolloutGroup> groups = [];
        List<GroupRewards> rewards = [];
        HashSet<int> seen = [];
        string? missingReason = null;
        _order.Begin(number);
        RolloutScene? scene = run?.Scene(number, prompts, (found, now) => scorer.Score(found, cancellation, now), cancellation);
        int round = 0, sampled = 0, wanted = batching.Prompts;
        int maxRounds = recipe.SamplesFurther ? recipe.DynamicSamplingRounds : 1;
        for (; round < maxRounds && wanted > 0; round++)
        {
            List<int> places = NextPrompts(number, round, maxRounds, wanted, seen);
            if (places.Count == 0) break;
            PolicyPrompt[] next = [.. places.Select(i => prompts[i])];
            IReadOnlyList<RolloutGroup> found =
                sampler.Sample(
                    next, recipe.Method.SamplesNothing ? 0 : recipe.GroupSize, number, cancellation, round, run?.Stages);
            bool asksGreedy = recipe is { Advantage: AdvantageKind.Remax, Method.Advantage: null };
            if (asksGreedy) found = sampler.WithGreedy(found, cancellation);
            IReadOnlyList<RolloutGroup> own = found;
            if (recipe.Method.Rollouts is { } more) found = more(scene!, found);
            run?.Count(own);
            GroupScores scores = scorer.Score(found, cancellation, scene);
            missingReason = scores.MissingReason ?? missingReason;
            sampled += found.Count;
            for (int g = 0; g < found.Count; g++)
            {
                if (scores.Groups[g] is not { } reward) continue;
                RequireFinite(reward, found[g], step);
                groups.Add(found[g]);
                rewards.Add(reward);
                if (g >= places.Count) continue; // what a method added is no prompt of its own
                _order.Rewarded(places[g], reward.Rewards);
                if (!RewardGroup.AllEqual(reward.Rewards)) wanted--;
            }
        }

        if (groups.Count == 0)
        {
            throw new TrainingInterruptedException(
                $"step {step}: expected a reward for at least one of {sampled} prompts, found none: {missingReason}");
        }

        return new RolloutBatch(number, groups, rewards)
        {
            Chosen = recipe.Method.Choice?.Invoke(scene!, groups, rewards),
            SampledPrompts = sampled,
            SkippedPrompts = sampled - groups.Count,
            SamplingRounds = round,
        };
    }

    /// <summary>The data's lines that a batch begins with, for messages.</summary>
    /// <param name="number">The batch's number, from 1.</param>
    public string LinesOf(int number)
    {
        IEnumerable<long> lines = _order.Batch(number, batching.Prompts).Select(i => prompts[i].Line).Distinct().Order();
        return $"{batching.Source}, lines {string.Join(", ", lines)}";
    }

    // No prompt comes twice in the further rounds of a batch.
    private List<int> NextPrompts(int number, int round, int maxRounds, int wanted, HashSet<int> seen)
    {
        if (round == 0)
        {
            int[] first = _order.Batch(number, batching.Prompts);
            seen.UnionWith(first);
            return [.. first];
        }

        long place = ((long)(number - 1) * maxRounds) + round;
        return [.. _furtherOrder.Batch(place, batching.Prompts).Where(seen.Add).Take(wanted)];
    }

    private void RequireFinite(GroupRewards rewards, RolloutGroup group, int step)
    {
        IEnumerable<double> all = rewards.Greedy is { } greedy ? [.. rewards.Rewards, greedy] : rewards.Rewards;
        foreach (double reward in all)
        {
            if (double.IsFinite(reward)) continue;
            throw new TrainingDivergedException(
                $"step {step}: expected finite rewards, found {reward} on {batching.Source}, line {group.Prompt.Line}");
        }
    }
}
