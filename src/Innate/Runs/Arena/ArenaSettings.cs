using Innate.Sessions;

namespace Innate.Runs.Arena;

/// <summary>Recipes side by side: which, on what, for how long.</summary>
public sealed record ArenaSettings
{
    /// <summary>The folder of the results; cells that are there are not run again.</summary>
    public required string Output { get; init; }

    /// <summary>Recipes by name; empty: all.</summary>
    public IReadOnlyList<string> Recipes { get; init; } = [];

    /// <summary>The world they learn in: arithmetic.</summary>
    public string World { get; init; } = ArenaWorld.Name;

    /// <summary>The model that all start from.</summary>
    public ModelSource Model { get; init; } = new();

    /// <summary>The second model of recipes that need one; null: those recipes are left out.</summary>
    public string? SecondModel { get; init; }

    /// <summary>Runs of each recipe, with seeds from 1.</summary>
    public int Seeds { get; init; } = 5;

    /// <summary>Runs of each recipe that was shown once, with seeds that were not used; 0: none.</summary>
    public int FreshSeeds { get; init; } = 8;

    /// <summary>What each run may sample, in tokens.</summary>
    public int Tokens { get; init; } = 24_000;

    /// <summary>Prompts of a batch of rollouts.</summary>
    public int BatchSize { get; init; } = 8;

    /// <summary>The longest response, in tokens.</summary>
    public int MaxResponseTokens { get; init; } = 64;

    /// <summary>Held-out questions of the first measure; the others have a half of it.</summary>
    public int Questions { get; init; } = 48;

    /// <summary>The learning rate; null: by the model's size.</summary>
    public double? LearningRate { get; init; }

    /// <summary>Keep what each run leaves, its model too.</summary>
    public bool KeepRuns { get; init; }
}
