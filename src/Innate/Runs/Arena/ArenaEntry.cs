using Innate.Recipes;
using Innate.Reinforcement;
using Innate.Reinforcement.Rewards;

namespace Innate.Runs.Arena;

/// <summary>What stands in the arena: a recipe, or a control.</summary>
/// <param name="Name">In files and tables.</param>
/// <param name="Recipe">What is run; of a control what it differs from.</param>
internal sealed record ArenaEntry(string Name, Recipe Recipe)
{
    /// <summary>The suffix of a recipe's own control.</summary>
    public const string ShuffledSuffix = "+shuffled";

    /// <summary>GRPO on a reward that knows nothing.</summary>
    public const string RandomName = "random";

    /// <summary>GRPO on verified answers.</summary>
    public const string VerifiedName = "grpo";

    /// <summary>GRPO on a number that has nothing to do with the response.</summary>
    public static ArenaEntry Random { get; } = new(RandomName, RecipeList.Of(VerifiedName) with
    {
        Name = RandomName, Title = "control: a random reward", Checks = [],
        Learns = RlRecipe.Preset("grpo") with { Name = RandomName, Rewards = [new RewardTerm(RewardSource.Random)] },
    });

    /// <summary>Whether it is a control.</summary>
    public bool IsControl => Name == RandomName || Name.EndsWith(ShuffledSuffix, StringComparison.Ordinal);

    /// <summary>
    /// Whether a shuffled reward is its control: the reward is the model's own, and something remains of the recipe without it.
    /// </summary>
    public bool HasShuffled => !IsControl && (Recipe.Needs & ~RecipeNeeds.Critic & ~RecipeNeeds.SecondModel) == RecipeNeeds.None
        && Recipe.Learns.GroupSize > 1 && Recipe.Learns.Rewards.Any(r => r.Source != RewardSource.Random);

    /// <summary>The same with its rewards dealt out anew within each group.</summary>
    public ArenaEntry Shuffled() => new(Name + ShuffledSuffix, Recipe with
    {
        Checks = [],
        Learns = Recipe.Learns with { Rewards = [.. Recipe.Learns.Rewards.Select(r => r with { Shuffled = true })] },
    });

    /// <summary>What a recipe needs that the arena's world has not.</summary>
    public static RecipeNeeds Lacking(Recipe recipe) => recipe.Needs & ~ArenaWorld.Gives;

    /// <summary>What runs for these recipes: each with its control, the random reward, the verified one.</summary>
    public static IReadOnlyList<ArenaEntry> Of(IReadOnlyList<string> names)
    {
        List<ArenaEntry> entries = [Random, new ArenaEntry(VerifiedName, RecipeList.Of(VerifiedName))];
        IEnumerable<Recipe> recipes = names.Count == 0 ? RecipeList.All.Where(r => Lacking(r) == RecipeNeeds.None)
            : names.Distinct().Select(n => RecipeList.Of(n, nameof(ArenaSettings.Recipes)));
        foreach (Recipe recipe in recipes)
        {
            if (recipe.Name == VerifiedName) continue;
            if (Lacking(recipe) is not RecipeNeeds.None and var lacking)
            {
                throw new InputException(
                    nameof(ArenaSettings.Recipes), "recipes that learn to answer questions of the arena's world",
                    $"{recipe.Name}, which needs more than it has ({lacking})");
            }

            ArenaEntry entry = new(recipe.Name, recipe);
            entries.Add(entry);
            if (entry.HasShuffled) entries.Add(entry.Shuffled());
        }

        return entries;
    }
}
