using Innate.Recipes;
using Innate.Runs.Arena;

namespace Innate.Tests.Runs.Arena;

/// <summary>What the arena may say of seeds that agree or do not.</summary>
public sealed class ArenaFindingsTests
{
    private static readonly Dictionary<string, double> Start =
        new() { ["accuracy"] = 0.5, ["entropy"] = 1, ["pass@16"] = 0.9, ["length"] = 20 };

    private static readonly ArenaEntry Intuitor = new("intuitor", RecipeList.Of("intuitor"));

    [Theory]
    [InlineData(4, null)]
    [InlineData(5, 5)]
    [InlineData(6, 6)]
    [InlineData(7, 7)]
    [InlineData(8, 7)]
    [InlineData(20, 15)]
    public void So_many_seeds_must_agree(int seeds, int? needed)
    {
        Assert.Equal(needed, ArenaSigns.Needed(seeds));
        if (needed is not { } k) return;
        Assert.True(ArenaSigns.Tail(seeds, k) <= 0.05 && ArenaSigns.Tail(seeds, k - 1) > 0.05);
    }

    [Fact]
    public void Chances_are_those_of_fair_coins()
    {
        Assert.Equal(1, ArenaSigns.Tail(5, 0), 1e-12);
        Assert.Equal(1 / 32.0, ArenaSigns.Tail(5, 5), 1e-12);
        Assert.Equal(9 / 256.0, ArenaSigns.Tail(8, 7), 1e-12);
    }

    [Fact]
    public void Shown_is_earned_against_start_random_and_shuffled_and_twice()
    {
        Assert.Equal("not shown", Verdict(own: s => s == 3 ? 0.49 : 0.7));
        Assert.Equal("not shown", Verdict(own: _ => 0.7, random: s => s == 2 ? 0.8 : 0.5));
        Assert.Equal("not shown", Verdict(own: _ => 0.7, shuffled: s => s == 5 ? 0.71 : 0.5));
        Assert.Equal("shown once", Verdict(own: _ => 0.7));
        Assert.Equal("shown once", Verdict(own: _ => 0.7, fresh: 4));
        Assert.Equal("shown", Verdict(own: s => s == 103 ? 0.2 : 0.7, fresh: 8));
        Assert.Equal("not shown twice", Verdict(own: s => s is 103 or 105 ? 0.2 : 0.7, fresh: 8));
        Assert.Equal("too few seeds", Verdict(own: _ => 0.7, seeds: 4));
        Assert.Equal("control", new ArenaFindings([ArenaEntry.Random], Start, []).Verdict(ArenaEntry.Random));
    }

    [Fact]
    public void A_prediction_holds_fails_or_was_not_tested()
    {
        SignatureCheck falls = SignatureCheck.Falls("entropy"), above = SignatureCheck.Above("accuracy", "grpo");
        SignatureCheck stressed = falls with { Stress = "length", StressMove = 5 };
        Assert.Equal((CheckOutcome.Holds, 5), Outcome(falls, s => 0.5 + (s * 0.01)));
        Assert.Equal((CheckOutcome.Fails, 4), Outcome(falls, s => s == 1 ? 1.2 : 0.5));

        // A figure that does not move says nothing; one that is to be kept is kept.
        Assert.Equal((CheckOutcome.NoStress, 0), Outcome(falls, _ => 1));
        Assert.Equal((CheckOutcome.Holds, 5), Outcome(SignatureCheck.Keeps("entropy", 0), _ => 1));
        Assert.Equal((CheckOutcome.NoStress, 5), Outcome(stressed, _ => 0.5));
        Assert.Equal((CheckOutcome.Holds, 5), Outcome(stressed, _ => 0.5, length: 26));
        Assert.Equal((CheckOutcome.Holds, 5), Outcome(above, _ => 0.5, grpo: 0.65));
        Assert.Equal((CheckOutcome.Fails, 0), Outcome(above, _ => 0.5, grpo: 0.75));
        Assert.Equal((CheckOutcome.NoStress, 0), Outcome(above, _ => 0.5));
        Assert.Equal((CheckOutcome.Holds, 5), Outcome(SignatureCheck.Keeps("accuracy", 0.02), _ => 0.5, accuracy: 0.485));
        Assert.Equal((CheckOutcome.Fails, 0), Outcome(SignatureCheck.Keeps("accuracy", 0.01), _ => 0.5, accuracy: 0.485));
    }

    [Fact]
    public void Every_check_of_a_recipe_names_a_figure_that_is_measured_and_a_recipe_that_there_is()
    {
        foreach (SignatureCheck check in RecipeList.All.SelectMany(r => r.Checks))
        {
            Assert.Contains(check.Metric, SignatureCheck.Metrics);
            if (check.Stress is { } stress) Assert.Contains(stress, SignatureCheck.Metrics);
            if (check.Than is { } than) Assert.Contains(than, RecipeList.Names.Append(SignatureCheck.Shuffled).Append("random"));
        }
    }

    [Fact]
    public void A_file_of_results_is_read_back_as_it_was_written()
    {
        using Cli.TemporaryFolder folder = new();
        ArenaResults results = new(new Dictionary<string, string> { ["tokens"] = "10" }, Start, [Cell("intuitor", 1, 0.625)]);
        results.Write(folder["arena.json"]);
        ArenaResults read = ArenaResults.Read(folder["arena.json"]);
        Assert.Equal(results.Settings, read.Settings);
        Assert.Equal(results.Start.OrderBy(f => f.Key), read.Start.OrderBy(f => f.Key));
        Assert.Equal(results.Cells[0].After, read.Cells[0].After);
        File.WriteAllText(folder["arena.json"], "{\"settings\": 3}");
        Assert.Contains("arena.json", Assert.Throws<InputException>(() => ArenaResults.Read(folder["arena.json"])).Message,
            StringComparison.Ordinal);
    }

    private static string Verdict(
        Func<int, double> own, Func<int, double>? random = null, Func<int, double>? shuffled = null, int seeds = 5, int fresh = 0)
    {
        List<ArenaCell> cells = [];
        foreach (int seed in Enumerable.Range(1, seeds).Concat(Enumerable.Range(ArenaFindings.FirstFresh, fresh)))
        {
            cells.Add(Cell("intuitor", seed, own(seed)));
            cells.Add(Cell("random", seed, random?.Invoke(seed) ?? 0.5));
            cells.Add(Cell("intuitor+shuffled", seed, shuffled?.Invoke(seed) ?? 0.5));
        }

        return new ArenaFindings([Intuitor], Start, cells).Verdict(Intuitor);
    }

    private static (CheckOutcome, int) Outcome(
        SignatureCheck check, Func<int, double> entropy, double length = 20, double? grpo = null, double accuracy = 0.7)
    {
        ArenaEntry entry = new("intuitor", RecipeList.Of("intuitor") with { Checks = [check] });
        List<ArenaCell> cells = [];
        for (int seed = 1; seed <= 5; seed++)
        {
            cells.Add(Cell("intuitor", seed, accuracy, entropy(seed), length));
            if (grpo is { } other) cells.Add(Cell("grpo", seed, other));
        }

        CheckFinding found = new ArenaFindings([entry], Start, cells).Checks().Single();
        return (found.Outcome, found.Agree);
    }

    private static ArenaCell Cell(string entry, int seed, double accuracy, double entropy = 1, double length = 20) => new(
        entry, seed,
        new Dictionary<string, double> { ["accuracy"] = accuracy, ["entropy"] = entropy, ["length"] = length },
        new Dictionary<string, double>(), 100, 3, 1);
}
