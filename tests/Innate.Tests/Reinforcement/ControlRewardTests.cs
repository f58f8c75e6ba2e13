using Innate.Generation;
using Innate.Reinforcement;
using Innate.Reinforcement.Advantages;
using Innate.Reinforcement.Rewards;
using Innate.Reinforcement.Rollouts;
using Innate.Scoring.Rules;
using Innate.Traces;

namespace Innate.Tests.Reinforcement;

/// <summary>Rewards beside which others show what they know: they themselves know nothing.</summary>
public class ControlRewardTests
{
    [Fact]
    public void A_random_reward_is_a_function_of_the_groups_place_and_not_of_its_responses()
    {
        var term = new RewardTerm(RewardSource.Random);
        double[] first = term.Compute(Group(1, "a", "b", "c"), 8)!, again = term.Compute(Group(1, "x", "y", "z"), 8)!;
        Assert.Equal(first, again);
        Assert.NotEqual(first, term.Compute(Group(2, "a", "b", "c"), 8));
        double[] many = [.. Enumerable.Range(0, 4000).SelectMany(key => ControlRewards.Random((ulong)key, 4))];
        Assert.All(many, x => Assert.InRange(x, 0, 1));
        Assert.Equal(0.5, many.Average(), 0.01);
        Assert.Equal(1.0 / 12, many.Select(x => (x - 0.5) * (x - 0.5)).Average(), 0.002);
    }

    [Fact]
    public void Shuffled_rewards_are_the_same_numbers_in_any_order_alike()
    {
        double[] rewards = [1, 2, 3];
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        for (ulong key = 0; key < 6000; key++)
        {
            double[] dealt = ControlRewards.Shuffled(rewards, key);
            Assert.Equal(dealt, ControlRewards.Shuffled(rewards, key));
            string order = string.Join(' ', dealt);
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }

        Assert.Equal(6, counts.Count);
        Assert.All(counts.Values, n => Assert.InRange(n, 900, 1100));
    }

    [Fact]
    public void A_shuffled_dense_reward_stands_on_the_last_token_of_another_response()
    {
        RlRecipe recipe = RlRecipe.Preset("endorm") with
        {
            Kl = 0, Rewards = [new RewardTerm(RewardSource.Endogenous) { Shuffled = true }],
        };
        RolloutGroup group = Group(7, "a", "b");
        double[] own = recipe.Rewards[0].Compute(group, 8)!;
        Assert.NotEqual(own[0], own[1]);
        var scorer = new RewardScorer(recipe, null!, 8, [null]);
        var seen = new HashSet<double>();
        for (ulong key = 0; key < 20; key++)
        {
            RolloutGroup[] groups = [Group(key, "a", "b")];
            GroupRewards rewards = scorer.Score(groups, default).Groups[0]!;
            Assert.Equal(own.Order(), rewards.Rewards.Order());
            seen.Add(rewards.Rewards[0]);
            TokenLevelBatch tokens = TokenRewards.Compute(recipe, groups, [rewards]);
            Assert.Equal([0, rewards.Rewards[0]], tokens.Groups[0][0]);
        }

        Assert.Equal(2, seen.Count);
    }

    [Fact]
    public void What_needs_a_group_says_so()
    {
        RlRecipe recipe = RlRecipe.Preset("endorm") with
        {
            GroupSize = 1, Rewards = [new RewardTerm(RewardSource.Entropy) { Shuffled = true }],
        };
        Assert.Contains(
            RecipeConflicts.Of(recipe), p => p.Text(n => n).Contains("shuffled, which deals out", StringComparison.Ordinal));
    }

    // The texts are of two tokens each; a trace's numbers are its text's.
    private static RolloutGroup Group(ulong key, params string[] texts) => new(
        new PolicyPrompt([1], null, 1), [.. texts.Select(Response)]) { Key = key };

    private static Rollout Response(string text)
    {
        var trace = new TokenTrace
        {
            Tokens = [1, 2], Q = [text[0], 2], V = [text[0] + 1, 3], LogProbability = [-1, -1], Entropy = [1, 1],
            MeanLogit = [0, 0],
        };
        return new Rollout(new GeneratedResponse([1, 2], [-1, -1], FinishReason.Length) { Trace = trace }, text) { Frozen = trace };
    }
}
