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
        BrakeState state = BrakeState.Start;
        for (int step = 1; step <= 60; step++)
        {
            BrakeVerdict verdict = brakes.Observe(
                state, Step(step, reward: step, entropy: 0.5, length: 30 + (step % 7), anchor: 0.5 + (step * 0.005)));
            Assert.True(verdict.IsBest);
            Assert.Null(verdict.Stop);
            state = verdict.State;
        }

        Assert.Equal(0.8, state.BestAnchor!.Value, 1e-12);
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

    [Fact]
    public void A_fall_that_chance_explains_is_no_fall()
    {
        // 4 points of 100 questions at 60%: a standard error is 4.9 points. Of 600 it is 2.
        StepMetrics Falling(int i) => Step(i, reward: i, anchor: i < 10 ? 0.6 : 0.56);
        Assert.Null(Last(Falling, new BrakeOptions { AnchorQuestions = 100 }));
        Assert.NotNull(Last(Falling, new BrakeOptions { AnchorQuestions = 600 }));
        Assert.Null(Last(Falling, new BrakeOptions { AnchorQuestions = 600, AnchorDrop = 0.05 }));
    }

    [Fact]
    public void An_anchor_that_no_longer_rises_is_looked_at_more_often()
    {
        var brakes = new Brakes(new BrakeOptions());
        BrakeState state = brakes.Observe(BrakeState.Start, Step(10, anchor: 0.5)).State;
        Assert.False(state.IsAnchorDue(11, every: 10));
        state = brakes.Observe(state, Step(20, anchor: 0.49)).State;
        Assert.False(state.IsAnchorDue(21, every: 10));
        Assert.True(state.IsAnchorDue(22, every: 10));
        Assert.True(state.IsAnchorDue(21, every: 3));
        state = brakes.Observe(state, Step(22, anchor: 0.51)).State;
        Assert.False(state.IsAnchorDue(23, every: 1));
    }

    [Fact]
    public void Steps_between_two_batches_of_rollouts_say_nothing_of_the_policy()
    {
        // Four updates a batch: entropy and length stand in every fourth step alone.
        string? stop = null;
        var brakes = new Brakes(new BrakeOptions());
        BrakeState state = BrakeState.Start;
        int step = 0;
        for (; stop is null && step < 80; step++)
        {
            BrakeVerdict verdict = brakes.Observe(
                state, step % 4 == 0 ? Step(step, entropy: step < 20 ? 0.5 : 0.001)
                    : new StepMetrics(step, ("clip_fraction", 0.1)));
            (state, stop) = (verdict.State, verdict.Stop);
        }

        Assert.StartsWith("step 36: the mean token entropy fell to", stop, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_remembered_is_a_value_and_the_first_and_the_latest_batches_alone()
    {
        var brakes = new Brakes(new BrakeOptions { Window = 2 });
        BrakeState state = BrakeState.Start;
        for (int step = 1; step <= 3; step++) state = brakes.Observe(state, Step(step, length: 10 * step)).State;
        Assert.Equal((3, 15, 25),
            (state.Rollouts, state.First.Average(s => s["response_length"]), state.Latest.Average(s => s["response_length"])));

        // From one state, two ways on.
        Assert.Contains("fell to 0.0005 nats", brakes.Observe(
            brakes.Observe(state, Step(4, entropy: 0.0005, length: 20)).State, Step(5, entropy: 0.0005, length: 20)).Stop,
                StringComparison.Ordinal);
        Assert.Null(brakes.Observe(state, Step(4, length: 20)).Stop);
        Assert.Equal((0, 0), (BrakeState.Start.Rollouts, BrakeState.Start.First.Count));
    }

    [Fact]
    public void Nothing_is_said_before_two_windows_of_batches()
    {
        var brakes = new Brakes(new BrakeOptions { Window = 2 });
        BrakeVerdict verdict = new(BrakeState.Start, false, null);
        for (int step = 1; step <= 3; step++) verdict = brakes.Observe(verdict.State, Step(step, entropy: 0));
        Assert.Null(verdict.Stop);
        Assert.NotNull(brakes.Observe(verdict.State, Step(4, entropy: 0)).Stop);
    }

    private static string? Last(Func<int, StepMetrics> step, BrakeOptions? options = null)
    {
        var brakes = new Brakes(options ?? new BrakeOptions());
        BrakeVerdict verdict = new(BrakeState.Start, false, null);
        for (int i = 1; i <= 20 && verdict.Stop is null; i++) verdict = brakes.Observe(verdict.State, step(i));
        return verdict.Stop;
    }

    private static StepMetrics Step(int step, double reward = 0, double entropy = 0.5, double length = 30, double? anchor = null)
    {
        var metrics = new StepMetrics(step, ("reward", reward), ("entropy", entropy), ("response_length", length));
        return anchor is { } a ? metrics.With(("anchor_accuracy", a)) : metrics;
    }
}
