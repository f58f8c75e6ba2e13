using FsCheck;
using FsCheck.Fluent;
using Innate.Reinforcement.Advantages;
using Innate.Reinforcement.Rewards;
using Innate.Reinforcement.Schedules;
using static Innate.Tests.Reinforcement.ReferenceNumbers;

namespace Innate.Tests.Reinforcement;

/// <summary>Advantages within a response or a batch: steps, branches, prefixes, roles, tokens.</summary>
public sealed class BranchAndStepTests
{
    [Fact]
    public void Masked_steps_have_mean_0_over_those_alive_and_a_lone_survivor_gets_exactly_0()
    {
        Check.QuickThrowOnFailure(Prop.ForAll(LogRatios.ToArbitrary(), logRatios =>
        {
            double[][] zeros = [.. logRatios.Select(r => new double[r.Length])];
            double[][] steps = MaskedStepAdvantage.Steps(logRatios, zeros, 0.5);
            for (int t = 0; t < logRatios.Max(r => r.Length); t++)
            {
                double[] alive = [.. steps.Where(s => s.Length > t).Select(s => s[t])];
                Assert.Equal(0, alive.Average(), 1e-12);
                if (alive.Length == 1) Assert.Equal(0, alive[0]);
            }

            // Where the policy is its own reference nothing is left but the outcome.
            Assert.All(MaskedStepAdvantage.Steps(logRatios, logRatios), row => Assert.All(row, m => Assert.Equal(0, m)));
        }));
    }

    [Fact]
    public void Masked_steps_of_equal_rewards_are_the_process_alone_whatever_epsilon()
    {
        double[][] logProbs = [[-1, -1], [-2]], references = [[-2, -1], [-1]];
        double[][] steps = MaskedStepAdvantage.Steps(logProbs, references);
        Assert.Equal(steps, MaskedStepAdvantage.Compute([0.1, 0.1], logProbs, references, epsilon: 0));
        AssertClose([[0.05, 0], [-0.05]], steps, 1e-15);
        Assert.Equal([[0, 0]], MaskedStepAdvantage.Compute([3], [[-1, -2]], [[-2, -2]], epsilon: 0));
    }

    [Fact]
    public void A_branch_never_changes_a_sign_and_teaches_less_where_success_became_likelier()
    {
        Check.QuickThrowOnFailure(Prop.ForAll(States.ToArbitrary(), states =>
        {
            foreach (double? sharpening in new double?[] { null, 1.5 })
            {
                BranchAdvantages all = BranchAdvantage.Compute([states], sharpening);
                BranchTrajectory branch = all.Trajectories[0];
                Assert.Equal(states.SelectMany(s => s).Average(), all.PromptMean, 1e-12);
                for (int j = 0; j < states.Length; j++)
                {
                    for (int i = 0; i < states[j].Length; i++)
                    {
                        double centred = states[j][i] - all.PromptMean, advantage = branch.Advantages[j][i];
                        Assert.Equal(Math.Sign(centred), Math.Sign(advantage));
                        if (branch.Deltas[j] > 0) Assert.True(Math.Abs(advantage) <= Math.Abs(centred));
                        if (branch.Deltas[j] < 0) Assert.True(Math.Abs(advantage) >= Math.Abs(centred));
                    }
                }
            }
        }));
    }

    [Fact]
    public void Sharpened_deltas_keep_their_signs_and_sum_to_one_in_size()
    {
        double[][] states = [[1, 0], [0, 0], [1, 1]];
        double[] plain = BranchAdvantage.Compute([states]).Trajectories[0].Deltas;
        double[] sharp = BranchAdvantage.Compute([states], 1.5).Trajectories[0].Deltas;
        AssertClose([0.5, -0.5, 1], plain);
        double sum = (2 * Math.Pow(0.5, 1.5)) + 1;
        AssertClose([Math.Pow(0.5, 1.5) / sum, -Math.Pow(0.5, 1.5) / sum, 1 / sum], sharp, 1e-12);

        // In a prompt of two first rollouts all is right from the one's every state: no delta to sharpen.
        BranchAdvantages still = BranchAdvantage.Compute([[[1, 1], [1]], [[0, 0]]], 1.5);
        Assert.Equal([0, 0], still.Trajectories[0].Deltas);
        AssertClose([[0.4, 0.4], [0.4]], still.Trajectories[0].Advantages);
        Assert.Equal([1], still.Trajectories[1].Deltas);
    }

