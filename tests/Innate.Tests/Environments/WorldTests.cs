using Innate.Environments;
using Innate.Environments.Countdown;
using Innate.Environments.HiddenHypotheses;
using Innate.Environments.Peano;
using Innate.Environments.RiskyChoice;

namespace Innate.Tests.Environments;

/// <summary>What holds in every world that has a name.</summary>
public sealed class WorldTests
{
    public static TheoryData<string> Names() => [.. WorldList.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void One_seed_gives_one_episode_byte_for_byte_and_another_seed_another(string name)
    {
        using IExactWorld first = Open(name), second = Open(name);
        HashSet<string> starts = [];
        for (ulong seed = 0; seed < 20; seed++)
        {
            second.Reset(seed + 1);
            second.Act(second.ValidActions().Append("nothing").First());
            EnvironmentStep start = first.Reset(seed);
            starts.Add(start.Observation + first.Plan()![0]);
            Assert.Equal(start, second.Reset(seed));
            foreach (string action in first.ValidActions().Take(1).Prepend("dance").Append(first.Plan()![^1]))
            {
                EnvironmentStep step = first.Act(action);
                Assert.Equal(step, second.Act(action));
                if (step.IsDone) break;
            }
        }

        Assert.True(starts.Count > 5, $"20 seeds gave {starts.Count} episodes.");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_plan_replays_to_success(string name)
    {
        using IExactWorld world = Open(name);
        for (ulong seed = 0; seed < 40; seed++)
        {
            world.Reset(seed);
            IReadOnlyList<string> plan = world.Plan()!;
            Assert.Equal(plan.Count, world.OptimalSteps);
            EnvironmentStep[] steps = [.. plan.Select(world.Act)];
            Assert.All(steps[..^1], s => Assert.Equal((true, 0, false, false), (s.IsValid, s.Reward, s.IsDone, s.IsSolved)));
            Assert.True(steps[^1] is { IsDone: true, IsSolved: true, Reward: > 0.99 }, $"{world.Task}: {steps[^1]}");
            Assert.Empty(world.ValidActions());
            Assert.Throws<InvalidOperationException>(() => world.Act(plan[0]));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_cannot_be_done_changes_nothing_and_text_that_looks_like_success_earns_nothing(string name)
    {
        using IExactWorld world = Open(name);
        Assert.Throws<InvalidOperationException>(() => world.Act("go"));
        world.Reset(11);
        IReadOnlyList<string> valid = world.ValidActions();
        for (int i = 1; i <= world.MaxSteps; i++)
        {
            EnvironmentStep step = world.Act(i % 2 == 0 ? "" : $"SUCCESS. {world.Task}. Reward 1. Right. There is no proof.");
            Assert.Equal(new EnvironmentStep("Nothing happens.", 0, i == world.MaxSteps) { IsValid = false }, step);
            if (!step.IsDone) Assert.Equal(valid, world.ValidActions());
        }
    }

    [Theory]
    [InlineData("countdown")]
    [InlineData("peano")]
    [InlineData("risky-choice")]
    [InlineData("hidden-sequence")]
    public void Random_play_solves_as_often_as_was_counted(string name)
    {
        using IExactWorld world = Open(name, new WorldOptions { MaxSteps = 6 });
        WorldRandom player = new(9, "player");
        double expected = 0, variance = 0;
        int solved = 0;
        for (ulong seed = 0; seed < 600; seed++)
        {
            EnvironmentStep step = world.Reset(seed / 10);
            double chance = world.RandomSuccess();
            (expected, variance) = (expected + chance, variance + (chance * (1 - chance)));
            while (!step.IsDone && world.ValidActions() is { Count: > 0 } valid) step = world.Act(player.Of(valid));
            if (step.IsSolved) solved++;
        }

        Assert.InRange(solved, expected - (4 * Math.Sqrt(variance)), expected + (4 * Math.Sqrt(variance)));
    }

    [Fact]
    public void Countdown_says_no_where_nothing_makes_the_target()
    {
        using CountdownWorld world = new(new WorldOptions());
        world.Begin([1, 5, 6, 7], 21);
        Assert.Equal(0, world.RandomSuccess());
        Assert.Equal(["no solution"], world.Plan());
        Assert.True(world.Act("No solution.") is { IsSolved: true, IsDone: true, Reward: 1 });
        Assert.Equal("Numbers: 1, 2, 3, 4. Target: 24.", world.Begin([1, 2, 3, 4], 24).Observation);
        Assert.True(world.Act("no solution") is { IsSolved: false, IsDone: true, Reward: 0 });
    }

    [Fact]
    public void Countdown_takes_two_numbers_at_a_time()
    {
        using CountdownWorld world = new(new WorldOptions());
        world.Begin([1, 2, 3, 4], 24);
        Assert.False(world.Act("2 - 3").IsValid);
        Assert.False(world.Act("3 / 2").IsValid);
        Assert.False(world.Act("5 + 1").IsValid);
        Assert.Equal("1 * 2 = 2. Numbers: 3, 4, 2.", world.Act("2*1").Observation);
        Assert.Equal("3 * 4 = 12. Numbers: 2, 12.", world.Act("3 * 4").Observation);
        Assert.True(world.Act("12 * 2") is { IsSolved: true, Reward: 1, Observation: "2 * 12 = 24. Numbers: 24." });
        Assert.Throws<ArgumentOutOfRangeException>(() => world.Begin([1, 2, 3, 4, 5, 6, 7], 24));
    }

    [Fact]
    public void Families_of_Countdown_are_what_they_say()
    {
        using IExactWorld can = Open("countdown", new() { Families = ["possible"] });
        using IExactWorld cannot = Open("countdown", new() { Families = ["impossible"] });
        for (ulong seed = 0; seed < 30; seed++)
        {
            can.Reset(seed);
            cannot.Reset(seed);
            Assert.True(can.RandomSuccess() > 0);
            Assert.Equal(3, can.OptimalSteps);
            Assert.Equal((0, 1), (cannot.RandomSuccess(), cannot.OptimalSteps));
        }
    }

    [Theory]
    [InlineData(2, 2, 3)]
    [InlineData(3, 0, 1)]
    [InlineData(0, 3, 4)]
    public void A_sum_of_m_and_n_takes_n_and_one_steps(int m, int n, int steps)
    {
        using PeanoWorld world = new(new WorldOptions());
        world.Begin(Term.Sum(Term.Number(m), Term.Number(n)), Term.Number(m + n), Axiom.Addition);
        Assert.Equal(steps, world.OptimalSteps);
        Assert.Equal(1, world.RandomSuccess(), 12);
    }

    [Fact]
    public void A_false_equation_has_no_proof_and_a_shorter_one_is_found_where_sums_may_be_swapped()
    {
        using PeanoWorld world = new(new WorldOptions());
        EnvironmentStep start = world.Begin(Term.Parse("s(0)+0"), Term.Number(2), Axiom.Addition);
        Assert.Equal("Prove s(0)+0 = s(s(0)). Axioms: 1: x+0 = x; 2: x+s(y) = s(x+y).", start.Observation);
        Assert.Equal("s(0)", world.Act("axiom 1 at 0").Observation);
        Assert.Empty(world.ValidActions());
        Assert.True(world.Act("no proof").IsSolved);
        Axiom[] swapping = [.. Axiom.Addition, Axiom.Parse("x+y = y+x")];
        world.Begin(Term.Parse("0+s(s(s(0)))"), Term.Number(3), swapping);
        Assert.Equal(["axiom 3 at 0", "axiom 1 at 0"], world.Plan());
        Assert.InRange(world.RandomSuccess(), 0.5, 0.9999);
    }

    [Theory]
    [InlineData("s(0", "Term 's(0', character 4: expected ')', found the end.")]
    [InlineData("0+%", "Term '0+%', character 3: expected 0, s(, a variable or a bracket, found '%'.")]
    [InlineData("0 0", "Term '00', character 2: expected the end, found '0'.")]
    public void A_term_that_is_none_is_refused(string text, string message) =>
        Assert.Equal(message, Assert.Throws<InputException>(() => Term.Parse(text)).Message);

    [Theory]
    [InlineData("x+0", "expected one =, found 0.")]
    [InlineData("x+0 = y", "expected the left side's variables on the right, found y.")]
    public void An_axiom_that_is_none_is_refused(string text, string message) =>
        Assert.EndsWith(message, Assert.Throws<InputException>(() => Axiom.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_term_is_read_as_it_is_written()
    {
        foreach (string text in (string[])["s(s(0))+0", "x+(y+z)", "x*(y+0)*s(z)", "(x+y)*z", "x+y*z"])
        {
            Assert.Equal(text, Term.Parse(text).ToString());
        }
    }

    [Fact]
    public void People_shun_a_risk_for_a_sure_gain_and_to_say_what_is_so_pays_best()
    {
        using RiskyChoiceWorld world = new(new WorldOptions());
        EnvironmentStep start = world.Begin(RiskyProblem.Certainty, new ProspectAgent());
        Assert.Equal(
            "A: 4 with chance 0.8, 0 with chance 0.2. B: 3 for sure. How many of 100 people choose B?", start.Observation);
        Assert.InRange(world.Share, 0.5, 1);
        Assert.True(new ProspectAgent(1, 1, 1).ShareOfB(RiskyProblem.Certainty) < 0.5);
        double share = world.Share;
        EnvironmentStep step = world.Act(" 25 % ");
        Assert.Equal(1 - ((0.25 - share) * (0.25 - share)), step.Reward, 12);
        Assert.Equal((true, false), (step.IsDone, step.IsSolved));
        world.Begin(RiskyProblem.Certainty, new ProspectAgent());
        Assert.False(world.Act("101").IsValid);
        Assert.False(world.Act("-1").IsValid);
        Assert.Equal(start.Observation, world.Begin(RiskyProblem.Certainty, new ProspectAgent()).Observation);
    }

    [Theory]
    [InlineData("reward")]
    [InlineData("first-error")]
    [InlineData("correction")]
    [InlineData("demonstration")]
    public void HELiX_needs_as_many_rounds_as_feedback_allows(string family)
    {
        FeedbackKind kind = (FeedbackKind)Array.IndexOf(["reward", "first-error", "correction", "demonstration"], family);
        double mean = HelixPlayer.Sequences(3, 4).Average(secret => HelixPlayer.Rounds(kind, secret, 4));
        Assert.Equal(Feedback.MeanRounds(kind, 3, 4), mean, 12);
    }

    [Fact]
    public void Without_consensus_HELiX_goes_on_with_what_promises_most()
    {
        // Feedback names b as a best action, and the truth is the second hypothesis. Both are never refuted.
        double[][] rewards = [[1.0, 1.0], [0.0, 0.5]];
        Assert.Equal(1, HelixStep.Choose(rewards, [0, 0], 5, 0).Action);
        Assert.Equal(0, HelixStep.Choose(rewards, [0, 0], 5, 0, useConsensus: false).Action);
    }

    [Theory]
    [InlineData("Wrong.", 0)]
    [InlineData("Wrong at place 2.", 1)]
    [InlineData("Wrong at place 2, where 3 belongs.", 2)]
    [InlineData("Wrong. The sequence is 1 3 0.", 3)]
    public void A_wrong_guess_is_told_as_much_as_its_family_says(string told, int kind)
    {
        using HiddenSequenceWorld world = new(new WorldOptions());
        world.Begin((FeedbackKind)kind, [1, 3, 0]);
        Assert.Equal(told, world.Act("1 2 0").Observation);
        Assert.False(world.Act("1 2 4").IsValid);
        Assert.True(world.Act("1 3 0") is { Observation: "Right.", IsSolved: true, Reward: 1 });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_a_world_has_no_use_for_is_refused(string name)
    {
        Assert.Contains(
            "Families: expected some of ",
            Assert.Throws<InputException>(() => WorldList.Open(name, new() { Families = ["fly"] })).Message,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "MaxSteps: expected 1 or more, found -1",
            Assert.Throws<InputException>(() => WorldList.Open(name, new() { MaxSteps = -1 })).Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "HeldOut: ", Assert.Throws<InputException>(() => WorldList.Open(name, new() { HeldOut = ["x"] })).Message,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "OnlyHeldOut: ", Assert.Throws<InputException>(() => WorldList.Open(name, new() { OnlyHeldOut = true })).Message,
            StringComparison.Ordinal);
    }

    private static IExactWorld Open(string name, WorldOptions? options = null) => (IExactWorld)WorldList.Open(name, options);
}
