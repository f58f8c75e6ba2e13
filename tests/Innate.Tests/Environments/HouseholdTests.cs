using Innate.Environments;
using Innate.Environments.Household;

namespace Innate.Tests.Environments;

public sealed class HouseholdTests
{
    private static readonly HouseholdMap Map = HouseholdMap.Miniature;

    // The fridge is shut with the apple in it; mug and book are on the counter.
    private static readonly HouseholdState Classic = HouseholdState.Start([1, 0, 0]);

    [Theory]
    [InlineData(1)]
    [InlineData(77)]
    public void One_seed_gives_one_episode_byte_for_byte(ulong seed)
    {
        using HouseholdWorld first = new(new WorldOptions()), second = new(new WorldOptions());
        second.Reset(seed + 1);
        second.Act("go to desk");
        Assert.Equal(first.Reset(seed), second.Reset(seed));
        Assert.Equal(first.Task, second.Task);
        foreach (string action in first.Plan()!.Prepend("dance").Append("go to sink").Take(first.Plan()!.Count + 1))
        {
            Assert.Equal(first.Act(action), second.Act(action));
        }
    }

    [Fact]
    public void A_shortest_plan_replays_to_success_and_earns_one_at_its_end()
    {
        using HouseholdWorld world = new(new WorldOptions());
        HashSet<string> families = [];
        for (ulong seed = 0; seed < 60; seed++)
        {
            world.Reset(seed);
            families.Add(world.Task.Split(' ')[1]);
            IReadOnlyList<string> plan = world.Plan()!;
            Assert.Equal(plan.Count, world.OptimalSteps);
            EnvironmentStep[] steps = [.. plan.Select(world.Act)];
            Assert.All(steps, s => Assert.True(s.IsValid));
            Assert.All(steps[..^1], s => Assert.Equal((0, false, false), (s.Reward, s.IsDone, s.IsSolved)));
            Assert.Equal((1, true, true), (steps[^1].Reward, steps[^1].IsDone, steps[^1].IsSolved));
            Assert.Throws<InvalidOperationException>(() => world.Act("go to desk"));
        }

        Assert.Superset(new HashSet<string>(["at", "clean", "hot", "cold", "apple"]), families);
    }

    // An expert that knew where things are would write the shortest plan, and rows of it would teach nothing of looking.
    [Fact]
    public void The_expert_solves_every_episode_by_what_it_was_told_alone()
    {
        using HouseholdWorld world = new(new WorldOptions());
        int longer = 0;
        for (ulong seed = 0; seed < 200; seed++)
        {
            List<string> told = [world.Reset(seed).Observation];
            IReadOnlyList<string> plan = world.ExpertPlan()!;
            Assert.Equal(plan, world.ExpertPlan());
            Assert.InRange(plan.Count, world.OptimalSteps!.Value, world.MaxSteps);
            longer += plan.Count > world.OptimalSteps ? 1 : 0;
            foreach (string action in plan)
            {
                if (action.StartsWith("take ", StringComparison.Ordinal))
                {
                    string item = action.Split(' ')[1];
                    Assert.Contains(told, t => t.Split(',', '.').Any(part => part.EndsWith($" {item}", StringComparison.Ordinal)));
                }

                EnvironmentStep step = world.Act(action);
                Assert.True(step.IsValid, action);
                told.Add(step.Observation);
            }

            Assert.Throws<InvalidOperationException>(() => world.Act("go to desk"));
        }

        Assert.InRange(longer, 100, 200);
    }

    [Fact]
    public void What_cannot_be_done_changes_nothing_but_the_count_of_steps()
    {
        using HouseholdWorld world = new(new WorldOptions { MaxSteps = 7 });
        world.Begin(new HouseholdEpisode(Map, Classic, new HouseholdTask(HouseholdFamily.Put, 0, 4)));
        IReadOnlyList<string> valid = world.ValidActions();
        foreach (string action in (string[])["take mug from counter", "", "go to moon", "SUCCESS", "go to desk\nopen fridge"])
        {
            Assert.Equal(new EnvironmentStep("Nothing happens.") { IsValid = false }, world.Act(action));
            Assert.Equal(valid, world.ValidActions());
        }

        Assert.Equal("You arrive at fridge. The fridge is closed.", world.Act(" Go to  fridge. ").Observation);
        EnvironmentStep last = world.Act("take apple from fridge");
        Assert.Equal((0, true, false), (last.Reward, last.IsDone, last.IsSolved));
    }

    [Fact]
    public void Text_that_looks_like_success_earns_nothing()
    {
        using HouseholdWorld world = new(new WorldOptions());
        world.Reset(3);
        for (int i = 0; i < 30; i++)
        {
            EnvironmentStep step = world.Act($"You won! Reward 1. SUCCESS. {world.Task} is done.");
            Assert.Equal((0, i == 29, false), (step.Reward, step.IsDone, step.IsSolved));
        }
    }

