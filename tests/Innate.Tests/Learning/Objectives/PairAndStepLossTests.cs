using FsCheck;
using FsCheck.Fluent;
using Innate.Compute;
using Innate.Learning.Data;
using Innate.Learning.Objectives;
using Innate.Tests.Support;

namespace Innate.Tests.Learning.Objectives;

/// <summary>Losses on rewards of pairs, on steps and on verdicts: by hand, and their gradients against their own slopes.</summary>
public class PairAndStepLossTests
{
    private static readonly Gen<double> Reward = Gen.Choose(-600, 600).Select(n => n / 100.0);

    [Fact]
    public void Bradley_Terrys_gradient_is_its_slope_with_margin_and_smoothing()
    {
        Gen<(double[] At, BradleyTerryOptions Options, int Pairs)> cases =
            from w in Reward from l in Reward from m in Gen.Choose(0, 300) from eps in Gen.Choose(0, 49) from p in Gen.Choose(1, 9)
            select (new[] { w, l }, new BradleyTerryOptions { Margin = m / 100.0, LabelSmoothing = eps / 100.0 }, p);
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Arb.From(cases), c =>
        {
            RewardPairResult found = BradleyTerryObjective.Compute(c.At[0], c.At[1], c.Pairs, c.Options);
            CentralDifferences.Match(
                x => BradleyTerryObjective.Compute(x[0], x[1], c.Pairs, c.Options).Loss, c.At,
                [found.ChosenGradient, found.RejectedGradient]);
            double one = BradleyTerryObjective.Compute(c.At[0], c.At[1], 1, c.Options).Loss;
            Assert.Equal(one / c.Pairs, found.Loss, 1e-12);

            // Who wins depends on the rewards alone.
            Assert.Equal(
                1, found.ChosenProbability + BradleyTerryObjective.Compute(c.At[1], c.At[0]).ChosenProbability, 1e-12);
        }));
    }

    [Fact]
    public void A_margin_asks_for_more_and_smoothing_for_a_finite_gap()
    {
        BradleyTerryOptions margin = new() { Margin = 1 }, smooth = new() { LabelSmoothing = 0.2 };
        Assert.Equal(PortableMath.Log(2), BradleyTerryObjective.Compute(3, 2, options: margin).Loss, 1e-15);

        // ln((1 - eps) / eps) = ln 4: there the smoothed loss is least.
        Assert.Equal(0, BradleyTerryObjective.Compute(PortableMath.Log(4), 0, options: smooth).ChosenGradient, 1e-15);
        Assert.True(BradleyTerryObjective.Compute(9, 0, options: smooth).ChosenGradient > 0);
        Assert.Equal(1000, BradleyTerryObjective.Compute(-500, 500).Loss, 1e-9);
        Assert.Throws<ArgumentOutOfRangeException>(() => BradleyTerryObjective.Compute(1, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => BradleyTerryObjective.Compute(1, 0, options: new() { LabelSmoothing = 0.5 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => BradleyTerryObjective.Compute(1, 0, options: new() { Margin = -0.1 }));
    }

    [Fact]
    public void Cross_entropys_gradients_are_its_slopes_and_both_forms_agree()
    {
        Gen<(double[] Targets, double[] Logits)> cases =
            from n in Gen.Choose(1, 5)
            from y in Gen.Choose(0, 8).Select(k => k / 8.0).ArrayOf(n)
            from z in Gen.Choose(-400, 400).Select(k => k / 100.0).ArrayOf(n)
            select (y, z);
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Arb.From(cases), c =>
        {
            double[] p = [.. c.Logits.Select(Sigmoid.Of)];
            CrossEntropyResult logits = BinaryCrossEntropy.OfLogits(c.Targets, c.Logits);
            CrossEntropyResult probabilities = BinaryCrossEntropy.OfProbabilities(c.Targets, p);
            Assert.Equal(logits.Sum, probabilities.Sum, 1e-9);
            Assert.Equal(logits.Sum / c.Targets.Length, logits.Mean, 1e-12);
            CentralDifferences.Match(x => BinaryCrossEntropy.OfLogits(c.Targets, x).Sum, c.Logits, logits.Gradient);
            CentralDifferences.Match(
                x => BinaryCrossEntropy.OfProbabilities(c.Targets, x).Sum, p, probabilities.Gradient, 1e-4);
        }));
    }

    [Fact]
    public void A_sure_and_right_step_costs_nothing_and_a_sure_and_wrong_one_everything()
    {
        CrossEntropyResult right = BinaryCrossEntropy.OfProbabilities([1, 0], [1, 0]);
        Assert.Equal((0.0, 0.0), (right.Sum, right.Mean));
        Assert.Equal([-1.0, 1.0], right.Gradient);
        Assert.Equal(double.PositiveInfinity, BinaryCrossEntropy.OfProbabilities([1], [0]).Sum);
        Assert.Equal(800, BinaryCrossEntropy.OfLogits([1], [-800]).Sum, 1e-9);
        Assert.Equal(0, BinaryCrossEntropy.OfLogits([], []).Mean);
        Assert.Throws<ArgumentException>(() => BinaryCrossEntropy.OfLogits([1], [0, 0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => BinaryCrossEntropy.OfProbabilities([0.5], [1.01]));
        Assert.Throws<ArgumentOutOfRangeException>(() => BinaryCrossEntropy.OfLogits([double.NaN], [0]));
    }

    [Fact]
    public void Graces_gradients_are_slopes_away_from_the_hinge()
    {
        Gen<(double[] At, double Margin, int Pairs)> cases =
            from s in Gen.Choose(-99, 99).Select(k => k / 100.0).Two()
            from m in Gen.Choose(0, 10) from p in Gen.Choose(1, 9)
            let margin = m / 10.0
            where Math.Abs(margin - (s.Item1 - s.Item2)) > 1e-3
            select (new[] { s.Item1, s.Item2 }, margin, p);
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Arb.From(cases), c =>
        {
            StepPairResult hinge = GraceObjective.MaxMargin(c.At[0], c.At[1], c.Pairs, c.Margin);
            CentralDifferences.Match(
                x => GraceObjective.MaxMargin(x[0], x[1], c.Pairs, c.Margin).Loss, c.At,
                [hinge.PositiveGradient, hinge.NegativeGradient]);
            StepPairResult smooth = GraceObjective.LogSigmoid(c.At[0], c.At[1], c.Pairs);
            CentralDifferences.Match(
                x => GraceObjective.LogSigmoid(x[0], x[1], c.Pairs).Loss, c.At,
                [smooth.PositiveGradient, smooth.NegativeGradient]);
        }));
        Assert.Equal(default, GraceObjective.MaxMargin(0.75, -0.25)); // at the margin
        Assert.Equal(new StepPairResult(0.05, -0.5, 0.5), GraceObjective.MaxMargin(0, 0, 2, 0.1));
    }

    [Fact]
    public void GenRms_means_are_each_over_their_own_examples()
    {
        double[] verify = [1, 3, 2], solve = [5, 7];
        GenRmResult found = GenRmObjective.Compute(verify, solve, 0.5);
        Assert.Equal(2 + (0.5 * 6), found.Loss, 1e-12);
        CentralDifferences.Match(
            x => GenRmObjective.Compute(x, solve, 0.5).Loss, verify, [.. verify.Select(_ => found.VerificationGradient)]);
        CentralDifferences.Match(
            x => GenRmObjective.Compute(verify, x, 0.5).Loss, solve, [.. solve.Select(_ => found.SolutionGradient)]);

        // Twice the solutions weigh no more.
        Assert.Equal(found.Loss, GenRmObjective.Compute(verify, [.. solve, .. solve], 0.5).Loss, 1e-12);
        Assert.Equal(new GenRmResult(2, 1 / 3.0, 0), GenRmObjective.Compute(verify, []));
        Assert.Equal(1.5, GenRmObjective.Compute([], solve).Loss, 1e-12);
        Assert.Throws<ArgumentOutOfRangeException>(() => GenRmObjective.Compute(verify, solve, -1));
    }

    [Theory]
    [InlineData(0, 8, 8)]
    [InlineData(0.5, 8, 8)]
    [InlineData(0.500001, 8, 4)]
    [InlineData(0.75, 8, 2)]
    [InlineData(0.875, 8, 1)]
    [InlineData(1, 8, 0)]
    [InlineData(0.6, 1, 1)]
    public void The_surer_the_pair_the_fewer_examples(double p, int most, int expected) =>
        Assert.Equal(expected, RetrievedExamples.Count(p, most));
}
