using FsCheck;
using FsCheck.Fluent;
using Innate.Reinforcement.Advantages;
using static Innate.Tests.Reinforcement.ReferenceNumbers;

namespace Innate.Tests.Reinforcement;

/// <summary>What a reward becomes before it reaches the tokens.</summary>
public sealed class AdvantageTests
{
    private static double[][] Groups => [.. PerResponse("rewards").Chunk(GroupSize)];

    [Fact]
    public void Group_advantages_are_the_references()
    {
        AssertClose(PerResponse("advantages", "grpo"), [.. Groups.SelectMany(g => GroupNormalizedAdvantage.Compute(g))]);
        AssertClose(PerResponse("advantages", "dr_grpo"), [.. Groups.SelectMany(g => DrGrpoAdvantage.Compute(g))]);
        AssertClose(PerResponse("advantages", "rloo"), [.. Groups.SelectMany(g => LeaveOneOutAdvantage.Compute(g))]);
    }

    [Fact]
    public void Token_advantages_are_the_references()
    {
        double[][] rewards = PerToken("token_rewards"), values = PerToken("values");
        AssertClose(PerToken("advantages", "return_to_go"), [.. rewards.Select(r => TokenReturns.Compute(r))]);
        AssertClose(PerToken("advantages", "reinforce_plus_plus"), ReinforcePlusPlusAdvantage.FromTokenRewards(rewards));
        AdvantageEstimate[] gae = [.. rewards.Zip(values, (r, v) => GeneralizedAdvantage.Compute(r, v, 0.99, 0.95))];
        AssertClose(PerToken("advantages", "gae"), [.. gae.Select(e => e.Advantages)]);
        for (int i = 0; i < gae.Length; i++)
        {
            AssertClose([.. gae[i].Advantages.Zip(values[i], (a, v) => a + v)], gae[i].Returns);
        }
    }

    [Fact]
    public void Leave_one_out_is_the_mean_of_the_others() =>
        AssertClose([1 - ((2 + 6) / 2.0), 2 - ((1 + 6) / 2.0), 6 - 1.5], LeaveOneOutAdvantage.Compute([1, 2, 6]));

    [Fact]
    public void Gae_between_one_step_and_the_whole_return()
    {
        double[] rewards = [1, 0, 2], values = [0.5, -1, 3];
        AssertClose([1 - 0.9 - 0.5, 2.7 + 1, 2 - 3], GeneralizedAdvantage.Compute(rewards, values, 0.9, 0).Advantages, 1e-12);
        AssertClose(TokenReturns.Compute(rewards, 0.9), GeneralizedAdvantage.Compute(rewards, values, 0.9, 1).Returns, 1e-12);

        // A response that was cut off goes on with the value of where it was cut.
        AdvantageEstimate cut = GeneralizedAdvantage.Compute(rewards, values, 0.9, 0, bootstrap: 10);
        Assert.Equal(2 + (0.9 * 10) - 3, cut.Advantages[2], 1e-12);
    }

    [Fact]
    public void Later_rewards_count_less_with_a_discount() =>
        AssertClose([1 + (0.5 * (2 + (0.5 * 4))), 4, 4], TokenReturns.Compute([1, 2, 4], 0.5));

    [Fact]
    public void ReMax_compares_with_the_greedy_answer()
    {
        AssertClose([0.25, 0.25, 0.25], ReMaxAdvantage.Compute([0, 0, 1], 0.75));
        AssertClose([6.5, 5.5, 3.5], ReMaxAdvantage.Compute([1, 2, 4], 0.5));
    }

    [Fact]
    public void Reinforce_plus_plus_pays_for_leaving_the_reference_before_it_whitens()
    {
        // Log-ratios 1 and -2 at beta 0.1: rewards -0.1 and 0.2 + 3; the other response has one token, 0.5 - 0.1 * 0.
        double[][] actual = ReinforcePlusPlusAdvantage.Compute([3, 0.5], [[-1, -4], [-1]], [[-2, -2], [-1]], beta: 0.1);
        double[] raw = [-0.1 + 3.2, 3.2, 0.5];
        double mean = raw.Average(), std = Math.Sqrt(raw.Sum(r => (r - mean) * (r - mean)) / 2);
        AssertClose([.. raw.Select(r => (r - mean) / std)], [.. actual.SelectMany(a => a)], 1e-7);
        Assert.Equal([2, 1], actual.Select(a => a.Length));
    }

    [Fact]
    public void Reinforce_plus_plus_with_a_baseline_whitens_over_tokens_not_responses()
    {
        // Group means off: -1, 1 (two and one tokens) and a group of one, which has no baseline: 5.
        double[][] actual = ReinforcePlusPlusAdvantage.WithBaseline([[1, 3], [5]], [[2, 1], [1]]);
        double[] raw = [-1, -1, 1, 5];
        double std = Math.Sqrt(raw.Sum(r => (r - 1) * (r - 1)) / 3);
        AssertClose([.. raw.Select(r => (r - 1) / std)], [.. actual.SelectMany(a => a)], 1e-7);
        Assert.Equal([2, 1, 1], actual.Select(a => a.Length));
    }

