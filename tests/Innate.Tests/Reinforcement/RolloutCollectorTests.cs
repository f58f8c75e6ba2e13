using Innate.Learning;
using Innate.Learning.Data;
using Innate.Reinforcement;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Rewards;
using Innate.Reinforcement.Rollouts;
using static Innate.Tests.Reinforcement.ScriptedRun;

namespace Innate.Tests.Reinforcement;

/// <summary>Which prompts make up a batch, what is left out of it, and what it says of itself.</summary>
public sealed class RolloutCollectorTests : IDisposable
{
    private static readonly string[] Prompts = ["a", "b", "c", "aa", "ab", "ac", "ba", "bb"];

    private readonly TablePolicyModel _policy = new();

    public void Dispose() => _policy.Dispose();

    [Fact]
    public void Prompts_come_in_their_order_with_a_seed_of_the_batch()
    {
        using ScriptedRun run = Run(Scripted, (_, r) => r.Length);
        RolloutBatch first = run.Collector.Collect(1, 1, default), third = run.Collector.Collect(3, 9, default);
        ExampleOrder order = new(Prompts.Length, 7);
        Assert.Equal(order.Batch(1, 3).Select(i => Prompts[i]), first.Groups.Select(g => g.Prompt.Text!));
        Assert.Equal(order.Batch(3, 3).Select(i => Prompts[i]), third.Groups.Select(g => g.Prompt.Text!));
        Assert.Equal((3, 3, 0, 1), (third.Number, third.SampledPrompts, third.SkippedPrompts, third.SamplingRounds));
        Assert.Equal([["bd", "cbd"], ["bd", "cbd"], ["bd", "cbd"]],
            first.Groups.Select(g => g.Rollouts.Select(r => r.Text).ToArray()));
        Assert.All(first.Rewards, r => Assert.Equal([2, 3], r.Rewards));
        Assert.All(run.Generator.Calls, c => Assert.Equal(2, c.Count));
        Assert.Equal(2, run.Generator.Calls.Select(c => c.Options.Seed).Distinct().Count());
        long[] lines = [.. order.Batch(3, 3).Select(i => i + 1L).Order()];
        Assert.Equal($"the data, lines {string.Join(", ", lines)}", run.Collector.LinesOf(3));

        // The same batch again is the same batch.
        run.Collector.Collect(1, 1, default);
        Assert.Equal(run.Generator.Calls[0].Options, run.Generator.Calls[2].Options);
        Assert.Equal(run.Generator.Calls[0].Prompts, run.Generator.Calls[2].Prompts);
    }

    [Fact]
    public void A_group_without_a_reward_is_left_out_and_counted()
    {
        string missing = Prompts[new ExampleOrder(Prompts.Length, 7).Batch(1, 3)[1]];
        using ScriptedRun run = Run(Scripted, (p, r) => p == missing && r == "cbd" ? null : r.Length);
        RolloutBatch batch = run.Collector.Collect(1, 1, default);
        Assert.Equal((3, 1, 2, 2), (batch.SampledPrompts, batch.SkippedPrompts, batch.Groups.Count, batch.Rewards.Count));
        Assert.DoesNotContain(batch.Groups, g => g.Prompt.Text == missing);
    }

    [Fact]
    public void A_batch_without_any_reward_interrupts_the_run_with_the_last_reason()
    {
        using ScriptedRun run = Run(Scripted, (_, r) => r == "cbd" ? double.PositiveInfinity : 1);
        string message = Assert.Throws<TrainingInterruptedException>(() => run.Collector.Collect(1, 4, default)).Message;
        long line = new ExampleOrder(Prompts.Length, 7).Batch(1, 3)[^1] + 1;
        Assert.Equal(
            "step 4: expected a reward for at least one of 3 prompts, found none: response 2 was given Infinity, which is not "
            + "finite "
            + $"(to the prompt of line {line})", message);
    }

