using Innate.Learning.Watching;
using Innate.Reinforcement;

namespace Innate.Tests.Reinforcement;

/// <summary>A run that falls in on itself is stopped with a reason; one that does not is left alone.</summary>
public class BrakesTests
{
    [Fact]
    public void A_run_that_learns_is_left_alone()
    {
        var brakes = new Brakes(new BrakeOptions());
        for (int step = 1; step <= 60; step++)
        {
            (bool isBest, string? stop) = brakes.Observe(Step(step, reward: step, entropy: 0.5, length: 30 + (step % 7), anchor: 0.5 + (step * 0.005)));
            Assert.True(isBest);
            Assert.Null(stop);
        }

        Assert.Equal(0.8, brakes.BestAnchor!.Value, 1e-12);
    }

    [Fact]
    public void The_anchor_may_fall_with_the_reward_but_not_while_it_rises()
    {
        Assert.Null(Last(i => Step(i, reward: 10 - i, anchor: i < 10 ? 0.6 : 0.5)));
        string stop = Last(i => Step(i, reward: i, anchor: i < 10 ? 0.6 : 0.5))!;
        Assert.StartsWith("step 10: the anchor fell from 60.0", stop, StringComparison.Ordinal);
        Assert.Contains("while the reward rose from", stop, StringComparison.Ordinal);

        // Within the drop that is allowed, and at steps that measure nothing.
        Assert.Null(Last(i => Step(i, reward: i, anchor: i < 10 ? 0.6 : 0.585)));
        Assert.Null(Last(i => Step(i, reward: i, anchor: i < 10 ? 0.6 : null)));
    }

    [Theory]
    [InlineData(0.004, 30, "the mean token entropy fell to 0.0040 nats")]
    [InlineData(0.5, 7, "responses shrank from 30 to 7 tokens")]
    [InlineData(0.5, 121, "responses grew from 30 to 121 tokens")]
    [InlineData(0.006, 30, null)]
    [InlineData(0.5, 8, null)]
    [InlineData(0.5, 120, null)]
    public void Certainty_and_length_have_limits(double entropy, double length, string? reason)
    {
        string? stop = Last(i => i < 10 ? Step(i, entropy: 0.5, length: 30) : Step(i, entropy: entropy, length: length));
        if (reason is null) Assert.Null(stop);
        else Assert.Contains(reason, stop, StringComparison.Ordinal);
    }

    private static string? Last(Func<int, StepMetrics> step)
    {
        var brakes = new Brakes(new BrakeOptions());
        string? stop = null;
        for (int i = 1; i <= 20 && stop is null; i++) stop = brakes.Observe(step(i)).Stop;
        return stop;
    }

    private static StepMetrics Step(int step, double reward = 0, double entropy = 0.5, double length = 30, double? anchor = null)
    {
        var metrics = new StepMetrics(step, ("reward", reward), ("entropy", entropy), ("response_length", length));
        return anchor is { } a ? metrics.With(("anchor_accuracy", a)) : metrics;
    }
}