    [Fact]
    public void Branches_that_all_agree_get_exactly_nothing()
    {
        BranchTrajectory branch = BranchAdvantage.Compute([[[0.1, 0.1, 0.1], [0.1]]], 1.5).Trajectories[0];
        Assert.Equal([[0, 0, 0], [0]], branch.Advantages);
        Assert.Equal([0, 0], branch.Values);
        Assert.Empty(BranchAdvantage.Compute([]).Trajectories);
        Assert.Throws<ArgumentException>(() => BranchAdvantage.Compute([[[1], []]]));
        Assert.Throws<ArgumentOutOfRangeException>(() => BranchAdvantage.Compute([[[1]]], 0));
    }

    [Fact]
    public void Prefix_weights_sum_to_the_reward_less_the_prompts_value()
    {
        Arbitrary<int> lengths = Gen.Choose(1, 30).ToArbitrary(), keys = Gen.Choose(0, 1 << 30).ToArbitrary();
        Check.QuickThrowOnFailure(Prop.ForAll(lengths, keys, (length, key) =>
        {
            int[] places = PrefixPositions.Choose(length, (ulong)key);
            Assert.Equal((0, length), (places[0], places[^1]));
            Assert.Equal(Math.Min(4, length - 1) + 2, places.Length);
            Assert.Equal(places.Distinct().Order(), places);
            Assert.Equal(places, PrefixPositions.Choose(length, (ulong)key));
            double[] values = [.. places.Select(p => Math.Sin(p + key))];
            double[] weights = PrefixValueAdvantage.Compute(places, values);
            Assert.Equal(length, weights.Length);
            Assert.Equal(values[^1] - values[0], weights.Sum(), 1e-12);
            double[] all = PrefixValueAdvantage.Values(places, values);
            for (int k = 0; k < places.Length; k++) Assert.Equal(values[k], all[places[k]]);
        }));
    }

