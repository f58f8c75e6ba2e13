using Innate.Learning;

namespace Innate.Tests.Learning;

public sealed class LearningRateScheduleTests
{
    [Theory]
    [InlineData(LearningRateDecay.Constant, 0, "0.25 0.5 0.75 1 1 1 1 1")]
    [InlineData(LearningRateDecay.Linear, 0, "0.25 0.5 0.75 1 1 0.75 0.5 0.25")]
    [InlineData(LearningRateDecay.Linear, 0.2, "0.25 0.5 0.75 1 1 0.8 0.6 0.4")]
    [InlineData(LearningRateDecay.Cosine, 0, "0.25 0.5 0.75 1 1 0.853553 0.5 0.146447")]
    public void Up_over_four_steps_and_down_over_four(LearningRateDecay decay, double final, string expected)
    {
        LearningRateSchedule schedule = new() { Peak = 2, WarmupSteps = 4, Decay = decay, FinalFraction = final };
        double[] rates =
            [.. expected.Split(' ').Select(x => 2 * double.Parse(x, System.Globalization.CultureInfo.InvariantCulture))];
        for (int step = 1; step <= 8; step++) Assert.Equal(rates[step - 1], schedule.At(step, 8), 1e-6);
        double after = decay == LearningRateDecay.Constant ? 2 : 2 * final;
        Assert.Equal(after, schedule.At(9, 8), 1e-12);
        Assert.Equal(after, schedule.At(1000, 8), 1e-12);
    }

    [Fact]
    public void Without_warm_up_the_first_step_has_the_peak_and_no_step_has_nothing()
    {
        foreach (LearningRateDecay decay in Enum.GetValues<LearningRateDecay>())
        {
            LearningRateSchedule schedule = new() { Peak = 1e-3, Decay = decay };
            Assert.Equal(1e-3, schedule.At(1, 1));
            Assert.Equal(1e-3, schedule.At(1, 10));
            double last = double.PositiveInfinity;
            for (int step = 1; step <= 10; step++)
            {
                double rate = schedule.At(step, 10);
                Assert.InRange(rate, double.Epsilon, last);
                last = rate;
            }
        }
    }

    [Fact]
    public void A_run_shorter_than_its_warm_up_never_leaves_it()
    {
        LearningRateSchedule schedule = new() { Peak = 1, WarmupSteps = 10, Decay = LearningRateDecay.Cosine };
        Assert.Equal([0.1, 0.2, 0.3], Enumerable.Range(1, 3).Select(step => Math.Round(schedule.At(step, 3), 12)));
        Assert.Equal(1, schedule.At(10, 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => schedule.At(0, 3));
    }

    [Fact]
    public void A_stable_stage_holds_the_peak_between_the_warm_up_and_the_fall()
    {
        LearningRateSchedule held = new()
        {
            Peak = 2, WarmupSteps = 2, Stable = 3, Decay = LearningRateDecay.Cosine, FinalFraction = 0.1,
        };
        LearningRateSchedule fall = held with { WarmupSteps = 0, Stable = 0 };
        Assert.Equal([1, 2, 2, 2, 2], Enumerable.Range(1, 5).Select(step => held.At(step, 9)));
        for (int step = 6; step <= 12; step++) Assert.Equal(fall.At(step - 5, 4), held.At(step, 9));
        Assert.Equal(2, held.At(5, 5));
        Assert.Equal(2, held.At(9, 5));

        // In any unit: a quarter of the way down is a quarter of the way.
        Assert.Equal(2, (held with { Stable = 3e9 }).After(3e9, 3e9));
        Assert.Equal(fall.At(2, 4), (held with { Stable = 200 }).After(205, 220), 1e-12);
        Assert.Equal(0.2, (held with { Stable = 200 }).After(1e9, 220), 1e-12);
        Assert.Throws<ArgumentOutOfRangeException>(() => held.After(-1, 3));
    }
}
