using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Innate.Reinforcement.Rewards;
using static Innate.Tests.Reinforcement.ReferenceNumbers;

namespace Innate.Tests.Reinforcement;

/// <summary>Rewards of responses and groups, from perplexities, log-probabilities, answers and counts.</summary>
public sealed class PaperRewardTests
{
    [Fact]
    public void A_group_of_one_answer_is_neither_consistent_nor_volatile()
    {
        ConsistencyResult one = ConsistencyReward.Compute([[[1.5], [1.2]], [[1.1]]], [0, 0], new() { LinearThreshold = -1 });
        Assert.Equal([0, 0], one.Consistency);
        Assert.Equal([0, 0], one.Volatility);
        Assert.Equal([0, 0], one.VectorRewards);
        Assert.Equal([0, 0], one.LinearRewards);
        Assert.Equal(0, one.Vector[0]);
        ConsistencyResult same = ConsistencyReward.Compute([[[1.1, 2]], [[1.1, 2]]], [0, 0]);
        Assert.Equal([0, 0], same.VectorRewards);
        Assert.Empty(ConsistencyReward.Compute([], []).Vector);
    }

    [Fact]
    public void A_cluster_of_one_is_worth_its_consistency_to_the_bit()
    {
        // Own answer nearest in the first of two states, then in the second: Con 1/2, Vol 1 and 1/2.
        double[][] turnsAway = [[1, 2], [2, 1]], arrives = [[2, 1], [1, 2]];
        ConsistencyResult result = ConsistencyReward.Compute([turnsAway, arrives, arrives], [0, 1, null]);
        Assert.Equal([0.5, 0.5, 0], result.Consistency);
        Assert.Equal([1, 1, 0], result.Volatility);
        Assert.Equal([0.5, 0.5], result.Vector.Values);
        Assert.Equal([-0.5, -0.5], result.Linear.Values);
        Assert.Equal([1, 1, 0], result.VectorRewards);
        Assert.Equal([0, 0, 0], result.LinearRewards);
    }

    [Fact]
    public void A_tie_is_not_nearest_but_does_not_break_the_last_run()
    {
        double[][] ties = [[2, 1], [1, 1], [1, 2]];
        ConsistencyResult result = ConsistencyReward.Compute([ties, ties], [0, 1]);
        Assert.Equal(1 / 3.0, result.Consistency[0], 1e-15);
        Assert.Equal(1 / 3.0, result.Volatility[0], 1e-15);
        Assert.Equal(1 / 3.0, result.Consistency[1], 1e-15);
        Assert.Equal(1, result.Volatility[1]);
    }

    [Fact]
    public void The_vector_form_is_never_above_the_mean_consistency_and_scaling_rows_changes_nothing()
    {
        Check.QuickThrowOnFailure(Prop.ForAll(Perplexities.ToArbitrary(), group =>
        {
            int?[] answers = [.. group.Select((_, i) => (int?)(i % 2))];
            ConsistencyResult found = ConsistencyReward.Compute(group, answers);
            foreach ((int answer, double vector) in found.Vector)
            {
                double mean = found.Consistency.Where((_, i) => answers[i] == answer).Average();
                Assert.InRange(vector, 0, mean + 1e-12);
            }

            double[][][] shares =
                [.. group.Select(states => states.Select(row => row.Select(d => d / row.Sum()).ToArray()).ToArray())];
            ConsistencyResult scaled = ConsistencyReward.Compute(shares, answers);
            Assert.Equal(found.Consistency, scaled.Consistency);
            Assert.Equal(found.Volatility, scaled.Volatility);
        }));
    }

    [Fact]
    public void An_answer_that_no_row_knows_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ConsistencyReward.Compute([[[1, 2]], [[1, 2]]], [0, 2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => ConsistencyReward.Compute([[[1, 2]], [[1, 2]]], [0, -1]));
        Assert.Throws<ArgumentException>(() => ConsistencyReward.Compute([[[1, 2]]], [0, 1]));
        Assert.Equal([0, 0], ConsistencyReward.Compute([[], []], [0, 1]).VectorRewards);
    }