    [Fact]
    public void Prefixes_that_do_not_rise_from_nothing_are_refused()
    {
        Assert.Empty(PrefixValueAdvantage.Compute([0], [0.5]));
        Assert.Equal([0.5], PrefixValueAdvantage.Compute([0, 1], [0.5, 1]));
        int[][] refused = [[], [1, 2], [0, 2, 2], [0, 3, 1], [0, -1]];
        foreach (int[] lengths in refused)
        {
            Assert.Throws<ArgumentException>(() => PrefixValueAdvantage.Compute(lengths, new double[lengths.Length]));
        }

        Assert.Throws<ArgumentException>(() => PrefixValueAdvantage.Compute([0, 1], [1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => PrefixPositions.Choose(0, 1));
    }

    [Fact]
    public void Roles_are_whitened_apart_and_later_turns_do_not_feed_earlier_ones()
    {
        // Answer of two tokens worth 1 against a critic of 0.25, a verdict of one, an answer worth -1.
        AdvantageEstimate[] turns = RoleAdvantage.Compute(
        [
            new(TurnRole.Answer, [0, 1], [0.25, 0.5]), new(TurnRole.Verify, [1], [0]), new(TurnRole.Answer, [-1], [0]),
        ]);
        AssertClose([[0.75, 0.5], [1], [-1]], [.. turns.Select(t => t.Advantages)], 1e-12);
        double[][] normal = RoleAdvantage.Normalize(
            [TurnRole.Answer, TurnRole.Verify, TurnRole.Answer], [.. turns.Select(t => t.Advantages)]);
        double[] raw = [0.75, 0.5, -1];
        double mean = raw.Average(), scale = Math.Sqrt((raw.Sum(r => (r - mean) * (r - mean)) / 2) + 1e-8);
        AssertClose([(0.75 - mean) / scale, (0.5 - mean) / scale], normal[0], 1e-12);
        Assert.Equal([0], normal[1]);
        AssertClose([(-1 - mean) / scale], normal[2], 1e-12);
        Assert.Throws<ArgumentException>(() => RoleAdvantage.Normalize([TurnRole.Answer], []));
    }

    [Fact]
    public void Prorl_whitens_over_tokens_with_the_populations_variance()
    {
        Gen<int[]> rewards = Gen.ArrayOf(Gen.Choose(0, 4), 6), lengths = Gen.ArrayOf(Gen.Choose(1, 9), 6);
        Check.QuickThrowOnFailure(Prop.ForAll(rewards.ToArbitrary(), lengths.ToArbitrary(), (r, n) =>
        {
            double[][] groups = [[.. r[..4].Select(x => x / 4.0)], [.. r[4..].Select(x => x / 4.0)]];
            ProRlAdvantages found = ProRlAdvantage.Compute(groups, [n[..4], n[4..]]);
            (double A, int N)[] all = [.. found.Advantages.SelectMany(g => g).Zip(n)];
            Assert.Equal(0, all.Sum(x => x.A * x.N), 1e-9);
            bool live = groups.Any(g => !RewardGroup.AllEqual(g));
            Assert.Equal(live ? all.Sum(x => x.N) : 0, all.Sum(x => x.A * x.A * x.N), 1e-6);
        }));
        Assert.Equal([[0, 0], [0]], ProRlAdvantage.Compute([[0.1, 0.1], [1]], [[3, 1], [2]]).Advantages);
        Assert.Empty(ProRlAdvantage.Compute([], []).Advantages);
        Assert.Equal([[0, 0]], ProRlAdvantage.Compute([[1, 1]], [[0, 0]]).Advantages);
        Assert.Throws<ArgumentException>(() => ProRlAdvantage.Compute([[1, 0]], [[1]]));
    }

    [Fact]
    public void A_response_that_was_cut_off_keeps_what_the_coefficient_leaves()
    {
        Assert.Equal(0, ProRlAdvantage.StopProperly(1, truncated: true));
        Assert.Equal(0.5, ProRlAdvantage.StopProperly(1, truncated: true, 0.5));
        Assert.Equal(1, ProRlAdvantage.StopProperly(1, truncated: false));
        Assert.Throws<ArgumentOutOfRangeException>(() => ProRlAdvantage.StopProperly(1, true, 2));
    }

    [Fact]
    public void The_three_forms_of_whitening_part_where_the_numbers_are_small()
    {
        double[][] values = [[1e-5], [-1e-5, 0]];
        double var = 1e-10, floor = 1e-8;
        Assert.Equal(1e-5 / (1e-5 + floor), First(WhiteningScale.DeviationPlusEpsilon), 1e-12);
        Assert.Equal(1e-5 / Math.Sqrt(var + floor), First(WhiteningScale.EpsilonUnderRoot), 1e-12);
        Assert.Equal(0.1, First(WhiteningScale.VarianceFloor), 1e-12);
        Assert.Equal(Math.Sqrt(1.5), Whitening.Compute([[1], [-1, 0]], floor, WhiteningScale.VarianceFloor)[0][0], 1e-12);
        Assert.Throws<ArgumentOutOfRangeException>(() => First((WhiteningScale)9));

        double First(WhiteningScale form) => Whitening.Compute(values, floor, form)[0][0];
    }

    private static Gen<double[][]> LogRatios =>
        from size in Gen.Choose(1, 5)
        from lengths in Gen.ArrayOf(Gen.Choose(1, 5), size)
        from numbers in Gen.ArrayOf(Gen.Choose(-1000, 1000), size * 5)
        select lengths.Select((n, i) => numbers[(i * 5)..((i * 5) + n)].Select(x => x / 1000.0).ToArray()).ToArray();

    private static Gen<double[][]> States =>
        from states in Gen.Choose(1, 5)
        from sizes in Gen.ArrayOf(Gen.Choose(1, 4), states)
        from numbers in Gen.ArrayOf(Gen.Choose(0, 1), states * 4)
        select sizes.Select((n, i) => numbers[(i * 4)..((i * 4) + n)].Select(x => (double)x).ToArray()).ToArray();
}