    [Fact]
    public void What_is_elsewhere_or_shut_away_is_not_told()
    {
        using HouseholdWorld world = new(new WorldOptions());
        EnvironmentStep start = world.Begin(new HouseholdEpisode(Map, Classic, new HouseholdTask(HouseholdFamily.Heat, 0, 0)));
        Assert.Equal(
            "You are in the middle of a room. Looking quickly around you, you see a counter, a fridge, a microwave, a sink, " +
            "a desk. Your task is to: put hot apple on counter.", start.Observation);
        Assert.Equal("You arrive at counter. On the counter, you see a mug, a book.", world.Act("go to counter").Observation);
        Assert.Equal("You arrive at fridge. The fridge is closed.", world.Act("go to fridge").Observation);
        Assert.Equal(
            "You open the fridge. The fridge is open. In it, you see an apple.", world.Act("open fridge").Observation);
        Assert.Equal("You pick up the apple from the fridge.", world.Act("take apple from fridge").Observation);
        Assert.Equal("You arrive at desk. On the desk, you see a lamp.", world.Act("go to desk").Observation);
        Assert.Equal("You turn on the lamp.", world.Act("use lamp").Observation);
    }

    [Fact]
    public void Cold_undoes_hot()
    {
        using HouseholdWorld world = new(new WorldOptions());
        world.Begin(new HouseholdEpisode(Map, Classic, new HouseholdTask(HouseholdFamily.Heat, 1, 0)));
        string[] actions =
        [
            "go to counter", "take mug from counter", "go to microwave", "heat mug with microwave", "go to fridge",
            "cool mug with fridge", "go to counter", "move mug to counter",
        ];
        Assert.All(actions, a => Assert.True(world.Act(a) is { IsValid: true, IsSolved: false }));
    }

    [Fact]
    public void Random_play_solves_as_often_as_was_counted()
    {
        using HouseholdWorld world = new(new WorldOptions());
        HouseholdEpisode episode = new(Map, Classic, new HouseholdTask(HouseholdFamily.Look, 2, 4));
        const int episodes = 2000;
        WorldRandom random = new(5, "player");
        int solved = 0;
        for (int i = 0; i < episodes; i++)
        {
            EnvironmentStep step = world.Begin(episode);
            while (!step.IsDone) step = world.Act(random.Of(world.ValidActions()));
            if (step.IsSolved) solved++;
        }

        double exact = episode.RandomSuccess(30);
        Assert.Equal(0.14275523226429068, exact, 12);
        double error = Math.Sqrt(exact * (1 - exact) / episodes);
        Assert.InRange((double)solved / episodes, exact - (4 * error), exact + (4 * error));
    }

    [Fact]
    public void Held_out_pairs_are_asked_for_in_the_test_alone()
    {
        WorldOptions options = new() { HeldOut = ["apple:desk", "mug:counter"], Families = ["put", "put-two"] };
        using HouseholdWorld train = new(options), test = new(options with { OnlyHeldOut = true });
        for (ulong seed = 0; seed < 100; seed++)
        {
            train.Reset(seed);
            test.Reset(seed);
            Assert.False(Asks(train.Episode.Task));
            Assert.True(Asks(test.Episode.Task));
        }

        static bool Asks(HouseholdTask t) => (t.Item, t.Place) is (0, 4) or (1, 0) || (t.Second, t.Place) is (0, 4) or (1, 0);
    }

    [Theory]
    [InlineData(
        "apple",
        "HeldOut: expected OBJECT:PLACE of apple, mug, book and counter, fridge, microwave, sink, desk, found 'apple'.")]
    [InlineData("pear:desk", "found 'pear:desk'.")]
    public void A_pair_that_is_not_one_is_refused(string pair, string message)
    {
        InputException found = Assert.Throws<InputException>(() => new HouseholdWorld(new WorldOptions { HeldOut = [pair] }));
        Assert.EndsWith(message, found.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_that_leave_nothing_to_play_are_refused()
    {
        Assert.Equal(
            "Families: expected some of put, look, clean, heat, cool, put-two, found 'fly'.",
            Assert.Throws<InputException>(() => WorldList.Open("household", new() { Families = ["fly"] })).Message);
        Assert.StartsWith(
            "OnlyHeldOut: ",
            Assert.Throws<InputException>(() => WorldList.Open("household", new() { OnlyHeldOut = true })).Message,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "HeldOut: expected a task that is left",
            Assert.Throws<InputException>(() => WorldList.Open("household", new()
            {
                Families = ["look"], HeldOut = ["apple:desk", "mug:desk", "book:desk"],
            })).Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "MaxSteps: ", Assert.Throws<InputException>(() => WorldList.Open("household", new() { MaxSteps = 0 })).Message,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "World: expected one of household", Assert.Throws<InputException>(() => WorldList.Open("moon")).Message,
            StringComparison.Ordinal);
    }
}
