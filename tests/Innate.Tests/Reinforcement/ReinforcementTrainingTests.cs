using Innate.Generation;
using Innate.Learning;
using Innate.Reinforcement;
using Innate.Reinforcement.Objectives;
using static Innate.Tests.Reinforcement.ScriptedRun;

namespace Innate.Tests.Reinforcement;

/// <summary>A step of reinforcement learning against the table policy's own formulas, response by response.</summary>
public sealed class ReinforcementTrainingTests : IDisposable
{
    private static readonly string[] AfterA = ["bd", "cbd"];
    private static readonly string[] AfterB = ["cd", "aad"];

    private readonly TablePolicyModel _policy = new();

    public ReinforcementTrainingTests() => _policy.SetTable(Start);

    public void Dispose() => _policy.Dispose();

    [Fact]
    public void A_step_adds_the_gradient_of_the_table_and_says_what_was_sampled()
    {
        using ScriptedRun run = Run(Scripted);
        StepLoss step = run.Step(1);

        // Rewards are lengths: 2 and 3 in both groups, advantages -1/2 and 1/2; each token weighs 1 in 10.
        AssertGradient(run, Pairs("a", "bd", 0.05), Pairs("a", "cbd", -0.05), Pairs("b", "cd", 0.05), Pairs("b", "aad", -0.05));
        Assert.Equal(((2 * 0.5) + (2 * 0.5) - (3 * 0.5) - (3 * 0.5)) / 10, step.Loss, 1e-9);
        Assert.Equal(1 + 1 + 10, step.Tokens);
        Assert.Equal(
            ["reward", "entropy", "response_length", "repetition", "cut_off", "dead_groups", "skipped_prompts", "clip_fraction"],
            step.More.Select(m => m.Name));
        Assert.Equal((2.5, 2.5), (Metric(step, "reward"), Metric(step, "response_length")));
        Assert.Equal((0, 0), (Metric(step, "cut_off"), Metric(step, "dead_groups")));
    }

    [Fact]
    public void Groups_computed_one_by_one_add_up_to_the_same_step()
    {
        using ScriptedRun together = Run(Scripted), apart = Run(Scripted, microBatch: 1);
        Assert.Equal(together.Step(1).Loss, apart.Step(1).Loss, 1e-12);
        Dictionary<(char, char), double> expected = _policy.TableGradient(together.Gradients);
        foreach ((var pair, double g) in _policy.TableGradient(apart.Gradients)) Assert.Equal(expected[pair], g, 1e-6);
    }

    [Fact]
    public void Later_updates_compare_with_the_policy_that_sampled_and_sample_nothing()
    {
        RlRecipe recipe = Scripted with { RolloutEpochs = 2, ClipLow = 1, ClipHigh = 100 };
        using ScriptedRun run = Run(recipe);
        Assert.Equal(0, Metric(run.Step(1), "update_kl"));
        _policy.SetTable(Moved);
        using ScriptedRun later = Run(recipe);
        PreparedRollouts rollouts = run.Training.Last;
        StepLoss second = later.Training.Learn(rollouts, 2, default);
        Assert.Empty(later.Generator.Calls);

        // The weight of a token's gradient is -rho A / N, rho against the log-probabilities of the sampling.
        AssertGradient(
            later, Moved,
            Pairs("a", "bd", 0.05).Concat(Pairs("b", "cd", 0.05)).Concat(Pairs("a", "cbd", -0.05))
                .Concat(Pairs("b", "aad", -0.05))
                .Select(p => p with { Weight = p.Weight * Math.Exp(LogProb(Moved, p) - LogProb(Start, p)) }));
        (char, char, double)[] all = [.. Pairs("a", "bd", 1), .. Pairs("a", "cbd", 1), .. Pairs("b", "cd", 1),
            .. Pairs("b", "aad", 1)];
        double kl = all.Average(p => LogProb(Moved, p) - LogProb(Start, p) is var r ? Math.Exp(r) - 1 - r : 0);
        Assert.Equal(kl, Metric(second, "update_kl"), 1e-5);
        Assert.DoesNotContain(second.More, m => m.Name == "reward");

        run.Step(2);
        Assert.Same(rollouts, run.Training.Last);
        Assert.Single(run.Generator.Calls);
        run.Step(3);
        Assert.Equal(2, run.Training.Last.Batch.Number);
        Assert.Equal(2, run.Generator.Calls.Count);
    }

