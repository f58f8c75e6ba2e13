using Innate.Environments;
using Innate.Environments.Agents;
using Innate.Generation;
using Innate.Learning;
using Innate.Reinforcement;
using Innate.Reinforcement.Advantages;
using Innate.Reinforcement.Rewards;
using Innate.Reinforcement.Rollouts;
using Innate.Traces;

namespace Innate.Tests.Reinforcement;

/// <summary>What is learned from episodes: the policy's own words, and nothing that the world said.</summary>
public sealed class EpisodeLearningTests : IDisposable
{
    // Turn "a", the world says "bc", turn "ad".
    private const string Told = "abcad";

    private static readonly RlRecipe Recipe = ScriptedRun.Scripted with
    {
        Rewards = [RewardTerm.Of(WorldReward.Own)], Advantage = AdvantageKind.GroupNormalized,
        Objective = PolicyObjectiveKind.Grpo,
    };

    private readonly TablePolicyModel _policy = new();

    public void Dispose() => _policy.Dispose();

    [Fact]
    public void The_worlds_tokens_have_no_gradient_at_all()
    {
        Dictionary<(char Last, char Next), double> masked = Gradient(written: true, [0, 1]);

        // After "a" the world said "b", after "b" "c", after "c" the policy "a", after "a" "d".
        Assert.All(masked.Where(g => g.Key.Last == 'b'), g => Assert.Equal(0, g.Value));
        Assert.All(masked.Where(g => g.Key.Last is 'c' or 'a'), g => Assert.NotEqual(0, g.Value));

        // Without the mask they have one.
        Assert.All(Gradient(written: false, [0, 1]).Where(g => g.Key.Last == 'b'), g => Assert.NotEqual(0, g.Value));
    }

    [Fact]
    public void A_group_of_one_and_a_group_that_agrees_teach_nothing()
    {
        Assert.All(Gradient(written: true, [1]), g => Assert.Equal(0, g.Value));
        Assert.All(Gradient(written: true, [1, 1]), g => Assert.Equal(0, g.Value));
    }

    [Fact]
    public void The_rows_asked_about_are_those_of_the_whole_sequence_with_the_same_mask()
    {
        TokenBatch group = new(null), sequence = new(null);
        group.AddGroup(0, [7, 8], [[1, 2, 3, 4, 5]], [[0, 3, 4]]);
        sequence.AddSequence(0, [7, 8, 1, 2, 3, 4, 5], [false, false, true, false, false, true, true]);
        Assert.Equal(sequence.Rows, group.Rows);
        Assert.Equal(sequence.Targets, group.Targets);
    }

    [Fact]
    public void Turns_are_compared_by_what_is_still_earned_from_them_on()
    {
        // First turns: 3 and 1 still to come; second turns: 2 and 1; the third stands alone.
        double[][] advantages = TurnReturnsAdvantage.Compute([[1, 0, 2], [0, 1]], gamma: 1);
        double half = Math.Sqrt(0.5);
        Assert.Equal([half, half, 0], advantages[0], (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal([-half, -half], advantages[1], (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal([0, 0], TurnReturnsAdvantage.Compute([[1, 1]], gamma: 1)[0]);
    }

    [Fact]
    public void With_turns_compared_the_worlds_tokens_still_have_no_gradient()
    {
        Dictionary<(char Last, char Next), double> turns = Gradient(
            written: true, [0, 1], Recipe with { Method = Recipe.Method with { Advantage = TurnReturnsAdvantage.Own } });
        Assert.All(turns.Where(g => g.Key.Last == 'b'), g => Assert.Equal(0, g.Value));
        Assert.All(turns.Where(g => g.Key.Last == 'c'), g => Assert.NotEqual(0, g.Value));
    }

    [Fact]
    public void A_turns_reward_stands_on_its_last_token_and_its_advantage_on_all()
    {
        Rollout rollout = Rollout(reward: 1, written: true);
        Assert.Equal([1, 3], rollout.TurnEnds);
        Assert.Equal([0, 0, 1], WorldReward.Own.Tokens!(rollout));
        Assert.Equal([1, 5], Rollout(reward: 1, written: false).TurnEnds);
    }

    [Fact]
    public void A_group_with_an_episode_that_the_world_broke_off_has_no_reward()
    {
        Rollout whole = Rollout(1, true), broken = whole with { Episode = whole.Episode! with { Failure = "gone" } };
        IReadOnlyList<double[]?> rewards = WorldReward.Own.Groups!(
            null!, [new RolloutGroup(_policy.Prompt("d"), [whole, broken]), new RolloutGroup(_policy.Prompt("d"), [whole, whole])]);
        Assert.Null(rewards[0]);
        Assert.Equal([1, 1], rewards[1]!);
    }

    private Dictionary<(char Last, char Next), double> Gradient(
        bool written, double[] rewards, RlRecipe? recipe = null)
    {
        recipe ??= Recipe;
        using ScriptedRun run = new(_policy, recipe, ["d"], _ => [], (_, _) => null);
        RolloutGroup group = new(_policy.Prompt("d"), [.. rewards.Select(r => Rollout(r, written))]);
        if (rewards.Length > 1)
        {
            // The better one went another way at the end, or nothing would tell the two apart.
            group = group with { Rollouts = [.. rewards.Select((r, i) => Rollout(r, written, i == 0 ? "abcab" : Told))] };
        }

        GroupRewards given = GroupRewards.Of(recipe, [rewards]);
        RolloutBatch batch = new(1, [group], [given]) { SampledPrompts = 1, SkippedPrompts = 0, SamplingRounds = 1 };
        run.Training.Learn(
            new PreparedRollouts(batch, AdvantageEstimator.Compute(recipe, [group], [given], null), null), 1, default);
        return _policy.TableGradient(run.Gradients);
    }

    private Rollout Rollout(double reward, bool written, string text = Told)
    {
        GeneratedResponse whole = _policy.Response("d", text);
        Episode episode = new()
        {
            Seed = 0, Member = 0, First = "d", PromptLength = 1, End = EpisodeEnd.Done,
            Ids = [_policy.IdOf('d'), .. whole.TokenIds], Written = [false, true, false, false, true, true],
            Turns =
            [
                new EpisodeTurn("a", "a", new EnvironmentStep("bc"), 1, 2),
                new EpisodeTurn("ad", "ad", new EnvironmentStep("", reward, true), 4, 6),
            ],
        };
        int[]? places = written ? episode.WrittenPlaces : null;
        if (places is not null)
        {
            TokenTrace trace = whole.Trace!.Written(places);
            whole = new GeneratedResponse(trace.Tokens, trace.LogProbability, FinishReason.Stop) { Trace = trace };
        }

        return new Rollout(whole, text) { Episode = episode, Places = places };
    }
}