    [Fact]
    public void Curiosity_is_the_perplexity_where_the_surprise_is_even()
    {
        Assert.Equal(Math.Exp(0.7), CuriosityBonus.Of([-0.7, -0.7, -0.7]).Value, 1e-12);
        Assert.Equal(new Curiosity(1, 0, 1), CuriosityBonus.Of([0, 0]));

        // One token certain, one not: all the surprise lies on one of two, KL = ln 2.
        Curiosity uneven = CuriosityBonus.Of([0, -4]);
        Assert.Equal(Math.Log(2), uneven.UniformKl, 1e-12);
        Assert.Equal(Math.Exp(2) - Math.Log(Math.Cbrt(Math.Log(2)) + 1), uneven.Value, 1e-12);
        Assert.Equal(0.4, CuriosityBonus.Compute([1, 3.1]));
        Assert.Equal(0, CuriosityBonus.Compute([1, 3]));
        Assert.Equal(0, CuriosityBonus.Compute([]));
        Assert.Throws<ArgumentException>(() => CuriosityBonus.Of([]));
    }

    [Fact]
    public void A_mean_of_probabilities_is_not_ruled_by_one_odd_token()
    {
        Assert.Equal((1 + 1 + Math.Exp(-30)) / 3, MeanProbability.Of([0, 0, -30]), 1e-15);
        Assert.Equal(Math.Exp(-10), MeanProbability.Geometric([0, 0, -30]), 1e-15);
        Assert.Equal((0, 0), (MeanProbability.Of([]), MeanProbability.Geometric([])));
        ReferenceProbability missing = ReferenceProbabilityReward.Compute([Math.Log(0.5)], [], format: 0);
        Assert.Equal((0, 0.5), (missing.NoReasoning, Math.Round(missing.Debiased, 12)));
        Assert.Equal(0.45, missing.Reward, 1e-12);
        ReferenceProbability worse = ReferenceProbabilityReward.Compute([-3], [-1], format: 0);
        Assert.Equal((0, 0), (worse.Debiased, worse.Reward));
        Assert.Throws<ArgumentOutOfRangeException>(() => ReferenceProbabilityReward.Compute([-1], [-1], 1, 1.1));
    }

    [Fact]
    public void Reflective_weights_sum_to_one_or_are_nothing()
    {
        Check.QuickThrowOnFailure(Prop.ForAll(
            Gen.ArrayOf(Gen.Choose(-3000, 0), 12).ToArbitrary(), Gen.Choose(0, 100).ToArbitrary(), (numbers, q) =>
        {
            double[][] traces = [.. numbers.Select(n => n / 1000.0).Chunk(4)];
            double[] masked = [-1, -2, -0.5, -0.1];
            ReflectiveTokenResult found = ReflectiveTokenReward.Compute(traces, masked, new() { Quantile = q / 100.0 });
            Assert.Equal(found.Deviations.Any(s => s > 0) ? 1 : 0, found.Weights.Sum(), 1e-12);
            for (int j = 0; j < 4; j++)
            {
                double sigma = found.Deviations[j];
                Assert.Equal(sigma > 0 && sigma >= found.Threshold, found.Weights[j] > 0);
            }

            // The baseline is the same for all traces: what one gains on another does not depend on it.
            double[] moved = ReflectiveTokenReward.Compute(traces, [0, 0, 0, 0], new() { Quantile = q / 100.0 }).Rewards;
            Assert.Equal(found.Rewards[0] - found.Rewards[1], moved[0] - moved[1], 1e-12);
        }));
    }

    [Fact]
    public void Without_a_reflective_token_there_is_no_reward()
    {
        double[][] traces = [[-0.1, -0.7], [-0.1, -0.7], [-0.1, -0.7]];
        Assert.Equal([0, 0, 0], ReflectiveTokenReward.Compute(traces, [-1, -1]).Rewards);
        Assert.Equal([0, 0], ReflectiveTokenReward.Compute([[-1], [-2]], [-1], new() { Threshold = 0.6 }).Rewards);
        Assert.Equal([0, -1], ReflectiveTokenReward.Compute([[-1], [-2]], [-1], new() { Threshold = 0.5 }).Rewards);
        Assert.Equal([0, -1], ReflectiveTokenReward.Compute([[-1], [-2]], [-1], new() { Quantile = 1 }).Rewards);
        Assert.Equal([0], ReflectiveTokenReward.Compute([[-1, -5]], [-2, -2]).Rewards);
        Assert.Equal([0, 0], ReflectiveTokenReward.Compute([[], []], []).Rewards);
        Assert.Throws<ArgumentException>(() => ReflectiveTokenReward.Compute([[-1]], [-1, -2]));
    }

