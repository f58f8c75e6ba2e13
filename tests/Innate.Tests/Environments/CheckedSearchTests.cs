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

        double mean = saved.Average(), squares = saved.Sum(s => (s - mean) * (s - mean));
        double error = Math.Sqrt(squares / (saved.Count - 1) / saved.Count);
        Assert.True(mean > 3 * error, $"saved {mean:F1} checks, standard error {error:F1}");

        // As docs/worlds.md tells it.
        Assert.Equal((66, 20), (Math.Round(mean), Math.Round(error)));
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
