using FsCheck;
using FsCheck.Fluent;
using Innate.Learning.Objectives;
using Innate.Tests.Support;

namespace Innate.Tests.Learning.Objectives;

public sealed class AdvDistillTests
{
    private sealed record Group(double[] Rewards, double[][] LogProbs, bool[] Wrong);

    private static Gen<Group> Groups =>
        from size in Gen.Choose(1, 5)
        from rewards in Gen.ArrayOf(Gen.Choose(-2, 2), size)
        from wrong in Gen.ArrayOf(Gen.Elements(true, false), size)
        from lengths in Gen.ArrayOf(Gen.Choose(1, 4), size)
        from all in Gen.ArrayOf(Gen.Choose(-4000, -1), lengths.Sum())
        select new Group(
            [.. rewards.Select(r => r / 2.0)], [.. lengths.Select((n, i) =>
                all.Skip(lengths.Take(i).Sum()).Take(n).Select(l => l / 1000.0).ToArray())], wrong);

    [Fact]
    public void The_gradient_is_the_losss_slope()
    {
        AdvDistillOptions options = new() { Temperature = 0.7, WrongWeight = 0.3, WrongCap = 1.7 };
        Check.QuickThrowOnFailure(Prop.ForAll(Groups.ToArbitrary(), g =>
        {
            AdvDistillResult at = Of(g.LogProbs);
            Assert.Equal(1, at.Weights.Sum(), 1e-12);
            for (int i = 0; i < g.LogProbs.Length; i++)
            {
                // At the cap itself there is no slope.
                if (Math.Abs(-g.LogProbs[i].Average() - options.WrongCap) < 1e-3) continue;
                int own = i;
                CentralDifferences.Match(
                    l => Of([.. g.LogProbs.Select((row, k) => k == own ? l : row)]).Loss, g.LogProbs[i], at.LogProbGradients[i]);
            }

            AdvDistillResult Of(double[][] logProbs) => AdvDistillObjective.Compute(g.Rewards, logProbs, 3, options, g.Wrong);
        }));
    }

    [Fact]
    public void Equal_rewards_weigh_alike_and_one_response_is_plain_training()
    {
        AdvDistillResult equal = AdvDistillObjective.Compute([0.1, 0.1, 0.1], [[-1], [-2, -4], [-3]], 1);
        Assert.Equal([0, 0, 0], equal.Advantages);
        Assert.All(equal.Weights, w => Assert.Equal(1.0 / 3, w, 1e-15));
        Assert.Equal((1 + 3 + 3) / 3.0, equal.Loss, 1e-15);
        AdvDistillResult one = AdvDistillObjective.Compute([7], [[-1, -3]], 1);
        Assert.Equal(2, one.Loss, 1e-15);
        Assert.Equal([-0.5, -0.5], one.LogProbGradients[0]);
    }

    [Fact]
    public void With_right_and_wrong_alone_it_is_a_soft_rejection_sampler()
    {
        AdvDistillResult found = AdvDistillObjective.Compute(
            [1, 0, 1, 0], [[-1], [-1], [-1], [-1]], 1, new AdvDistillOptions { Temperature = 0.5 });
        double std = Math.Sqrt(1.0 / 3);
        Assert.Equal(Math.Exp(1 / std / 0.5), found.Weights[0] / found.Weights[1], 1e-5);
    }

    [Fact]
    public void Wrong_ones_are_unlearned_no_further_than_the_cap()
    {
        AdvDistillOptions options = new() { WrongWeight = 0.5, WrongCap = 2 };
        AdvDistillResult near = AdvDistillObjective.Compute([1, 1], [[-1], [-1.5]], 1, options, [false, true]);
        Assert.Equal((0.5 * 1) + (0.5 * 1.5) - (0.5 * 1.5), near.Loss, 1e-12);
        Assert.Equal(0, near.LogProbGradients[1][0], 1e-12);
        AdvDistillResult far = AdvDistillObjective.Compute([1, 1], [[-1], [-3]], 1, options, [false, true]);
        Assert.Equal((0.5 * 1) + (0.5 * 3) - (0.5 * 2), far.Loss, 1e-12);
        Assert.Equal(-0.5, far.LogProbGradients[1][0], 1e-12);
    }

    [Fact]
    public void Shapes_and_numbers_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentException>(() => AdvDistillObjective.Compute([1, 0], [[-1]], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => AdvDistillObjective.Compute([1], [[]], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => AdvDistillObjective.Compute([1], [[-1]], 0));
        Assert.Throws<ArgumentException>(() =>
            AdvDistillObjective.Compute([1], [[-1]], 1, new AdvDistillOptions { WrongWeight = 1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            AdvDistillObjective.Compute([1], [[-1]], 1, new AdvDistillOptions { Temperature = 0 }));
    }
}