    [Fact]
    public void Doubt_fades_with_distance_and_certainty_leaves_none()
    {
        double[] factors = ReflectiveTokenReward.Propagation(new Dictionary<int, double> { [1] = 0.25, [3] = 1 }, 6, 0.5);
        Assert.Equal([1, 1], factors[..2]);
        for (int j = 2; j < 6; j++) Assert.Equal(0.25 + (0.75 * (1 - Math.Exp(-0.5 * (j - 1)))), factors[j], 1e-12);
        Assert.Equal([1, 1, 1], ReflectiveTokenReward.Propagation(new Dictionary<int, double>(), 3, 0.5));

        // Two doubts multiply; the sum of log-probabilities takes their logarithms in.
        double first = 0.5 + (0.5 * (1 - Math.Exp(-1)));
        double both = (0.5 + (0.5 * (1 - Math.Exp(-2)))) * (0.25 + (0.75 * (1 - Math.Exp(-1))));
        double sum = ReflectiveTokenReward.Propagated([Math.Log(0.5), Math.Log(0.25), -1], [0.5, 0.5, 0], 1);
        Assert.Equal(Math.Log(0.5) + Math.Log(0.25) - 1 + Math.Log(first) + Math.Log(both), sum, 1e-12);
        Assert.Throws<ArgumentOutOfRangeException>(
            () => ReflectiveTokenReward.Propagation(new Dictionary<int, double> { [0] = 1.5 }, 2, 1));
    }

    [Fact]
    public void A_final_answer_pays_for_being_longer_or_shorter()
    {
        Assert.Equal(1, ReflectiveTokenReward.Length(20, 20, 0.5));
        Assert.Equal(0.85, ReflectiveTokenReward.Length(20, 14, 0.5), 1e-15);
        Assert.Equal(-0.5, ReflectiveTokenReward.Length(10, 40, 0.5), 1e-15);
        Assert.Equal(2.05, ReflectiveTokenReward.Final(2, 0.5), 1e-15);
        Assert.Throws<ArgumentOutOfRangeException>(() => ReflectiveTokenReward.Length(0, 3, 0.5));
    }

    [Fact]
    public void The_consistent_among_the_right_earn_more_and_nobody_else()
    {
        ConsistentAnswerResult none = ConsistentAnswerBonus.Compute([0, 0.1, 0.05], [-1, -1, -1]);
        Assert.Equal([false, false, false], none.Selected);
        Assert.Equal(0, none.MeanConfidence);
        Assert.Equal([0, 0.1, 0.05], none.Rewards);

        // All right and all capped: equal confidences are not below their own mean, margin or none.
        ConsistentAnswerResult capped = ConsistentAnswerBonus.Compute([1, 1, 1], [-0.01, 0, -0.02], new() { Margin = 0 });
        Assert.Equal([1.5, 1.5, 1.5], capped.Rewards);
        ConsistentAnswerResult mute = ConsistentAnswerBonus.Compute([1, 1], [double.NegativeInfinity, -0.5]);
        Assert.Equal([1, 1.5], mute.Rewards);
        Assert.Equal([1.5], ConsistentAnswerBonus.Compute([1], [-2]).Rewards);
        Assert.Throws<ArgumentException>(() => ConsistentAnswerBonus.Compute([1], []));
    }

    [Fact]
    public void Significance_is_counted_chunk_by_chunk()
    {
        Assert.Equal([1, 1], TokenSignificance.Normalize([0.2, 0.2]));
        Assert.Equal([0, 1], TokenSignificance.Normalize([0.1, 0.2]));
        Assert.Equal(new SignificanceCount(0, 1), TokenSignificance.Count([[0.01]]));
        Assert.Equal(new SignificanceCount(2, 5), TokenSignificance.Count([[0.1, 0.2, 0.16], [0.9, 0.9], [0.5, 0.2], []]));
        Assert.Equal(new SignificanceCount(0, 0), TokenSignificance.Count([]));
    }

