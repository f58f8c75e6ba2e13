using Innate.Recipes;
using Innate.Runs.Arena;
using Innate.Tests.Support;

namespace Innate.Tests.Docs;

/// <summary>docs/zoo.md says what the recipes say and what the arena measured.</summary>
public sealed class ZooPageTests
{
    private static readonly string Results =
        Path.Combine(Places.Repository, "experiments", "arena", "results", "arena.json");

    [Fact]
    public void The_page_is_the_recipes_and_the_arena_s()
    {
        string page = File.ReadAllText(Path.Combine(Places.Repository, "docs", "zoo.md"));
        Assert.True(page == ZooPage.Of(Results), "docs/zoo.md: run `innate recipes --markdown --results "
            + "experiments/arena/results/arena.json > docs/zoo.md`.");
    }

    [Fact]
    public void Every_recipe_was_in_the_arena_with_five_seeds()
    {
        ArenaResults results = ArenaResults.Read(Results);
        IEnumerable<string> served = RecipeList.All.Where(r => ArenaEntry.Lacking(r) == RecipeNeeds.None).Select(r => r.Name);
        foreach (string name in served.Append(ArenaEntry.RandomName))
        {
            int seeds = results.Cells.Count(c => c.Entry == name && c.Seed < ArenaFindings.FirstFresh);
            Assert.True(seeds >= 5, $"{name}: {seeds} seeds");
        }
    }

    [Fact]
    public void What_a_random_reward_changed_lies_within_the_spread_of_its_seeds()
    {
        ArenaResults results = ArenaResults.Read(Results);
        double[] changes =
        [
            .. results.Cells.Where(c => c.Entry == ArenaEntry.RandomName)
                .Select(c => c.After["accuracy"] - results.Start["accuracy"]),
        ];
        Assert.True(changes.Length >= 8, $"{changes.Length} seeds");
        double mean = changes.Average();
        double spread = Math.Sqrt(changes.Sum(c => (c - mean) * (c - mean)) / (changes.Length - 1));
        Assert.True(Math.Abs(mean) <= spread, $"mean {mean}, spread {spread}");
    }

    [Fact]
    public void A_recipe_s_file_is_a_page()
    {
        foreach (string file in Directory.GetFiles(Path.Combine(Places.Repository, "src", "Innate", "Recipes"), "*.cs"))
        {
            string name = Path.GetFileNameWithoutExtension(file);
            if (name is "Recipe" or "RecipeList" or "RecipeText" or "SignatureCheck") continue;
            int lines = File.ReadAllLines(file).Length;
            Assert.True(lines < 80, $"{name}: {lines} lines");
        }
    }
}
