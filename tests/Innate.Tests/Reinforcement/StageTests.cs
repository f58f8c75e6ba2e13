using Innate.Reinforcement;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Schedules;

namespace Innate.Tests.Reinforcement;

/// <summary>Parts of a run with limits of their own, and what a run remembers of them.</summary>
public sealed class StageTests
{
    private static readonly TrainingStage[] Three =
    [
        new(1) { Temperature = 1.4, LengthShare = 0.5 },
        new(2) { Temperature = 1.5, ClipHigh = 0.4, ResetsReference = true },
        new(1) { DropsAbove = 0.9 },
    ];

    [Fact]
    public void A_batch_is_in_the_stage_that_its_share_of_the_run_gives_it()
    {
        StagePlan plan = new(Three, batches: 8);
        Assert.Equal([0, 0, 1, 1, 1, 1, 2, 2], Enumerable.Range(1, 8).Select(plan.PlaceOf));
        Assert.Equal([3, 7], Enumerable.Range(1, 8).Where(plan.Begins));

        // Beyond its planned end a run stays in the last one.
        Assert.Equal(2, plan.PlaceOf(100));
        Assert.Equal([32, 32, 64, 64], new[] { 1, 2, 3, 8 }.Select(n => plan.MaxTokens(64, n)));
        RlRecipe recipe = RlRecipe.Preset("grpo") with { Temperature = 1.1 };
        Assert.Equal([1.4, 1.5, 1.1], new[] { 1, 3, 8 }.Select(n => plan.Recipe(recipe, n).Temperature));
        Assert.Equal([null, 0.4, null], new[] { 1, 3, 8 }.Select(n => plan.Recipe(recipe, n).ClipHigh));
    }

    [Fact]
    public void A_run_without_stages_is_one()
    {
        StagePlan plan = new([], 5);
        Assert.Null(plan.Of(3));
        Assert.DoesNotContain(true, Enumerable.Range(1, 5).Select(plan.Begins));
        RlRecipe recipe = RlRecipe.Preset("grpo");
        Assert.Same(recipe, plan.Recipe(recipe, 2));
        Assert.Equal(64, plan.MaxTokens(64, 2));
    }

    [Fact]
    public void Fewer_batches_than_stages_leave_some_out_and_never_fail()
    {
        for (int batches = 1; batches < 12; batches++)
        {
            StagePlan plan = new(Three, batches);
            int[] places = [.. Enumerable.Range(1, batches).Select(plan.PlaceOf)];
            Assert.Equal(places.Order(), places);
            Assert.All(places, p => Assert.InRange(p, 0, 2));
        }
    }

    [Fact]
    public void Prompts_that_became_too_easy_are_left_out_from_their_stage_on_and_a_resumed_run_knows_it()
    {
        StagePlan plan = new(Three, batches: 8);
        RunMemory memory = new();
        StagePrompts prompts = new(plan, count: 4, seed: 7, memory);
        prompts.Rewarded(0, [1, 1, 1, 1]);
        prompts.Rewarded(1, [1, 0, 0, 1]);
        prompts.Rewarded(0, [1, 1, 0.9, 1]);
        Assert.Equal([0, 1, 2, 3], Enumerable.Range(1, 6).SelectMany(n => prompts.Batch(n, 2)).Distinct().Order());
        prompts.Begin(7);
        int[] left = [.. Enumerable.Range(7, 6).SelectMany(n => prompts.Batch(n, 2)).Distinct().Order()];
        Assert.Equal([1, 2, 3], left);

        using Cli.TemporaryFolder folder = new();
        File.WriteAllBytes(folder["memory.json"], memory.ToBytes());
        RunMemory read = new();
        read.Read(folder["memory.json"]);
        StagePrompts resumed = new(plan, 4, 7, read);
        Assert.Equal(
            Enumerable.Range(7, 6).SelectMany(n => prompts.Batch(n, 2)),
            Enumerable.Range(7, 6).SelectMany(n => resumed.Batch(n, 2)));
    }

    [Fact]
    public void Where_all_became_too_easy_none_is_left_out()
    {
        RunMemory memory = new();
        StagePrompts prompts = new(new StagePlan(Three, 8), 2, 7, memory);
        prompts.Rewarded(0, [1, 1]);
        prompts.Rewarded(1, [1, 1]);
        prompts.Begin(7);
        Assert.Equal([0, 1], prompts.Batch(7, 2).Order());
    }

    [Fact]
    public void What_is_remembered_is_read_back_to_the_bit()
    {
        using Cli.TemporaryFolder folder = new();
        RunMemory memory = new();
        Assert.True(memory.IsEmpty);
        memory["a"] = [0.1, 1.0 / 3, -1e-300, 5e300];
        memory.Append("b", 2);
        memory.Append("b", 0.7);
        File.WriteAllBytes(folder["memory.json"], memory.ToBytes());
        RunMemory read = new();
        read["old"] = [1];
        read.Read(folder["memory.json"]);
        Assert.Equal(memory["a"], read["a"]);
        Assert.Equal([2, 0.7], read["b"]);
        Assert.Empty(read["old"]);
        Assert.Null(read.Number("old"));
        File.WriteAllText(folder["memory.json"], "{\"a\": [\"x\"]}");
        Assert.Contains(
            "memory.json", Assert.Throws<InputException>(() => read.Read(folder["memory.json"])).Message, StringComparison.Ordinal);
    }
}
