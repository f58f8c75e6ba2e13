using Innate.Environments;
using Innate.Environments.CapSets;
using Innate.Environments.Countdown;
using Innate.Search;

namespace Innate.Tests.Environments;

/// <summary>Searches that have an exact checker, against those that draw.</summary>
public sealed class CheckedSearchTests
{
    [Fact]
    public void A_tree_needs_fewer_checks_than_chance_and_finds_what_replays()
    {
        const int most = 5000;
        using CountdownWorld world = new(new WorldOptions { Families = ["possible"] });
        List<double> saved = [];
        for (ulong seed = 0; seed < 60; seed++)
        {
            world.Reset(seed);
            (long[] numbers, long target) = world.Numbers;
            CountdownFound tree = CountdownSearch.ByTree(numbers, target, most, seed);
            CountdownFound chance = CountdownSearch.ByChance(numbers, target, most, seed);
            Assert.Equal(SearchEnd.Solved, tree.End);
            Assert.Equal(tree, CountdownSearch.ByTree(numbers, target, most, seed) with { Moves = tree.Moves });
            saved.Add(chance.Checks - tree.Checks);
            EnvironmentStep last = new("");
            foreach (CountdownMove move in tree.Moves) last = world.Act(move.Text);
            Assert.True(last.IsSolved);
        }

        (double mean, double error) = Mean(saved);
        Assert.True(mean > 3 * error, $"saved {mean:F1} checks, standard error {error:F1}");

        // As docs/worlds.md tells it.
        Assert.Equal((66, 20), (Math.Round(mean), Math.Round(error)));
    }

    [Fact]
    public void A_prior_learned_by_self_play_needs_fewer_checks_on_instances_that_it_never_saw()
    {
        (long[] From, long Target)[] held = Instances(0, 200);
        HashSet<string> kept = [.. held.Select(Key)];
        (long[] From, long Target)[] games = [.. Instances(10_000, 260).Where(g => !kept.Contains(Key(g))).Take(240)];
        Assert.Equal(240, games.Length);
        CountdownPrior prior = CountdownPrior.BySelfPlay(games, rounds: 3, passes: 200, seed: 1);
        int[] learned = Checks(prior), alike = Checks(null);
        double[] saved = [.. alike.Zip(learned, (a, b) => (double)(a - b))];
        (double mean, double error) = Mean(saved);
        Assert.True(mean > 3 * error, $"{learned.Average():F1} against {alike.Average():F1}: saved {mean:F1}, error {error:F1}");

        // As docs/worlds.md tells it.
        Assert.Equal((16.9, 25.3, 8.4, 1.4), (Told(learned.Average()), Told(alike.Average()), Told(mean), Told(error)));

        // What cannot be made takes as many checks as ever.
        CountdownFound none = CountdownSearch.ByTree([1, 5, 6, 7], 21, 5000, 1, prior);
        Assert.Equal((SearchEnd.Exhausted, 69), (none.End, none.Checks));

        static double Told(double number) => Math.Round(number, 1);

        int[] Checks(CountdownPrior? by) =>
            [.. held.Select((h, i) => CountdownSearch.ByTree(h.From, h.Target, 5000, (ulong)i, by).Checks)];

        static string Key((long[] From, long Target) g) => $"{string.Join(' ', g.From.Order())} {g.Target}";
    }

    [Fact]
    public void Self_play_learns_from_how_often_a_move_was_gone_by()
    {
        Assert.Equal([0.25, 0, 0.75], SelfPlay.Policy([1, 0, 3]));
        Assert.Equal([0.1, 0, 0.9], SelfPlay.Policy([1, 0, 3], temperature: 0.5).Select(p => Math.Round(p, 12)));
        Assert.Throws<ArgumentException>(() => SelfPlay.Policy([0, 0]));

        // After the right leaf was found the passes go on to it: the move that leads there is gone by most.
        TreeSearch<string> search = new(w => w.Length == 3 ? [] : [w + "a", w + "b"], w => w == "bab");
        (int[] visits, double value) = search.Look("", 200, 1);
        Assert.True(visits[1] > 150, string.Join(' ', visits));
        Assert.InRange(value, 0.9, 0.99);
        Assert.Equal(0, search.Look("a", 200, 1).Value);
    }