    [Fact]
    public void Masked_steps_compare_with_those_still_alive()
    {
        // Log-ratios 1, 1, 1 and 3 alone: cumulated at beta 0.5: 0.5, 1, 1.5 and 1.5. Alive at 0: both; after: one.
        double[][] logProbs = [[-1, -1, -1], [-1]], references = [[-2, -2, -2], [-4]];
        AssertClose([[-0.5, 0, 0], [0.5]], MaskedStepAdvantage.Steps(logProbs, references, 0.5));

        double outcome = 0.5 / (Math.Sqrt(0.5) + 1e-6);
        AssertClose(
            [[outcome - 0.5, outcome, outcome], [-outcome + 0.5]],
            MaskedStepAdvantage.Compute([1, 0], logProbs, references, 0.5));
    }

    [Theory]
    [InlineData(0.1, 1)]
    [InlineData(0.1, 3)]
    [InlineData(-7.3, 7)]
    [InlineData(1e300, 6)]
    public void A_group_that_agrees_gets_exactly_nothing(double reward, int size)
    {
        double[] rewards = [.. Enumerable.Repeat(reward, size)], nothing = new double[size];
        Assert.True(RewardGroup.AllEqual(rewards));
        Assert.Equal(nothing, GroupNormalizedAdvantage.Compute(rewards));
        Assert.Equal(nothing, GroupNormalizedAdvantage.Compute(rewards, 0));
        Assert.Equal(nothing, DrGrpoAdvantage.Compute(rewards));
        Assert.Equal(nothing, LeaveOneOutAdvantage.Compute(rewards));
        Assert.Equal(nothing, Whitening.Compute([rewards])[0]);
    }

    [Fact]
    public void Empty_groups_and_responses_pass_through()
    {
        Assert.Empty(GroupNormalizedAdvantage.Compute([]));
        Assert.Empty(TokenReturns.Compute([]));
        Assert.Empty(GeneralizedAdvantage.Compute([], []).Advantages);
        Assert.Equal([0, 1], ReinforcePlusPlusAdvantage.Compute([1, 1], [[], [-1]], [[], [-1]], 0).Select(a => a.Length));
        Assert.Empty(MaskedStepAdvantage.Steps([], [], 1));
        Assert.False(RewardGroup.AllEqual([1, 1, 2]));
    }

    [Fact]
    public void Shifts_and_scales_of_the_reward_change_what_they_should()
    {
        Check.QuickThrowOnFailure(Prop.ForAll(Gen.ArrayOf(Gen.Choose(-1000, 1000), 6).ToArbitrary(), whole =>
        {
            double[] rewards = [.. whole.Select(x => x / 100.0)], moved = [.. rewards.Select(r => (3 * r) + 7)];
            AssertClose([.. DrGrpoAdvantage.Compute(rewards).Select(a => 3 * a)], DrGrpoAdvantage.Compute(moved), 1e-9);
            AssertClose([.. LeaveOneOutAdvantage.Compute(rewards).Select(a => 3 * a)], LeaveOneOutAdvantage.Compute(moved), 1e-9);
            AssertClose(GroupNormalizedAdvantage.Compute(rewards), GroupNormalizedAdvantage.Compute(moved), 1e-3);
            double[][] white = Whitening.Compute([rewards[..2], rewards[2..]]);
            double[] all = [.. white.SelectMany(w => w)];
            Assert.Equal(0, all.Sum(), 1e-6);
            if (!RewardGroup.AllEqual(rewards)) Assert.Equal(5, all.Sum(a => a * a), 1e-4);
        }));
    }

    [Fact]
    public void Shapes_and_discounts_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => TokenReturns.Compute([1], 1.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => TokenReturns.Compute([1], double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => GeneralizedAdvantage.Compute([1], [1], 1, -0.1));
        Assert.Throws<ArgumentException>(() => GeneralizedAdvantage.Compute([1], [1, 2]));
        Assert.Throws<ArgumentException>(() => ReinforcePlusPlusAdvantage.Compute([1, 2], [[-1]], [[-1]], 0.1));
        Assert.Throws<ArgumentException>(() => ReinforcePlusPlusAdvantage.WithBaseline([[1, 2]], [[3]]));
        Assert.Throws<ArgumentException>(() => MaskedStepAdvantage.Steps([[-1, -2]], [[-1]], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => GroupNormalizedAdvantage.Compute([1, 2], -1e-9));
    }
}
