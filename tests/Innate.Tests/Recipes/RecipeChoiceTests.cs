using Innate.Learning;
using Innate.Recipes;
using Innate.Reinforcement;
using Innate.Reinforcement.Advantages;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Objectives;
using Innate.Reinforcement.Rewards;
using Innate.Reinforcement.Rollouts;
using Innate.Runs.Training;
using Innate.Tests.Reinforcement.Methods;

namespace Innate.Tests.Recipes;

/// <summary>What recipes learn from of a batch, with which weights, and how their runs move.</summary>
public sealed class RecipeChoiceTests : IDisposable
{
    private readonly TinyScene _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Fact]
    public void Prompts_of_little_deviation_are_left_out_once_there_is_a_running_mean_that_a_resumed_run_remembers()
    {
        RlRecipe recipe = RecipeList.Of("rlpr").Learns;
        RunMemory memory = new();
        RolloutScene scene = _tiny.Of(recipe, memory: memory);
        RolloutGroup[] groups = [.. Enumerable.Range(0, 3).Select(_ => _tiny.Said(scene, 0, "11", "12"))];
        GroupRewards[] rewards = [Rewarded(0, 0.8), Rewarded(0, 0.02), Rewarded(0.1, 0.5)];
        for (int batch = 1; batch <= 10; batch++)
        {
            Assert.Equal([0, 1, 2], recipe.Method.Choice!(scene, groups, rewards));
            string file = Path.GetTempFileName();
            File.WriteAllBytes(file, memory.ToBytes());
            memory.Read(file);
            File.Delete(file);
        }

        Assert.Equal([0, 2], recipe.Method.Choice!(scene, groups, rewards));
        Assert.Equal([0, 1, 2], recipe.Method.Choice(_tiny.Of(recipe), groups, rewards));
    }

    [Fact]
    public void A_dead_prompt_gives_its_place_to_a_copy_and_a_batch_with_too_little_news_is_skipped()
    {
        RlRecipe recipe = RecipeList.Of("polaris").Learns;
        RolloutScene scene = _tiny.Of(recipe);
        Assert.Equal([1, 1, 3, 3, 1], recipe.Method.Choice!(
            scene, [], [Rewarded(1, 1), Rewarded(1, 0), Rewarded(0, 0), Rewarded(0, 1), Rewarded(0, 0)]));
        Assert.Empty(recipe.Method.Choice(scene, [], [Rewarded(1, 1), Rewarded(1, 0), Rewarded(0, 0)]));
        Assert.Equal([1.4, 1.45, 1.5], recipe.Stages.Select(s => s.Temperature!.Value));
        Assert.Equal([null, 0.9, 0.9], recipe.Stages.Select(s => s.DropsAbove));
        Assert.Equal(39936 / 52224.0, recipe.Stages[0].LengthShare!.Value, 1e-12);
    }

    [Fact]
    public void Answers_and_verdicts_are_whitened_apart()
    {
        RlRecipe recipe = RecipeList.Of("pag").Learns;
        RolloutScene scene = _tiny.Of(recipe);
        RolloutGroup answers = _tiny.Said(scene, 0, "11", "12"), verdict = _tiny.Said(scene, 0, "Yes.");
        RolloutGroup Of(double before) => verdict with { Notes = [[(double)TurnRole.Verify, before]] };
        RolloutGroup[] groups = [answers, Of(1), Of(0)];
        GroupRewards[] rewards = [.. scene.Score(groups).Groups.OfType<GroupRewards>()];
        Assert.Equal([[1, 0], [1], [0]], rewards.Select(r => r.Rewards));
        TokenLevelBatch values = new(
            [.. groups.Select(g => new TokenLevelGroup([.. g.Rollouts.Select(r => new double[r.Length])]))]);
        double[][] found = [.. AdvantageEstimator.Compute(recipe, groups, rewards, values).Advantages.Responses];
        double[][] raw = [.. groups.SelectMany((g, i) => g.Rollouts.Select((r, j) =>
            Enumerable.Repeat(rewards[i].Rewards[j], r.Length).ToArray()))];
        Assert.Equal(
            [
                .. Whitening.Compute(raw[..2], 1e-8, WhiteningScale.EpsilonUnderRoot),
                .. Whitening.Compute(raw[2..], 1e-8, WhiteningScale.EpsilonUnderRoot),
            ],
            found);
        Assert.NotEqual(Whitening.Compute(raw), found);
    }

    [Fact]
    public void Cut_off_responses_earn_nothing_and_weights_for_mismatch_are_one()
    {
        RlRecipe recipe = RecipeList.Of("prorl-v2").Learns;
        RolloutScene scene = _tiny.Of(recipe);
        RolloutGroup said = _tiny.Said(scene, 0, "It is 11.", "11", "12");
        Rollout cut = said.Rollouts[1] with
        {
            Response = said.Rollouts[1].Response with { FinishReason = Innate.Generation.FinishReason.Length },
        };
        RolloutGroup group = said with { Rollouts = [said.Rollouts[0], cut, said.Rollouts[2]] };
        GroupRewards rewards = scene.Score([group]).Groups[0]!;
        Assert.Equal([1, 0, 0], rewards.Rewards);
        TokenLevelBatch advantages = recipe.Method.Advantage!.Compute(new(recipe, [group], [rewards]));
        BatchTotals totals = BatchTotals.Of(group.Rollouts.Select(r => r.Length));
        GroupResult learned = recipe.Method.Objective!.Compute(new ObjectiveScene(
            recipe, group, rewards, [0, 1, 2], [.. group.Rollouts.Select(r => r.Policy)], advantages[0].Responses, totals, 1,
            40));
        for (int i = 0; i < 3; i++)
        {
            PolicyResult alone = ProRlObjective.Compute(
                group.Rollouts[i].Policy.LogProbability, group.Rollouts[i].Policy.LogProbability,
                group.Rollouts[i].Frozen!.LogProbability, advantages[0][i], [], totals);
            TinyScene.Same(alone.LogProbGradient, learned.LogProbGradients[i]);
        }
    }

    [Theory]
    [InlineData("r3", 40)]
    [InlineData("prorl", 0)]
    public void Grpo_with_other_denominators_has_a_place_for_the_divergence(string name, int budget)
    {
        RlRecipe recipe = RecipeList.Of(name).Learns with { Kl = 0.25 };
        RolloutScene scene = _tiny.Of(recipe);
        RolloutGroup group = _tiny.Said(scene, 0, "It is 11.", "12");
        BatchTotals totals = BatchTotals.Of(group.Rollouts.Select(r => r.Length));
        double[][] advantages = [.. group.Rollouts.Select((r, i) => Enumerable.Repeat(i == 0 ? 1.0 : -1, r.Length).ToArray())];
        GroupResult learned = recipe.Method.Objective!.Compute(new ObjectiveScene(
            recipe, group, Rewarded(1, 0), [0, 1], [.. group.Rollouts.Select(r => r.Policy)], advantages, totals, 1, 40));
        double weight = budget > 0 ? 1.0 / (2 * budget) : 1.0 / totals.Tokens;
        for (int i = 0; i < 2; i++)
        {
            Rollout rollout = group.Rollouts[i];
            TinyScene.Same(
                [
                    .. rollout.Policy.LogProbability.Zip(rollout.Frozen!.LogProbability, (p, f) =>
                        weight * (-advantages[i][0] + (0.25 * (1 - Math.Exp(f - p))))),
                ],
                learned.LogProbGradients[i]);
        }
    }

    [Fact]
    public void A_running_average_moves_a_two_hundredth_every_ten_steps()
    {
        List<(int, double)> moves = [];
        int step = 0;
        MethodRun run = new(RecipeList.Of("grpo-care").Learns, _tiny.Models, 40) { MoveReference = r => moves.Add((step, r)) };
        for (step = 1; step <= 40; step++) run.Before(step, step, isFirst: true);
        Assert.Equal([(11, 0.005), (21, 0.005), (31, 0.005)], moves);
    }

    [Fact]
    public void A_reference_is_reset_where_held_out_questions_stall_and_the_optimizer_with_it()
    {
        RlRecipe recipe = RecipeList.Of("prorl").Learns with { Minibatches = 1 };
        List<int> moves = [], cleared = [];
        int step = 0;
        MethodRun run = new(recipe, _tiny.Models, 12)
        {
            MoveReference = rate =>
            {
                Assert.Equal(1, rate);
                moves.Add(step);
            },
            ResetOptimizer = () => cleared.Add(step),
        };
        double[] accuracy = [0.3, 0.4, 0.4, 0.3, 0.4, 0.5, 0.5, 0.2];
        for (step = 1; step <= accuracy.Length; step++)
        {
            Assert.Equal(step == 6, run.Before(step, step, isFirst: true));
            run.Measured(accuracy[step - 1]);
        }

        Assert.Equal([6], moves); // 0.4 was the best for three measurements
        Assert.Equal(moves, cleared);
        Assert.Equal(3, run.OptimizerStep(8));
    }

    [Fact]
    public void A_rate_stays_for_two_hundred_parts_and_falls_to_a_tenth_in_twenty()
    {
        ReinforcementSettings settings = new ReinforcementSettings { Data = "", Output = "", LearningRate = 1 }
            .With(RecipeList.Of("octothinker"));
        LearningRateSchedule rate = settings.Loop(220).Schedule;
        Assert.All(Enumerable.Range(1, 201), step => Assert.Equal(1, rate.At(step, 220)));
        Assert.Equal(0.55, rate.At(211, 220), 1e-12);
        Assert.Equal(0.1, rate.At(221, 220), 1e-12);

        ReinforcementSettings constant = new ReinforcementSettings { Data = "", Output = "", LearningRate = 1 }
            .With(RecipeList.Of("r3"));
        Assert.Equal([0.05, 1, 1], new[] { 1, 20, 100 }.Select(step => constant.Loop(100).Schedule.At(step, 100)));
    }

    private static GroupRewards Rewarded(params double[] rewards) => new([rewards], rewards) { Scaled = [rewards] };
}
