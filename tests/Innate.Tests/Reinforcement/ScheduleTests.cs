using FsCheck;
using FsCheck.Fluent;
using Innate.Reinforcement.Schedules;

namespace Innate.Tests.Reinforcement;

/// <summary>What changes over a run: filters, factors, resets, and who is trained on.</summary>
public sealed class ScheduleTests
{
    [Fact]
    public void The_deviation_filter_starts_late_from_the_mean_of_what_it_saw()
    {
        StdFilter filter = new();
        double[] means = [0.1, 0.2, 0.3, 0.4, 0.5];
        foreach (double m in means)
        {
            Assert.Null(filter.Mean);
            Assert.Equal([true, true], filter.Keep([0, 1]));
            filter = filter.After(m);
        }

        // Step 6: the mean of the five; from then on a hundredth of each new one. Nothing is left out before step 11.
        double mean = 0.3;
        Assert.Equal(mean, filter.Mean!.Value, 1e-15);
        for (int step = 6; step <= 10; step++)
        {
            Assert.Equal([true], filter.Keep([0]));
            filter = filter.After(0.5);
            mean = (0.01 * 0.5) + (0.99 * mean);
            Assert.Equal(mean, filter.Mean!.Value, 1e-15);
        }

        Assert.Equal([false, true, true], filter.Keep([0, mean, 0.5 * filter.Mean!.Value]));
        Assert.Equal([true], filter.Keep([0.1], new StdFilterOptions { Share = 0.2 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => StdFilter.Next(1, 1, 1.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new StdFilter().After(1, new() { FirstMean = 1 }));
    }

    [Fact]
    public void Bingos_first_slope_is_its_unit_and_a_stall_costs_more_and_more()
    {
        SlopeFactorOptions options = new() { Start = 3, LookBack = 3 };
        double unit = SlopeFactor.Initial(options);
        Assert.Equal(10 / Math.PI, unit, 1e-12);
        IReadOnlyList<SlopeStep> steps = SlopeFactor.Compute([0, 0.1, 0.2, 0.2, 0.2, 0.2, 0.5, 0.5], options);
        Assert.Equal([3, 4, 5, 6, 7, 8], steps.Select(s => s.Step));
        Assert.Equal(unit, steps[0].K, 1e-12);
        Assert.Equal([-0.5, -1, -1.5], steps.Skip(1).Take(3).Select(s => s.K));
        Assert.Equal(0, steps[2].Slope);
        Assert.Equal(1.5 * unit, steps[4].K, 1e-12);
        Assert.Equal(1.5 * unit, steps[5].K, 1e-12);

        // Fourteen stalled steps would cost 7: no more than twice the unit.
        double[] stalled = [0, 0.1, 0.2, .. Enumerable.Repeat(0.2, 14)];
        Assert.Equal(-2 * unit, SlopeFactor.Compute(stalled, options)[^1].K, 1e-12);
    }

    [Fact]
    public void Bingos_slope_of_few_scores_and_of_a_flat_or_falling_start()
    {
        Assert.Empty(SlopeFactor.Compute([1, 2], new() { Start = 3 }));
        Assert.Empty(SlopeFactor.Compute([1], new() { Start = 1 }));
        Assert.Equal(1, SlopeFactor.Compute([1, 2], new() { Start = 1 }).Single().Slope, 1e-12);
        SlopeStep falls = SlopeFactor.Compute([2, 1], new() { Start = 2 }).Single();
        Assert.Equal(-10 / Math.PI, falls.Scaled, 1e-12);
        Assert.Equal(-0.5, falls.K);
        IReadOnlyList<SlopeStep> flat = SlopeFactor.Compute([1, 1, 1.001], new() { Start = 2, LookBack = 2 });
        Assert.Equal((0, -0.5), (flat[0].Scaled, flat[0].K));
        Assert.Equal(0.001 * 1e6 * 10 / Math.PI, flat[1].K, 1e-6);
        Assert.Throws<ArgumentOutOfRangeException>(() => SlopeFactor.Compute([1], new() { LookBack = 1 }));
    }

    [Fact]
    public void A_split_is_where_a_token_was_least_likely()
    {
        Assert.Equal([1, 3], SplitTokens.Choose([-1, -3, -2, -4], 2));
        Assert.Equal([0, 1], SplitTokens.Choose([-1, -1, -1, -1], 2));
        Assert.Equal([0, 1, 2], SplitTokens.Choose([-1, -2, -3]));
        Assert.Empty(SplitTokens.Choose([]));
        Assert.Equal([0, 2], SplitTokens.FirstRollouts([false, false, true, true]));
        Assert.Equal([0, 1], SplitTokens.FirstRollouts([true, false, true, false]));
        Assert.Equal([0], SplitTokens.FirstRollouts([true, true]));
        Assert.Empty(SplitTokens.FirstRollouts([]));
        Gen<int[]> tokens = Gen.ArrayOf(Gen.Choose(-50, 0), 9);
        Check.QuickThrowOnFailure(Prop.ForAll(tokens.ToArbitrary(), Gen.Choose(0, 9).ToArbitrary(), (l, k) =>
        {
            int[] chosen = SplitTokens.Choose([.. l.Select(x => (double)x)], k);
            Assert.Equal(chosen.Distinct().Order(), chosen);
            Assert.Equal(l.Order().Take(k), chosen.Select(t => l[t]).Order());
        }));
    }

    [Fact]
    public void A_reset_waits_for_its_patience_and_compares_with_where_it_started()
    {
        Assert.Equal([1, 2, 3], ReferenceReset.Times([1, 1, 1, 1], 1));
        Assert.Equal([2, 4], ReferenceReset.Times([1, 1, 1, 1, 1], 2));

        // After the reset at 0.5 a value of 0.6 is better, although 1 was reached before.
        Assert.Equal([2, 6], ReferenceReset.Times([1, 0.5, 0.5, 0.6, 0.7, 0.7, 0.7], 2));
        Assert.Empty(ReferenceReset.Times([1, 2, 3], 1));
        Assert.Empty(ReferenceReset.Times([], 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => ReferenceReset.Times([1], 0));
    }

    [Fact]
    public void Dead_prompts_give_their_slots_to_live_ones_if_there_are_enough()
    {
        // A third is not more than a third.
        Assert.False(DeadPrompts.Replace([0.5, 0, 1]).Trains);
        Assert.Empty(DeadPrompts.Replace([0.5, 0, 1]).Sources);
        Assert.False(DeadPrompts.Replace([]).Trains);
        Assert.Equal([0, 1, 0], DeadPrompts.Replace([0.5, 0.5, 1]).Sources);
        Assert.Equal([1, 1, 3, 3, 1], DeadPrompts.Replace([0, 0.5, 1, 0.1, 0]).Sources);
        Check.QuickThrowOnFailure(Prop.ForAll(Gen.ArrayOf(Gen.Choose(0, 4), 10).ToArbitrary(), numbers =>
        {
            double[] means = [.. numbers.Select(n => n / 4.0)];
            int live = means.Count(m => m is not (0 or 1));
            BatchPlan plan = DeadPrompts.Replace(means);
            Assert.Equal(live >= 4, plan.Trains);
            if (!plan.Trains) return;
            Assert.Equal(10 - live, plan.Copies);
            Assert.All(plan.Sources, s => Assert.True(means[s] is > 0 and < 1));
        }));
    }

    [Fact]
    public void Between_stages_what_is_solved_goes_and_the_temperature_keeps_diversity()
    {
        Assert.Equal([true, true, false], DeadPrompts.KeepForNextStage([0, 0.9, 0.95]));
        Assert.Equal(1.2, DeadPrompts.Temperature([1, 1.2, 1.4], [10, 14, 20], 15));
        Assert.Equal(1, DeadPrompts.Temperature([1.4, 1], [20, 10], 15));
        Assert.Throws<ArgumentException>(() => DeadPrompts.Temperature([], [], 1));
        Assert.Equal([1.4, 1.45, 1.5], DeadPrompts.Stages.Select(s => s.Temperature));
    }
}
