using FsCheck;
using FsCheck.Fluent;
using Innate.Compute;
using Innate.Judges;
using Innate.Verifiers;

namespace Innate.Tests.Judges;

/// <summary>How verdicts of models in words become numbers: laws, and edges by hand.</summary>
public class VerdictNumberTests
{
    [Fact]
    public void A_yes_of_the_whole_vocabulary_is_no_more_than_of_the_two() =>
        Check.One(
            Config.QuickThrowOnFailure,
            Prop.ForAll(Arb.From(from n in Gen.Choose(2, 9) from z in Gen.Choose(-900, 900).ArrayOf(n) select z), z =>
            {
                double[] logits = [.. z.Select(x => x / 100.0)];
                GenRmReading found = GenRmScore.Direct(logits, 0, 1);
                double all = logits.Sum(Math.Exp);
                Assert.Equal(Math.Exp(logits[0]) / all, found.Yes, 1e-12);
                Assert.Equal(Math.Log(found.Yes), found.LogYes, 1e-9);
                Assert.True(found.Yes <= found.YesOfBoth + 1e-12);
                Assert.Equal(1, found.YesOfBoth + GenRmScore.Direct(logits, 1, 0).YesOfBoth, 1e-12);
            }));

    [Fact]
    public void A_mean_of_probabilities_is_no_vote()
    {
        GenRmAverage found = GenRmScore.Average([0.51, 0.51, 0]);
        Assert.Equal(0.34, found.Mean, 1e-12);
        Assert.Equal(2 / 3.0, found.HardShare, 1e-12);
        Assert.Equal(0, GenRmScore.Average([0.5]).HardShare);
        Assert.Throws<ArgumentOutOfRangeException>(() => GenRmScore.Average([]));
        Assert.Throws<ArgumentException>(() => GenRmScore.Direct([0, 1], 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => GenRmScore.Direct([0, 1], 0, 2));
    }

    [Fact]
    public void The_last_decision_counts_and_heat_draws_it_to_a_half()
    {
        DecisionPosition[] chain = [new(5, -0.1, -3), new(7, 0, 0), new(6, -2, -0.2), new(8, 0, -9)];
        double last = GenRmScore.OfBoth(-2, -0.2);
        Assert.Equal(last, ThinkPrmScore.OfChain(chain, 5, 6));
        Assert.Null(ThinkPrmScore.OfChain(chain, 1, 2));
        Assert.Equal(0.5, ThinkPrmScore.OfChain(-2, -0.2, 1e9), 1e-8);
        Assert.True(ThinkPrmScore.OfChain(-2, -0.2, 2) > last);
        Assert.Equal(1, ThinkPrmScore.OfChain(-2, double.NegativeInfinity));
        Assert.Throws<ArgumentOutOfRangeException>(() => ThinkPrmScore.OfChain(-2, -0.2, 0));
    }

    [Fact]
    public void Chains_without_a_decision_are_left_out_and_counted()
    {
        Assert.Equal(new ChainAverage(null, 0, -1), ThinkPrmScore.Average([null, null]));
        ChainAverage found = ThinkPrmScore.Average([0.6, null, 0.8, null]);
        Assert.Equal(0.7, found.Score!.Value, 1e-12);
        Assert.Equal((0.5, -0.15), (found.Coverage, Math.Round(found.AuthorsMean, 12)));
        Assert.Throws<ArgumentOutOfRangeException>(() => ThinkPrmScore.Average([-1]));
    }

    [Fact]
    public void Verdicts_are_read_from_their_boxes_alone()
    {
        StepVerdictsResult found = StepVerdicts.Read(
            @"\boxed{correct} \boxed{Correct} correct \boxed{incorrect} \boxed{ correct } \boxed{correct}", 2);
        Assert.Equal([1, 0, 1], found.Raw);
        Assert.Equal([1, 0], found.PrefixCorrect);
        Assert.Equal((3, 1), (found.Padded.Length, found.Extra));
        Assert.Empty(StepVerdicts.Read("", 0).Padded);
    }

    [Theory]
    [InlineData(new[] { 1, 0 }, new[] { 1, 0, 1 }, true)]
    [InlineData(new[] { 1, 0, 0 }, new[] { 1, 0, 1 }, true)] // what follows the first error is not looked at
    [InlineData(new[] { 1, 1 }, new[] { 1, 1, 1 }, false)] // not all steps were judged
    [InlineData(new[] { 1, 1, 0 }, new[] { 1, 1 }, true)] // more verdicts than steps
    [InlineData(new[] { 0 }, new[] { 1 }, false)]
    [InlineData(new int[0], new[] { 0 }, false)]
    public void A_chain_is_kept_where_it_is_right_to_the_first_error(int[] verdicts, int[] gold, bool kept)
    {
        Assert.Equal(kept, StepVerdicts.IsKept(verdicts, gold, true, 4096));
        Assert.False(StepVerdicts.IsKept(verdicts, gold, true, 4097));
        Assert.False(StepVerdicts.IsKept(verdicts, gold, true, 0));
        Assert.False(StepVerdicts.IsKept(verdicts, gold, false, 10));
    }

    [Fact]
    public void Votes_add_up_and_the_meta_model_decides_who_votes()
    {
        int[][] judgements = [[3, 9], [10, 1], [4, 5]];
        Assert.Equal(0, SpctVote.Compute(judgements).Best);
        SpctVoteResult guided = SpctVote.Guided(judgements, [0.5, 0.1, 0.5], 2);
        Assert.Equal([7, 14], guided.Sums);
        Assert.Equal([0, 2], guided.Counted);
        Assert.Equal([2, 0], SpctVote.Guided(judgements, [0.5, 0.1, 0.6], 2).Counted);
        Assert.Equal(SpctVote.Compute(judgements).Sums, SpctVote.Guided(judgements, [1, 2, 3], 3).Sums);
        Assert.Equal(0, SpctVote.Compute([[5, 5]]).Best);
        Assert.Throws<ArgumentException>(() => SpctVote.Compute([[1, 2], [1]]));
        Assert.Throws<ArgumentOutOfRangeException>(() => SpctVote.Compute([[0, 2]]));
        Assert.Throws<ArgumentOutOfRangeException>(() => SpctVote.Guided(judgements, [1, 2, 3], 4));
        Assert.Equal(-1, SpctVote.Reward([1, 1], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => SpctVote.Reward([1], 0));
    }

    [Fact]
    public void More_votes_are_surer_and_none_help_a_judge_that_knows_nothing()
    {
        for (int k = 1; k < 64; k++)
        {
            Assert.True(SpctVote.Accuracy(0.5, 2, k + 1) > SpctVote.Accuracy(0.5, 2, k));
            Assert.Equal(0.5, SpctVote.Accuracy(0, 2, k));
            Assert.Equal(1, SpctVote.Accuracy(0.5, 2, k) + SpctVote.Accuracy(-0.5, 2, k), 1e-14);
        }
    }

    // From tables of the normal distribution to fifteen places.
    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1, 0.841344746068543)]
    [InlineData(-1.96, 0.0249978951482204)]
    [InlineData(3, 0.998650101968370)]
    [InlineData(-5, 2.86651571879194e-7)]
    [InlineData(-10, 7.61985302416053e-24)]
    [InlineData(double.NegativeInfinity, 0)]
    [InlineData(double.PositiveInfinity, 1)]
    public void The_normal_distribution_is_the_tables(double x, double expected)
    {
        double found = NormalDistribution.Cumulative(x);
        Assert.Equal(expected, found, 1e-14);
        Assert.True(expected == 0 || Math.Abs((found / expected) - 1) < 1e-12);
    }

