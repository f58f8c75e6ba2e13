using FsCheck;
using FsCheck.Fluent;
using Innate.Learning.Objectives;
using Innate.Tests.Support;

namespace Innate.Tests.Learning.Objectives;

public sealed class FDivergenceTests
{
    public static TheoryData<int> Divergences => [.. Enum.GetValues<FDivergence>().Select(d => (int)d)];

    [Theory]
    [MemberData(nameof(Divergences))]
    public void The_gradient_is_the_losss_slope(int kind)
    {
        // u from -6 to 6: on both sides of the tangent and of the turn of chi squared.
        var cases = from length in Gen.Choose(1, 5)
                    from logProbs in Gen.ArrayOf(Gen.Choose(-4000, 0), length)
                    from u in Gen.Choose(-6000, 6000)
                    select (LogProbs: logProbs.Select(l => l / 1000.0).ToArray(), U: u / 1000.0);
        Check.QuickThrowOnFailure(Prop.ForAll(cases.ToArbitrary(), c =>
        {
            double reference = c.LogProbs.Sum() - (c.U / 0.3);

            // At the joint the curvature jumps, so a central difference is off by half a step there.
            CentralDifferences.Match(l => Of(l).Loss, c.LogProbs, Of(c.LogProbs).LogProbGradient, 1e-5);

            ObjectiveResult Of(double[] l) => FDivergenceObjective.Compute((FDivergence)kind, l, reference, 3, 0.3);
        }));
    }

    [Theory]
    [MemberData(nameof(Divergences))]
    public void All_start_with_the_same_step_and_pass_through_zero(int kind)
    {
        ObjectiveResult start = FDivergenceObjective.Compute((FDivergence)kind, [-1.5, -0.5], -2, 4, 0.1);
        Assert.Equal(0, start.Loss, 1e-15);
        Assert.All(start.LogProbGradient, g => Assert.Equal(-0.1 / 4, g, 1e-15));
    }

    [Theory]
    [MemberData(nameof(Divergences))]
    public void Value_and_slope_meet_at_the_tangent(int kind)
    {
        (double below, double slopeBelow) = FDivergenceObjective.Phi((FDivergence)kind, -0.5 - 1e-9);
        (double above, double slopeAbove) = FDivergenceObjective.Phi((FDivergence)kind, -0.5);
        Assert.Equal(above, below, 1e-7);
        Assert.Equal(slopeAbove, slopeBelow, 1e-7);
    }

    [Fact]
    public void Each_tires_in_its_own_way()
    {
        Assert.Equal((50, 1), FDivergenceObjective.Phi(FDivergence.TotalVariation, 50));
        Assert.Equal((1, 0), FDivergenceObjective.Phi(FDivergence.ChiSquared, 2));
        Assert.True(FDivergenceObjective.Phi(FDivergence.ChiSquared, 3).Slope < 0);
        Assert.Equal(Math.Log(2), FDivergenceObjective.Phi(FDivergence.JensenShannon, 50).Value, 1e-15);
        Assert.Equal(0.98, FDivergenceObjective.Phi(FDivergence.Hellinger, 49).Value, 1e-15);

        // Hellinger's tangent at -1/2 is -1 with slope 4; Jensen and Shannon's ln(2 - e^0.5) with e^0.5 / (2 - e^0.5).
        Assert.Equal((-1 - (4 * 9.5), 4), FDivergenceObjective.Phi(FDivergence.Hellinger, -10));
        double root = Math.Exp(0.5);
        (double value, double slope) = FDivergenceObjective.Phi(FDivergence.JensenShannon, -2);
        Assert.Equal(root / (2 - root), slope, 1e-12);
        Assert.Equal(Math.Log(2 - root) - (1.5 * root / (2 - root)), value, 1e-12);
    }

    [Fact]
    public void Total_variation_is_supervised_training_but_for_a_constant()
    {
        double[] logProbs = [-1, -2, -0.25];
        ObjectiveResult supervised = SupervisedObjective.Compute(logProbs, 3);
        ObjectiveResult same = FDivergenceObjective.Compute(FDivergence.TotalVariation, logProbs, 0, 3, 1);
        Assert.Equal(supervised.Loss, same.Loss, 1e-15);
        Assert.Equal(supervised.LogProbGradient, same.LogProbGradient);
    }

    [Fact]
    public void Numbers_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => FDivergenceObjective.Compute(FDivergence.Hellinger, [-1], -1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => FDivergenceObjective.Compute(FDivergence.Hellinger, [-1], -1, 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => FDivergenceObjective.Phi((FDivergence)9, 0));
        Assert.Empty(FDivergenceObjective.Compute(FDivergence.ChiSquared, [], 0, 1).LogProbGradient);
    }
}