    [Fact]
    public void A_reward_of_our_own_that_is_not_finite_ends_the_run()
    {
        RlRecipe recipe = Scripted with { Rewards = [new RewardTerm(RewardSource.Repetition, Weight: double.PositiveInfinity)] };
        using ScriptedRun run = Run(recipe, (_, _) => null);
        long line = new ExampleOrder(Prompts.Length, 7).Batch(1, 3)[0] + 1;
        string message = Assert.Throws<TrainingDivergedException>(() => run.Collector.Collect(1, 4, default)).Message;
        Assert.StartsWith("step 4: expected finite rewards, found NaN on the data, line ", message, StringComparison.Ordinal);
        Assert.EndsWith($" {line}", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Dynamic_sampling_replaces_groups_without_a_difference_and_asks_no_prompt_twice()
    {
        // Only prompts of one letter have a difference within their group.
        RlRecipe recipe = Scripted with { Objective = PolicyObjectiveKind.Dapo, DynamicSamplingRounds = 4 };
        using ScriptedRun run = Run(recipe, (p, r) => p.Length == 1 ? r.Length : 1);
        RolloutBatch batch = run.Collector.Collect(1, 1, default);
        int useful = 0;
        foreach ((string[] asked, int count, _) in run.Generator.Calls)
        {
            // Never more than are still wanted.
            Assert.InRange(asked.Length, 1, 3 - useful);
            Assert.Equal(2, count);
            useful += asked.Count(p => p.Length == 1);
        }

        string[] all = [.. run.Generator.Calls.SelectMany(c => c.Prompts)];
        Assert.Equal(all.Distinct(), all);
        Assert.Equal(all, batch.Groups.Select(g => g.Prompt.Text!));
        Assert.Equal((all.Length, run.Generator.Calls.Count), (batch.SampledPrompts, batch.SamplingRounds));
        Assert.InRange(batch.SamplingRounds, 2, 4);
        Assert.True(useful == 3 || batch.SamplingRounds == 4);
        Assert.Equal(run.Generator.Calls.Count, run.Generator.Calls.Select(c => c.Options.Seed).Distinct().Count());

        // How many rounds a batch took moves neither the next one's prompts nor its seed.
        using ScriptedRun once = Run(Scripted, (_, r) => r.Length);
        int before = run.Generator.Calls.Count;
        run.Collector.Collect(2, 2, default);
        once.Collector.Collect(2, 2, default);
        Assert.Equal(once.Generator.Calls[0].Prompts, run.Generator.Calls[before].Prompts);
        Assert.Equal(once.Generator.Calls[0].Options, run.Generator.Calls[before].Options);
    }

    [Fact]
    public void An_objective_of_a_recipe_can_ask_for_further_prompts_too()
    {
        OwnObjective own = new("own", _ => throw new InvalidOperationException("nothing is learned here"));
        RlRecipe recipe = Scripted with { Method = new MethodParts { Objective = own }, DynamicSamplingRounds = 4 };
        using ScriptedRun once = Run(recipe, (_, _) => 1);
        Assert.Equal(1, once.Collector.Collect(1, 1, default).SamplingRounds);
        MethodParts asks = new() { Objective = own with { SamplesFurther = true } };
        using ScriptedRun run = Run(recipe with { Method = asks }, (_, _) => 1);
        Assert.InRange(run.Collector.Collect(1, 1, default).SamplingRounds, 2, 4);

        // A group that the method adds is no prompt with news.
        using ScriptedRun added = Run(
            recipe with
            {
                Method = asks with
                {
                    Rollouts = (_, groups) =>
                        [.. groups, .. groups.Select(g => g with { Prompt = g.Prompt with { Text = "new" } })],
                },
            },
            (p, r) => p == "new" ? r.Length : 1);
        Assert.InRange(added.Collector.Collect(1, 1, default).SamplingRounds, 2, 4);
    }

    [Fact]
    public void Further_prompts_are_others_in_other_batches()
    {
        RlRecipe recipe = Scripted with { Objective = PolicyObjectiveKind.Dapo, DynamicSamplingRounds = 2 };
        using ScriptedRun run = Run(recipe, (_, _) => 1);
        HashSet<string> further = [];
        for (int batch = 1; batch <= 4; batch++)
        {
            int before = run.Generator.Calls.Count;
            string[] first = [.. new ExampleOrder(Prompts.Length, 7).Batch(batch, 3).Select(i => Prompts[i])];
            run.Collector.Collect(batch, batch, default);
            further.UnionWith(run.Generator.Calls.Skip(before + 1).SelectMany(c => c.Prompts).Except(first));
        }

        // Three at most of one order of eight would be asked for in every batch.
        Assert.True(further.Count > 3);
    }

    [Fact]
    public void Sampling_again_has_an_end()
    {
        RlRecipe recipe = Scripted with { Objective = PolicyObjectiveKind.Dapo, DynamicSamplingRounds = 2 };
        using ScriptedRun run = Run(recipe, (_, _) => 1);
        RolloutBatch batch = run.Collector.Collect(1, 1, default);
        Assert.Equal((2, 2), (batch.SamplingRounds, run.Generator.Calls.Count));
        Assert.Equal(batch.Groups.Count, batch.SampledPrompts);
        using ScriptedRun plain = Run(Scripted, (_, _) => 1);
        Assert.Equal(1, plain.Collector.Collect(1, 1, default).SamplingRounds);
    }

    [Fact]
    public void Remax_rewards_the_greedy_answer_too()
    {
        using ScriptedRun run = Run(Scripted with { Advantage = AdvantageKind.Remax }, (_, r) => r.Length);
        RolloutBatch batch = run.Collector.Collect(1, 1, default);
        Assert.Equal([(2, 1.0), (1, 0.0)], run.Generator.Calls.Select(c => (c.Count, c.Options.Temperature)));
        Assert.All(batch.Groups, g => Assert.Equal("bd", g.Greedy!.Text));
        Assert.All(batch.Rewards, r => Assert.Equal(2, r.Greedy));
    }

    private ScriptedRun Run(RlRecipe recipe, Func<string, string, double?> reward) => new(
        _policy, recipe, Prompts, _ => ["bd", "cbd"], reward,
        new RlBatching { Prompts = 3, MicroBatch = 3, MaxResponseTokens = 4, Seed = 7 });
}