    [Fact]
    public void The_normal_distribution_has_no_step_where_its_forms_meet()
    {
        double below = NormalDistribution.Cumulative(-4), beyond = NormalDistribution.Cumulative(Math.BitDecrement(-4.0));
        Assert.True(Math.Abs(below - beyond) < 1e-16, $"{below} and {beyond}");
    }

    [Fact]
    public void The_likeliest_right_path_is_learned_from()
    {
        double? first = ReasonGrmPath.Value([-1, -1], [-0.5]);
        Assert.Equal(Math.Exp(-1.5), first!.Value, 1e-12);
        Assert.Null(ReasonGrmPath.Value([], [-0.5]));
        Assert.Equal(2, ReasonGrmPath.Best([0.9, null, 0.3, 0.3], [false, true, true, true]));
        Assert.Null(ReasonGrmPath.Best([0.9, null], [false, true]));
    }

    [Theory]
    [InlineData(@"first \boxed{[1, 2]}, then \boxed{[8, 12]}", new[] { 8, 10 })]
    [InlineData(@"\boxed{ 0 , 7 }", new[] { 1, 7 })]
    [InlineData(@"\boxed{[8, 6, 5]}", null)]
    [InlineData(@"\boxed{[8, 6.5]}", null)]
    [InlineData("[8, 6]", null)]
    public void Scores_are_the_last_boxs_or_none(string text, int[]? expected) =>
        Assert.Equal(expected, BoxedScores.Read(text, 2));
}
