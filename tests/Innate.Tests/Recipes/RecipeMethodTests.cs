using Innate.Compute;
using Innate.Recipes;
using Innate.Reinforcement;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Objectives;
using Innate.Reinforcement.Rollouts;
using Innate.Reinforcement.Schedules;
using Innate.Tests.Reinforcement.Methods;
using Innate.Traces;

namespace Innate.Tests.Recipes;

/// <summary>What recipes make of their parts: how references move, what objectives are given, what is refused.</summary>
public sealed class RecipeMethodTests : IDisposable
{
    private readonly TinyScene _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Theory]
    [InlineData("sdpo", 1, 0.05)]
    [InlineData("rlp", 1, 0.001)]
    [InlineData("semi-online-dpo", 10, 1)]
    [InlineData("group-dpo", 10, 1)]
    [InlineData("reval", 200, 1)]
    [InlineData("pvpo", 500, 1)]
    public void A_reference_moves_so_far_and_so_often(string name, int every, double rate)
    {
        RlRecipe recipe = RecipeList.Of(name).Learns;
        Assert.Equal(
            Enumerable.Range(1, 1100).Where(step => step > 1 && (step - 1) % every == 0).Select(step => (step, rate)),
            Moves(recipe, 1100).Select(m => (m.Step, Math.Round(m.Rate, 12))));
    }

    [Fact]
    public void Where_a_batch_has_fewer_updates_the_reference_still_moves_at_each_sync()
    {
        RlRecipe recipe = RecipeList.Of("semi-online-dpo").Learns with { Minibatches = 2 };
        Assert.Equal([(3, 1.0), (5, 1.0), (7, 1.0)], Moves(recipe, 8));
    }

    [Fact]
    public void A_teacher_of_co_rewarding_follows_by_half_a_cosine()
    {
        (int Step, double Rate)[] moves = [.. Moves(RecipeList.Of("co-rewarding-2").Learns, 100)];
        TeacherBlend blend = new();
        Assert.Equal(Enumerable.Range(0, 99).Select(t => (t + 2, blend.At(t, 100))), moves);
        Assert.Equal(0.01, moves[0].Rate, 1e-12);
        Assert.True(moves[^1].Rate < 2e-5);
    }

    [Fact]
    public void Bellman_residuals_start_calibrated_and_their_value_gradient_stands_on_the_first_token()
    {
        RolloutScene scene = _tiny.Of(RecipeList.Of("reval").Learns);
        RolloutGroup group = _tiny.Said(scene, 0, "It is 11.", "It is 12, or so.", "So");
        RolloutGroup fresh = group with { Rollouts = [.. group.Rollouts.Select(r => r with { Frozen = r.Policy })] };
        double[] centred = [0.5, -0.25, -0.25];
        GroupResult start = Learned(scene, fresh, centred);
        Assert.Equal(centred.Sum(r => r * r / (0.02 * 0.02)) / 3, start.Loss, 1e-6);

        GroupResult moved = Learned(scene, group, centred);
        double loss = 0;
        for (int i = 0; i < 3; i++)
        {
            TokenTrace now = group.Rollouts[i].Policy, reference = group.Rollouts[i].Frozen!;
            double e = (centred[i] / 0.02) - (now.V[0] - reference.V[0])
                - (now.LogProbability.Sum() - reference.LogProbability.Sum());
            loss += e * e / 3;
            Assert.All(moved.LogProbGradients[i], g => Assert.Equal(-2 * e / 3, g, 1e-9));
            Assert.Equal(-2 * e / 3, moved.SoftValueGradients![i][0], 1e-9);
            Assert.All(moved.SoftValueGradients[i][1..], g => Assert.Equal(0, g));
        }

        Assert.Equal(loss, moved.Loss, 1e-6);

        // TBRM has the whole value in its place.
        RolloutScene before = _tiny.Of(RecipeList.Of("tbrm").Learns);
        double offset = fresh.Rollouts.Select((r, i) => (centred[i] / 0.02) - r.Policy.V[0]).Sum(e => e * e) / 3;
        Assert.Equal(offset, Learned(before, fresh, centred).Loss, 1e-6);
    }

    [Fact]
    public void The_random_policys_value_is_a_mean_over_the_whole_vocabulary()
    {
        double[][] old = [[0.8, 0.1, 0.0], [0.2, 0.5, 0.1]], now = [[1.0, 0.0, 0.0], [0.2, 0.7, 0.1]];
        TokenTrace before = TokenTrace.OfLogits([0, 1], old), after = TokenTrace.OfLogits([0, 1], now);
        Rollout rollout = new(new Innate.Generation.GeneratedResponse(
            [0, 1], before.LogProbability, Innate.Generation.FinishReason.Stop) { Trace = before }, "");
        RlRecipe recipe = RecipeList.Of("rover").Learns;
        GroupResult result = recipe.Method.Objective!.Compute(new ObjectiveScene(
            recipe, new RolloutGroup(_tiny.Prompts[0], [rollout]), Rewarded(1), [0], [after], [[0.5, 0.5]],
            new BatchTotals(2, 1), 1, 8));

        // By whole rows of log-probabilities.
        double Q(int t, int v) => LogP(now[t])[v] - LogP(old[t])[v];
        double target = 0.5 + Enumerable.Range(0, 3).Average(v => Q(1, v));
        Assert.Equal((Math.Pow(Q(0, 0) - target, 2) + Math.Pow(Q(1, 1) - 0.5, 2)) / 2, result.Loss, 1e-12);
        TinyScene.Same([Q(0, 0) - target, Q(1, 1) - 0.5], result.LogProbGradients[0]);
    }

    [Fact]
    public void Returns_less_the_groups_mean_are_what_dense_path_learns_with()
    {
        RolloutScene scene = _tiny.Of(RecipeList.Of("dpr").Learns with { Kl = 0 });
        RolloutGroup group = scene.Recipe.Method.Rollouts!(scene, [_tiny.Said(scene, 0, "It is 11.", "It is 12, or so.")])[0];
        double[][] dense = [.. group.Rollouts.Select(scene.Recipe.Rewards[0].Own!.Tokens!)];
        double mean = dense.Average(d => d.Sum());
        AdvantageScene of = new(scene.Recipe, [group], [Rewarded([.. dense.Select(d => d.Sum())])]);
        IReadOnlyList<double[]> advantages = scene.Recipe.Method.Advantage!.Compute(of).Groups[0].Responses;
        for (int i = 0; i < 2; i++)
        {
            for (int t = 0; t < dense[i].Length; t++) Assert.Equal(dense[i][t..].Sum() - mean, advantages[i][t], 1e-9);
        }
    }

    [Fact]
    public void A_wrong_majority_is_learned_from_and_a_right_one_is_not()
    {
        RolloutScene scene = _tiny.Of(RecipeList.Of("spurious-majority-wrong").Learns);
        RolloutGroup right = _tiny.Said(scene, 0, "It is 11.", "It is 11.", "It is 12.");
        RolloutGroup wrong = _tiny.Said(scene, 0, "It is 12.", "It is 11.", "It is 12.");
        RolloutGroup silent = _tiny.Said(scene, 0, "No idea.", "None.", "So");
        Assert.Equal([1], scene.Recipe.Method.Choice!(scene, [right, wrong, silent], []));
        Assert.Equal([1, 0, 1], scene.Score([wrong]).Groups[0]!.Rewards);
        Assert.Equal([0, 0, 1], _tiny.Of(RecipeList.Of("spurious-inverted").Learns).Score([right]).Groups[0]!.Rewards);
        Assert.Equal(
            [1, 0, 0],
            _tiny.Of(RecipeList.Of("spurious-format").Learns)
                .Score([_tiny.Said(scene, 0, "The answer is 11.", "1 + 1 = 2", "So")]).Groups[0]!.Rewards);
        double[] coins = _tiny.Of(RecipeList.Of("random-reward").Learns).Score(
            [.. Enumerable.Range(0, 200).Select(i => right with { Key = (ulong)i })]).Groups.SelectMany(g => g!.Rewards).ToArray();
        Assert.All(coins, c => Assert.True(c is 0 or 1));
        Assert.InRange(coins.Average(), 0.42, 0.58);
    }

    [Fact]
    public void Votes_of_further_responses_elect_what_is_paid_for()
    {
        RolloutScene scene = _tiny.Of(RecipeList.Of("evol-rl").Learns);
        RolloutGroup group = _tiny.Said(scene, 0, "3 + 8 = 11. The answer is 11.", "The answer is 77.", "So", "The answer is x.");
        double[] rewards = scene.Score([group]).Groups[0]!.Rewards;
        Assert.Equal(-1, rewards[2]);
        Assert.Equal(-1, rewards[3]);

        // The model inside knows this sum, so its votes are for 11; each side has one member, which gets the most of its band.
        Assert.Equal([1, -0.5], rewards[..2]);
    }

    [Fact]
    public void Demonstrations_are_one_a_row()
    {
        RlRecipe recipe = RecipeList.Of("sft-js").Learns;
        Assert.Empty(RecipeConflicts.Of(recipe));
        InputProblem problem = Assert.Single(RecipeConflicts.Of(recipe with { GroupSize = 4 }));
        Assert.Equal((nameof(RlRecipe.GroupSize), "4"), (problem.Field, problem.Found));
    }

    private static GroupResult Learned(RolloutScene scene, RolloutGroup group, double[] centred) =>
        scene.Recipe.Method.Objective!.Compute(new ObjectiveScene(
            scene.Recipe, group, Rewarded(centred), [0, 1, 2], [.. group.Rollouts.Select(r => r.Policy)],
            [.. group.Rollouts.Select((r, i) => Enumerable.Repeat(centred[i], r.Length).ToArray())],
            BatchTotals.Of(group.Rollouts.Select(r => r.Length)), 1, 40));

    private static GroupRewards Rewarded(params double[] rewards) => new([rewards], rewards) { Scaled = [rewards] };

    private static double[] LogP(double[] logits) => LogitRow.LogProbabilities(logits);

    private List<(int Step, double Rate)> Moves(RlRecipe recipe, int steps)
    {
        List<(int, double)> moves = [];
        int step = 0;
        MethodRun run = new(recipe, _tiny.Models, steps) { MoveReference = rate => moves.Add((step, rate)) };
        for (step = 1; step <= steps; step++)
        {
            (int batch, int update) = Math.DivRem(step - 1, recipe.UpdatesPerRollout);
            run.Before(step, batch + 1, update == 0);
        }

        return moves;
    }
}
