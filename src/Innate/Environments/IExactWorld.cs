namespace Innate.Environments;

/// <summary>A world whose episodes are small enough to know everything of them.</summary>
internal interface IExactWorld : IEnvironment
{
    /// <summary>The present episode's task, in words.</summary>
    string Task { get; }

    /// <summary>The most actions of an episode.</summary>
    int MaxSteps { get; }

    /// <summary>The fewest actions that solve the present episode from its start; null: it cannot be solved.</summary>
    int? OptimalSteps { get; }

    /// <summary>What can be done now, as it is written; empty where the episode is over.</summary>
    IReadOnlyList<string> ValidActions();

    /// <summary>A shortest list of actions from the episode's start; null: there is none.</summary>
    IReadOnlyList<string>? Plan();

    /// <summary>
    /// The actions of a player who knows only what it was told, and does solve the episode; null: it cannot be solved. Where
    /// everything is told, a shortest list.
    /// </summary>
    IReadOnlyList<string>? ExpertPlan() => Plan();

    /// <summary>The exact chance of solving the present episode from its start with random valid actions.</summary>
    double RandomSuccess();
}