    [Fact]
    public void Each_update_learns_from_its_part_of_the_groups_with_its_own_denominator()
    {
        using ScriptedRun first = Run(Scripted with { Minibatches = 2 });
        first.Step(1);
        using ScriptedRun second = Run(Scripted with { Minibatches = 2 });
        second.Training.Learn(first.Training.Last, 2, default);

        // A group alone has 5 tokens. Which comes first is the seed's.
        (string, double)[] ofA = [("bd", 0.1), ("cbd", -0.1)], ofB = [("cd", 0.1), ("aad", -0.1)];
        bool isAFirst = _policy.TableGradient(first.Gradients)[('a', 'c')] < -0.01;
        (ScriptedRun a, ScriptedRun b) = isAFirst ? (first, second) : (second, first);
        AssertGradient(a, [.. ofA.Select(r => Pairs("a", r.Item1, r.Item2))]);
        AssertGradient(b, [.. ofB.Select(r => Pairs("b", r.Item1, r.Item2))]);
        Assert.False(first.Training.IsBoundary(1));
        Assert.True(first.Training.IsBoundary(2));
    }

    [Fact]
    public void Each_epoch_over_a_batch_deals_the_groups_into_other_parts()
    {
        // A part computes the tokens of its groups: prompts of 1, 2, 4, 8 and 16 tokens show which ones they are.
        string[] prompts = [.. Enumerable.Range(0, 5).Select(i => new string('a', 1 << i))];
        using ScriptedRun run = new(
            _policy, Scripted with { Minibatches = 2, RolloutEpochs = 4 }, prompts, _ => AfterA, (_, r) => r.Length);
        List<long> tokens = [.. Enumerable.Range(1, 8).Select(i => run.Step(i).Tokens)];
        long all = run.Training.Last.Batch.Groups.Sum(g => g.Prompt.Ids.Length + g.Rollouts.Sum(r => (long)r.Length));
        Assert.Equal(all, tokens[0]);
        for (int epoch = 1; epoch < 4; epoch++) Assert.Equal(all, tokens[2 * epoch] + tokens[(2 * epoch) + 1]);
        Assert.True(tokens.Skip(2).Distinct().Count() > 2);
    }

    [Fact]
    public void Values_are_fitted_as_they_are_now_to_the_returns_of_the_rollouts()
    {
        RlRecipe recipe = Scripted with { Advantage = AdvantageKind.Gae, RolloutEpochs = 2 };
        using ScriptedRun run = Run(recipe);
        SetValues(run.Value!, 0.5);
        StepLoss first = run.Step(1);
        PreparedRollouts rollouts = run.Training.Last;

        // Gamma and lambda are 1: the return of every token is the response's reward, whatever the values are.
        double[] rewards = [2, 2, 3, 3, 3, 2, 2, 3, 3, 3];
        Assert.All(rollouts.Values!.Responses, r => Assert.All(r, v => Assert.Equal(0.5, v, 1e-6)));
        Assert.Equal(rewards.Average(r => 0.5 * (0.5 - r) * (0.5 - r)), Metric(first, "value_loss"), 1e-6);
        Assert.Equal(
            Metric(first, "value_loss") - rollouts.Advantages.Advantages.Responses.Sum(r => r.Sum()) / 10, first.Loss, 1e-6);
        AssertBias(run, rewards.Average(r => 0.5 - r));

        // The head has moved: its loss is that of the values now, its targets are those of the rollouts.
        using ScriptedRun later = Run(recipe);
        SetValues(later.Value!, 2);
        StepLoss second = later.Training.Learn(rollouts, 2, default);
        Assert.Equal(rewards.Average(r => 0.5 * (2 - r) * (2 - r)), Metric(second, "value_loss"), 1e-6);
        AssertBias(later, rewards.Average(r => 2 - r));
        Assert.All(rollouts.Values.Responses, r => Assert.All(r, v => Assert.Equal(0.5, v, 1e-6)));
    }