    [Fact]
    public void Bingo_never_pays_a_wrong_answer_and_a_missing_reference_gives_the_whole_bonus()
    {
        Gen<int[]> numbers = Gen.ArrayOf(Gen.OneOf(Gen.Constant(0), Gen.Choose(0, 300)), 4);
        Check.QuickThrowOnFailure(Prop.ForAll(numbers.ToArbitrary(), Gen.Choose(-60, 60).ToArbitrary(), (n, k) =>
        {
            SignificanceCount counts = new(n[0], n[1]), reference = new(n[2], n[3]);
            SignificantLength right = SignificantLengthReward.Compute(true, counts, reference, k / 10.0);
            Assert.InRange(right.Reward, 1, 6);
            Assert.True(SignificantLengthReward.Compute(false, counts, reference, k / 10.0).Reward <= 0);
            if (n[2] == 0 || n[3] == 0) Assert.Equal(new SignificantLength(0, 0, 6), right);
        }));
        Assert.Equal(-5, SignificantLengthReward.Compute(false, new(3, 3), new(0, 9), 3).Reward);
        Assert.Equal(-5, SignificantLengthReward.Compute(false, new(3, 3), new(9, 0), 3).Reward);
    }

    [Fact]
    public void A_turns_reward_counts_the_change_of_the_answer()
    {
        TurnReward[] turns = [.. TurnRewards.Compute([0, 1, 1, 0], [1, 0, 1], 10)];
        Assert.Equal([0, 1, 11, 0, 1, 1, -10], turns.Select(t => t.Reward));
        Assert.Equal("AVAVAVA", string.Concat(turns.Select(t => t.Role == TurnRole.Answer ? 'A' : 'V')));
        Assert.Equal([1.0], TurnRewards.Compute([1], []).Select(t => t.Reward));
        Assert.Empty(TurnRewards.Compute([], []));
        Assert.Throws<ArgumentException>(() => TurnRewards.Compute([1], [1, 1]));
        Assert.Throws<ArgumentException>(() => TurnRewards.Compute([1, 0, 1], [1]));
    }

    [Fact]
    public void A_predicted_text_has_to_end_where_a_token_does()
    {
        // Two bytes a letter: tokens of 1 and 2 letters.
        byte[] text = Encoding.UTF8.GetBytes("äöü");
        Assert.Equal((1, 1), Both("ä"));
        Assert.Equal((0, 0), Both("äö"));
        Assert.Equal((1, 0), Both("äöü"));
        Assert.Equal((0, 0), Both("äöüx"));
        Assert.Equal((0, 0), Both(""));
        Assert.Equal(0, NextTextReward.Prefix(text.AsSpan(0, 1), text, [2, 6]));
        Assert.Equal(0, NextTextReward.FirstToken(text, text, []));
        Assert.Equal(0, NextTextReward.Prefix([], text, [0, 2]));

        (double, double) Both(string prediction)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(prediction);
            return (NextTextReward.Prefix(bytes, text, [2, 6]), NextTextReward.FirstToken(bytes, text, [2, 6]));
        }
    }

    [Fact]
    public void Dense_next_text_pays_for_the_named_token_and_conditionally_only_beside_a_right_one()
    {
        Assert.Equal([1, 0.25, 0], NextTextReward.Dense([1, 0, 0], [0.5, 0.25, 0]));
        Assert.Equal([1, 0.25, 0], NextTextReward.ConditionalDense([1, 0, 0], [0.5, 0.25, 0]));
        Assert.Equal([0, 0], NextTextReward.ConditionalDense([0, 0], [0.5, 0.25]));
        Assert.Throws<ArgumentException>(() => NextTextReward.Dense([1], []));
        Assert.Throws<ArgumentOutOfRangeException>(() => NextTextReward.Dense([1], [1.5]));
    }

    private static Gen<double[][][]> Perplexities =>
        from size in Gen.Choose(2, 5)
        from states in Gen.ArrayOf(Gen.Choose(1, 4), size)
        from numbers in Gen.ArrayOf(Gen.Choose(100, 400), size * 12)
        select states.Select((n, i) =>
            numbers[(i * 12)..((i * 12) + (n * 3))].Select(x => x / 100.0).Chunk(3).ToArray()).ToArray();
}
