using Innate.Reinforcement.Schedules;

namespace Innate.Tests.Reinforcement;

/// <summary>Who follows whom and when, and what is learned from again.</summary>
public sealed class SyncAndReplayTests
{
    [Fact]
    public void The_generator_holds_the_policy_of_the_last_multiple()
    {
        Assert.Equal([0, 0, 0, 3, 3, 3, 6], Enumerable.Range(0, 7).Select(t => GeneratorSync.VersionAt(t, 3)));
        Assert.Equal([0, 1, 2], Enumerable.Range(0, 3).Select(t => GeneratorSync.VersionAt(t, 1)));
        Assert.Equal([0, 0, 0], Enumerable.Range(0, 3).Select(t => GeneratorSync.VersionAt(1000 * t, null)));
        Assert.Equal([3, 6, 9], Enumerable.Range(0, 10).Where(t => GeneratorSync.IsDue(t, 3)));
        Assert.False(GeneratorSync.IsDue(7, null));
        Assert.Throws<ArgumentOutOfRangeException>(() => GeneratorSync.VersionAt(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => GeneratorSync.VersionAt(-1, 2));
    }

    [Fact]
    public void A_teacher_follows_less_and_less()
    {
        TeacherBlend blend = new();
        Assert.Equal(0.01, blend.At(0, 100), 1e-15);
        Assert.Equal((0.01 + 1e-5) / 2, blend.At(50, 100), 1e-15);
        Assert.Equal(1e-5, blend.At(100, 100), 1e-15);
        Assert.Equal(1e-5, blend.At(500, 100), 1e-15);
        double[] parts = [.. Enumerable.Range(0, 101).Select(t => blend.At(t, 100))];
        Assert.Equal(parts.OrderDescending(), parts);
        double quarter = 1e-5 + (0.5 * (0.01 - 1e-5) * (1 + Math.Cos(Math.PI / 4)));
        Assert.Equal(quarter, blend.At(25, 100), 1e-15);
        Assert.Throws<ArgumentOutOfRangeException>(() => blend.At(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TeacherBlend { Start = 0 }.At(0, 1));
    }

    [Fact]
    public void The_first_in_is_the_first_out()
    {
        ReplayPlan plan = new();
        Assert.Equal((0, 1024), plan.Held(0));
        Assert.Equal((0, 5120), plan.Held(4));
        Assert.Equal((1024, 6144), plan.Held(5));
        Assert.Equal(2, plan.Uses);
        ReplayPlan uneven = new() { New = 3, Capacity = 7, Batch = 2, Updates = 1 };
        Assert.Equal((0, 3), uneven.Held(0));
        Assert.Equal((0, 6), uneven.Held(1));
        Assert.Equal((2, 9), uneven.Held(2));
    }

    [Fact]
    public void Updates_draw_different_held_responses_and_each_is_used_as_often_as_the_plan_says()
    {
        ReplayPlan plan = new() { New = 8, Capacity = 40, Batch = 8, Updates = 2 };
        var uses = new Dictionary<long, int>();
        for (int step = 0; step < 400; step++)
        {
            (long first, long end) = plan.Held(step);
            long[][] updates = plan.Draw(step, 7);
            Assert.Equal(2, updates.Length);
            foreach (long[] update in updates)
            {
                Assert.Equal(8, update.Distinct().Count());
                Assert.All(update, n => Assert.InRange(n, first, end - 1));
                foreach (long n in update) uses[n] = uses.GetValueOrDefault(n) + 1;
            }

            Assert.Equal(updates, plan.Draw(step, 7));
            Assert.NotEqual(updates, plan.Draw(step, 8));
            if (step > 0) Assert.NotEqual(updates[0], updates[1]);
        }

        // Those made after the buffer had filled and gone before the end: 200 of 8 a step.
        double[] settled = [.. Enumerable.Range(800, 1600).Select(n => (double)uses.GetValueOrDefault(n))];
        Assert.Equal(plan.Uses, settled.Average(), 0.15);
        Assert.Contains(0, settled);
        Assert.Contains(settled, n => n > 3);
    }

    [Fact]
    public void Draws_are_uniform()
    {
        ReplayPlan plan = new() { New = 6, Capacity = 6, Batch = 2, Updates = 1 };
        int[] uses = new int[6];
        for (ulong key = 0; key < 6000; key++)
        {
            foreach (long n in plan.Draw(0, key)[0]) uses[n]++;
        }

        Assert.All(uses, n => Assert.InRange(n, 1850, 2150));
    }

    [Fact]
    public void At_the_first_step_an_update_can_be_all_there_is()
    {
        ReplayPlan plan = new() { New = 4, Capacity = 4, Batch = 4, Updates = 1 };
        Assert.Equal([0, 1, 2, 3], plan.Draw(0, 1)[0].Order());
        Assert.Equal([4, 5, 6, 7], plan.Draw(1, 1)[0].Order());
        Assert.Throws<ArgumentOutOfRangeException>(() => new ReplayPlan { New = 4, Capacity = 3 }.Held(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ReplayPlan { Batch = 1025 }.Held(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ReplayPlan().Held(-1));
    }

    [Fact]
    public void Prompts_go_by_how_the_reference_fares()
    {
        Assert.Equal(PromptUse.Drop, ReferencePrompts.Of([1, 1, 1]));
        Assert.Equal(PromptUse.Keep, ReferencePrompts.Of([1, 0, 1]));
        Assert.Equal(PromptUse.Help, ReferencePrompts.Of([0, 0.5, 0]));
        Assert.Equal(PromptUse.Keep, ReferencePrompts.Of([0, 0.5, 0], solved: 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => ReferencePrompts.Of([]));
    }
}