    [Fact]
    public void Advantages_come_from_the_values_of_the_sampling()
    {
        // Lambda 0: the return is r + V', which follows the values of the rollouts alone.
        RlRecipe recipe = Scripted with { Advantage = AdvantageKind.Gae, Lambda = 0, RolloutEpochs = 2 };
        using ScriptedRun run = Run(recipe);
        SetValues(run.Value!, 0.5);
        run.Step(1);
        SetValues(run.Value!, 7);
        StepLoss second = run.Step(2);
        double[] returns = [0.5, 2, 0.5, 0.5, 3, 0.5, 2, 0.5, 0.5, 3];
        Assert.Equal(returns, run.Training.Last.Advantages.Returns!.Responses.SelectMany(r => r).Select(r => Math.Round(r, 5)));
        Assert.Equal(returns.Average(r => 0.5 * (7 - r) * (7 - r)), Metric(second, "value_loss"), 1e-4);
    }

    [Fact]
    public void The_value_head_learns_alone_at_first()
    {
        RlRecipe recipe = Scripted with { Advantage = AdvantageKind.Gae, ValueWarmup = 1 };
        using ScriptedRun run = Run(recipe);
        run.Step(1);
        Assert.All(_policy.TableGradient(run.Gradients).Values, g => Assert.Equal(0, g));
        AssertBias(run, -2.6);
        run.Step(2);
        Assert.Contains(_policy.TableGradient(run.Gradients).Values, g => Math.Abs(g) > 0.01);
    }

    [Fact]
    public void Dapo_leaves_out_groups_without_a_difference_and_responses_that_were_cut_off()
    {
        RlRecipe recipe = Scripted with { Objective = PolicyObjectiveKind.Dapo, GroupSize = 3, DynamicSamplingRounds = 1 };
        using ScriptedRun run = new(
            _policy, recipe, ["a", "b", "c"], p =>
                p == "b" ? ["cd", "ad", "bd"] : p == "a" ? ["bd", "cbd", "ccc"] : ["abc", "bcb", "aaa"],
            (p, r) => r.Length - (r == "aaa" ? 1 : 0));
        StepLoss step = run.Step(1);

        // Rewards of the first group are 2, 3, 3: -2/3, 1/3 and, unlearned, 1/3. Five tokens are left. The third group was cut
        // off.
        AssertGradient(run, Pairs("a", "bd", 2 / 15.0), Pairs("a", "cbd", -1 / 15.0));
        Assert.Equal((4 / 9.0, 1 / 3.0), (Metric(step, "cut_off"), Metric(step, "dead_groups")));
        Assert.Equal((3, 1), (Metric(step, "sampled_prompts"), Metric(step, "sampling_rounds")));
    }

    [Fact]
    public void An_entropy_bonus_is_a_part_of_the_loss_and_moves_the_policy()
    {
        using ScriptedRun plain = Run(Scripted), bonus = Run(Scripted with { EntropyBonus = 0.3 });
        StepLoss without = plain.Step(1), with = bonus.Step(1);
        Assert.Equal(without.Loss - (0.3 * Metric(with, "entropy")), with.Loss, 1e-6);
        Assert.NotEqual(_policy.TableGradient(plain.Gradients)[('a', 'a')], _policy.TableGradient(bonus.Gradients)[('a', 'a')],
            1e-4);
    }

    [Fact]
    public void An_update_without_its_own_rollouts_is_refused()
    {
        using ScriptedRun run = Run(Scripted with { RolloutEpochs = 2 });
        Assert.True(run.Training.Last.IsEmpty);
        Assert.Throws<InvalidOperationException>(() => run.Training.Learn(PreparedRollouts.None, 1, default));
        run.Step(1);
        Assert.False(run.Training.Last.IsEmpty);
        Assert.Throws<InvalidOperationException>(() => run.Training.Learn(run.Training.Last, 3, default));
        Assert.Equal("the data, lines 1, 2", run.Training.RowsOf(2));
    }