    [Fact]
    public void Where_there_is_no_solution_the_tree_says_so_and_chance_only_gives_up()
    {
        CountdownFound tree = CountdownSearch.ByTree([1, 5, 6, 7], 21, 5000, 1);
        Assert.Equal(SearchEnd.Exhausted, tree.End);
        Assert.Equal(69, tree.Checks);
        Assert.Equal(SearchEnd.OutOfChecks, CountdownSearch.ByChance([1, 5, 6, 7], 21, 5000, 1).End);
        Assert.Equal(SearchEnd.OutOfChecks, CountdownSearch.ByTree([1, 5, 6, 7], 21, 3, 1).End);
    }

    private static (long[] From, long Target)[] Instances(ulong seed, int count)
    {
        using CountdownWorld world = new(new WorldOptions { Families = ["possible"] });
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            world.Reset(seed + (ulong)i);
            return world.Numbers;
        })];
    }

    private static (double Mean, double Error) Mean(IReadOnlyList<double> numbers)
    {
        double mean = numbers.Average(), squares = numbers.Sum(x => (x - mean) * (x - mean));
        return (mean, Math.Sqrt(squares / (numbers.Count - 1) / numbers.Count));
    }

    [Fact]
    public void A_prior_that_knows_the_way_needs_one_check()
    {
        // Binary words of four letters, of which one is right.
        IReadOnlyList<string> Next(string word) => word.Length == 4 ? [] : [word + "a", word + "b"];
        TreeSearch<string> knowing = new(
            Next, w => w == "abba",
            (_, after) => [.. after.Select(w => "abba".StartsWith(w, StringComparison.Ordinal) ? 1.0 : 0)]);
        TreeSearch<string> alike = new(Next, w => w == "abba");
        double mean = Enumerable.Range(0, 40).Average(seed => knowing.Find("", 16, (ulong)seed).Checks);
        double plain = Enumerable.Range(0, 40).Average(seed => alike.Find("", 16, (ulong)seed).Checks);
        Assert.True(mean < plain - 2, $"{mean} against {plain}");
    }

    [Fact]
    public void Islands_beat_the_lexicographic_cap_set()
    {
        int[] sizes = [.. Enumerable.Range(0, 3).Select(seed =>
        {
            IslandsFound found = new ProgramIslands(new IslandOptions()).Run((ulong)seed);
            IReadOnlyList<int[]> set = CapSet.Greedy(4, found.Best.Of);
            Assert.True(CapSet.IsCap(set));
            Assert.Equal(found.Size, set.Count);
            Assert.Equal(found.Best, PriorityProgram.Parse(found.Best.ToString()));
            return found.Size;
        })];
        Assert.All(sizes, s => Assert.InRange(s, 17, 20));
        IslandsFound again = new ProgramIslands(new IslandOptions()).Run(0);
        Assert.Equal(again, new ProgramIslands(new IslandOptions()).Run(0));
    }

    [Theory]
    [InlineData("2*fives", "2*fives")]
    [InlineData("9*ones", "9*ones")]
    [InlineData("1*ones 1*ones", "1*ones")]
    [InlineData("ones", "ones")]
    public void A_priority_that_is_none_is_refused(string text, string term)
    {
        InputException found = Assert.Throws<InputException>(() => PriorityProgram.Parse(text));
        Assert.EndsWith($"found '{term}'.", found.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Three_points_on_a_line_are_no_cap_set()
    {
        Assert.False(CapSet.IsCap([[0, 0], [1, 1], [2, 2]]));
        Assert.False(CapSet.IsCap([[0, 1], [0, 1]]));
        Assert.True(CapSet.IsCap([[0, 0], [1, 1], [2, 0]]));
    }
}
