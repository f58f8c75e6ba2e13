using FsCheck;
using FsCheck.Fluent;
using Innate.Benchmarks.Policy;
using Innate.Reinforcement.Rewards;
using Innate.Rewards;
using Innate.Verifiers;

namespace Innate.Tests.Verifiers;

/// <summary>Step labels, step scores as one, and choices: by hand and by law.</summary>
public class StepLabelTests
{
    private static readonly Gen<double[]> Scores =
        from n in Gen.Choose(1, 8) from s in Gen.Choose(0, 20).Select(k => k / 20.0).ArrayOf(n) select s;

    [Fact]
    public void More_rollouts_make_the_hard_label_worse_and_the_soft_one_sharper() =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Arb.From(Gen.Choose(1, 99)), q =>
        {
            double repair = q / 100.0;
            for (int n = 1; n < 20; n++)
            {
                Assert.True(RolloutLabels.FalsePositive(repair, n + 1) >= RolloutLabels.FalsePositive(repair, n));
                Assert.True(RolloutLabels.SoftDeviation(repair, n + 1) < RolloutLabels.SoftDeviation(repair, n));
            }

            // Both are what all 2^5 outcomes of five completions say, each weighed with its chance.
            double wrong = 0, square = 0;
            for (int outcome = 0; outcome < 32; outcome++)
            {
                bool[] hits = [.. Enumerable.Range(0, 5).Select(i => (outcome >> i & 1) == 1)];
                double chance = hits.Aggregate(1.0, (c, hit) => c * (hit ? repair : 1 - repair));
                RolloutLabel label = RolloutLabels.Of(hits);
                wrong += chance * label.Hard;
                square += chance * (label.Soft - repair) * (label.Soft - repair);
            }

            Assert.Equal(wrong, RolloutLabels.FalsePositive(repair, 5), 1e-12);
            Assert.Equal(Math.Sqrt(square), RolloutLabels.SoftDeviation(repair, 5), 1e-12);
        }));

    [Fact]
    public void A_chance_of_nothing_and_of_all_stay_what_they_are()
    {
        Assert.Equal(0, RolloutLabels.FalsePositive(0, 8));
        Assert.Equal(1, RolloutLabels.FalsePositive(1, 8));
        Assert.Equal(0, StepAggregate.AtLeastOnce(0.5, 0));
        Assert.Equal(new RolloutLabel(0, 0), RolloutLabels.Of([false, false]));
        Assert.Throws<ArgumentOutOfRangeException>(() => RolloutLabels.Of([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => RolloutLabels.FalsePositive(1.1, 8));
    }

    [Fact]
    public void The_rules_stand_in_their_order() =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Arb.From(Scores), scores =>
        {
            StepAggregateResult found = StepAggregate.Of(scores);
            Assert.True(found.Product <= found.Min + 1e-12 && found.Min <= found.GeometricMean + 1e-12);
            Assert.True(found.GeometricMean <= found.Mean + 1e-12 && found.Min <= found.Last);
            Assert.Equal(scores.Aggregate(1.0, (p, s) => p * s), found.Product, 1e-12);

            // One step more never raises min or product.
            StepAggregateResult longer = StepAggregate.Of([.. scores, 0.9]);
            Assert.True(longer.Min <= found.Min && longer.Product <= found.Product);

            // What is paid for changes adds up to the last score.
            Assert.Equal(scores[^1], StepDifferences.Compute(scores).Sum(), 1e-12);
        }));

    [Fact]
    public void A_step_that_is_surely_wrong_takes_the_product_and_the_log_odds()
    {
        StepAggregateResult found = StepAggregate.Of([0.9, 0]);
        Assert.Equal(-0.4, StepAggregate.Of([0.5, 0.9, 0.6, 0.2, 0.7]).MaxDelta, 1e-12);
        Assert.Equal(0, StepAggregate.Of([0.1, 0.1, 0.9]).MaxDelta);
        Assert.Equal(0, StepAggregate.Of([0.3]).Of(StepRule.MaxDelta));
        Assert.Equal((0, 0, 0, double.NegativeInfinity), (found.Min, found.Product, found.GeometricMean, found.LogSum));
        Assert.Equal(double.NegativeInfinity, found.MeanLogOdds);
        Assert.True(double.IsNaN(StepAggregate.Of([1, 0]).MeanLogOdds));
        Assert.Throws<ArgumentOutOfRangeException>(() => StepAggregate.Of([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => StepAggregate.Of([double.NaN]));
        Assert.Empty(StepDifferences.Compute([]));
    }

    [Fact]
    public void Votes_are_by_value_and_ties_go_to_the_first()
    {
        BestOfNResult found = BestOfN.Choose(["0.5", null, @"\frac12", "3", "3.0"], [0.2, 0.9, 0.2, 0.3, 0.1]);
        Assert.Equal((1, "0.5", "0.5"), (found.Naive, found.Weighted, found.Majority));
        Assert.Equal([("0.5", 0, 2), ("3", 3, 2)], found.Groups.Select(g => (g.Answer, g.First, g.Votes)));
        BestOfNResult none = BestOfN.Choose([null, null], [1, 2]);
        Assert.Equal((1, null, null), (none.Naive, none.Weighted, none.Majority));
        Assert.Throws<ArgumentException>(() => BestOfN.Choose(["1"], [double.NaN]));
        Assert.Throws<ArgumentOutOfRangeException>(() => BestOfN.Choose([], []));
    }

    [Fact]
    public void One_sure_answer_outweighs_two_unsure_ones_which_are_the_majority()
    {
        BestOfNResult found = BestOfN.Choose(["1", "2", "2"], [0.75, 0.125, 0.25]);
        Assert.Equal((0, "1", "2"), (found.Naive, found.Weighted, found.Majority));
        Assert.Equal([0.75, 0.375], found.Groups.Select(g => g.Weight));
    }

    [Fact]
    public void Equal_scores_make_weighted_the_majority()
    {
        Gen<int[]> answers = from n in Gen.Choose(1, 12) from a in Gen.Choose(0, 3).ArrayOf(n) select a;
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Arb.From(answers), a =>
        {
            string[] texts = [.. a.Select(x => $"{x}")];
            BestOfNResult found = BestOfN.Choose(texts, [.. texts.Select(_ => 1.0)]);
            Assert.Equal(found.Majority, found.Weighted);
            Assert.Equal(0, found.Naive);
            Assert.Equal(texts.Length, found.Groups.Sum(g => g.Votes));
        }));
    }

    [Fact]
    public void A_grade_counts_once_and_the_last_step_is_the_outcomes()
    {
        StepGrade[] grades = [new(1, " correct "), new(2, "Mostly correct"), new(2, "CORRECT"), new(9, "CORRECT"), new(0, null)];
        Assert.Equal([1, 1, 0, 1], SpareLabels.Of(grades, 4, outcome: true));
        Assert.Equal([1, 1, 1, 1], SpareLabels.Of(grades, 4, true, UngradedSteps.AsOutcome));
        Assert.Equal([1, 1, 0, 0], SpareLabels.Of(grades, 4, false, UngradedSteps.AsOutcome));
        Assert.Equal([1, 1, 1], SpareLabels.Of([], 3, true, UngradedSteps.EmptyIsReference));
        Assert.Equal([0, 0, 1], SpareLabels.Of([new(1, "no")], 3, true, UngradedSteps.EmptyIsReference));
        Assert.Equal([0, 0], SpareLabels.Of([new(2, "CORRECT")], 2, false));
        Assert.Equal(-0.5, SpareLabels.MeanSign([1, 0, 0, 0]));
    }

    [Fact]
    public void A_teachers_list_is_read_as_far_as_it_goes()
    {
        const string Reply = """
            Here you are: [
              {"student_step": 1, "reference_step": [1, 2], "explanation": "a \"}\" and a {", "label": "CORRECT"},
              {"student_step": "two", "label": "CORRECT"}, {"student_step": 3, "label": 7}, {bad: 1},
              {"student_step": 4, "label": "INCORRECT", "nested": {"a": 1}}, {"student_step": 5, "label": "CORR
            """;
        Assert.Equal([new(1, "CORRECT"), new(3, null), new(4, "INCORRECT")], SpareGrading.Read(Reply));
        Assert.Empty(SpareGrading.Read("no list {\"student_step\": 1}"));
        Assert.Empty(SpareGrading.Read(""));
    }

    [Fact]
    public void Paretos_order_is_strict()
    {
        Gen<double[]> parts = Gen.Choose(0, 2).Select(k => (double)k).ArrayOf(2);
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Arb.From(from x in parts from y in parts from z in parts select (x, y, z)),
            c =>
            {
                Assert.False(SpareLabels.IsPreferred(c.x, c.x));
                Assert.False(SpareLabels.IsPreferred(c.x, c.y) && SpareLabels.IsPreferred(c.y, c.x));
                if (SpareLabels.IsPreferred(c.x, c.y) && SpareLabels.IsPreferred(c.y, c.z))
                {
                    Assert.True(SpareLabels.IsPreferred(c.x, c.z));
                }
            }));
        Assert.False(SpareLabels.IsPreferred([1, double.NaN], [1, 0]));
    }

    [Fact]
    public void Step_rewards_stand_on_the_last_tokens()
    {
        double[] rewards = StepTokenRewards.Compute([1, 3], [0.5, 0.25], [1, 2, 0, -1], 0.1);
        Assert.Equal([-0.1, 0.3, 0, 0.35], rewards.Select(r => Math.Round(r, 12)));
        Assert.Throws<ArgumentException>(() => StepTokenRewards.Compute([1, 1], [0.5, 0.5], [0, 0]));
        Assert.Throws<ArgumentException>(() => StepTokenRewards.Compute([-1], [0.5], [0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => StepTokenRewards.Compute([2], [0.5], [0, 0]));
    }

    [Fact]
    public void The_stricter_count_is_never_the_likelier_and_the_band_has_an_order()
    {
        Gen<(int N, int C, int D, int K)> cases =
            from n in Gen.Choose(1, 12) from c in Gen.Choose(0, n) from d in Gen.Choose(0, c) from k in Gen.Choose(1, n)
            select (n, c, d, k);
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Arb.From(cases), t =>
        {
            CotPassEstimate found = CotPassAtK.Estimate(t.N, t.C, t.D, t.K);
            Assert.True(found.CotPass <= found.Pass);
            VerdictBand band = VerdictBand.Of([.. Enumerable.Range(0, t.N).Select(i => i < t.C)]);
            Assert.True((band.Any || !band.Majority) && (band.Majority || !band.All));
        }));
        Assert.Equal(default, VerdictBand.Of([]));
        Assert.Equal(new VerdictBand(true, false, false), VerdictBand.Of([true, false]));
        Assert.Throws<ArgumentOutOfRangeException>(() => CotPassAtK.Estimate(4, 1, 2, 1));
    }
}