    [Fact]
    public void The_anchor_is_the_share_of_questions_that_are_answered_rightly()
    {
        ScriptedGenerator generator = new(_policy, p => p == "a" ? [@"\boxed{7}"] : [@"\boxed{8}"]);
        SamplingOptions options = new() { Seed = 3 };
        Anchor anchor = new(
            generator, _policy.Tokenizer, [_policy.Prompt("a", 1, "7"), _policy.Prompt("b", 2, "7"), _policy.Prompt("c", 3, "8")],
            options, AnswerMeasures.Gold);
        using ScriptedRun run = new(_policy, Scripted, ["a"], _ => AfterA, (_, r) => r.Length, anchor: anchor);
        (string Name, double Value)[] measured = [.. run.Training.HeldOut(1, default)];
        Assert.Equal(["anchor_accuracy", "anchor_error"], measured.Select(m => m.Name));
        Assert.Equal(2 / 3.0, measured[0].Value, 1e-12);
        Assert.Equal(1 / 3.0, measured[1].Value, 1e-12); // of 1, 0, 1: sqrt(1/3 / 3)
        run.Training.HeldOut(2, default);
        Assert.All(generator.Calls, c => Assert.Equal((1, options), (c.Count, c.Options)));
        using ScriptedRun none = Run(Scripted);
        Assert.Empty(none.Training.HeldOut(1, default));
    }

    private static double Start(char last, char next) => (next - 'b') * 0.3 * (last == 'a' ? 1 : -0.5);

    private static double Moved(char last, char next) => Start(last, next) + (next == 'c' ? 0.4 : last == 'b' ? -0.2 : 0);

    private ScriptedRun Run(RlRecipe recipe, int microBatch = 2) => new(
        _policy, recipe, ["a", "b"], p => p == "a" ? AfterA : AfterB, (_, r) => r.Length,
        new RlBatching { Prompts = 2, MicroBatch = microBatch, MaxResponseTokens = 4 });

    /// <summary>The transitions of a response, each with the same dLoss by its log-probability.</summary>
    private static IEnumerable<(char Last, char Next, double Weight)> Pairs(string prompt, string response, double weight) =>
        response.Select((next, t) => (t == 0 ? prompt[^1] : response[t - 1], next, weight));

    private static double LogProb(Func<char, char, double> table, (char Last, char Next, double Weight) pair) =>
        TablePolicyModel.LogProb(table, pair.Last, pair.Next);

    private void AssertGradient(ScriptedRun run, params IEnumerable<(char, char, double)>[] pairs) =>
        AssertGradient(run, Start, pairs.SelectMany(p => p));

    // dlog pi(a|s) / dQ(s, v) = (v = a) - pi(v|s).
    private void AssertGradient(
        ScriptedRun run, Func<char, char, double> table, IEnumerable<(char Last, char Next, double Weight)> pairs)
    {
        Dictionary<(char, char), double> expected = TablePolicyModel.Alphabet
            .SelectMany(last => TablePolicyModel.Alphabet.Select(next => (last, next))).ToDictionary(p => p, _ => 0.0);
        foreach ((char last, char next, double weight) in pairs)
        {
            foreach (char v in TablePolicyModel.Alphabet)
            {
                expected[(last, v)] += weight * ((v == next ? 1 : 0) - Math.Exp(TablePolicyModel.LogProb(table, last, v)));
            }
        }

        foreach ((var pair, double g) in _policy.TableGradient(run.Gradients)) Assert.Equal(expected[pair], g, 1e-5);
    }

    private static void SetValues(ValueHead head, float everywhere) => head.Parameter.Vector![^1] = everywhere;

    private static void SetValues(ValueHead head, double everywhere) => SetValues(head, (float)everywhere);

    private static void AssertBias(ScriptedRun run, double expected) =>
        Assert.Equal(expected, run.Gradients.ByTensor()["value_head"][^1], 1e-5);
}
