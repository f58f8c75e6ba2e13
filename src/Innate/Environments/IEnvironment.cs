using Innate.Text.ToolCalls;

namespace Innate.Environments;

/// <summary>
/// A world in which an episode of many turns is played: it says what there is to see, takes an action in words, and says what
/// came of it. Its reward and its end are its own: no text that a player writes, or that it shows, decides them.
/// </summary>
public interface IEnvironment : IDisposable
{
    /// <summary>
    /// What a player has to know of the actions, whatever the episode; null: the episode's own words say all. A person is told
    /// it, and a model that is to be told (<c>--instructions</c>) reads it as the system message.
    /// </summary>
    string? Instructions => null;

    /// <summary>
    /// Begins an episode anew. The same seed gives the same episode, byte for byte, whatever was played before.
    /// </summary>
    /// <param name="seed">Decides all that is random.</param>
    /// <returns>What the player is told first: the task, and what there is to see.</returns>
    EnvironmentStep Reset(ulong seed);

    /// <summary>
    /// One action. What cannot be understood or done is answered too, and changes nothing but the count of steps.
    /// </summary>
    /// <param name="action">The player's words, as they were written.</param>
    /// <exception cref="InvalidOperationException">The episode is over, or was never begun.</exception>
    EnvironmentStep Act(string action);
}

/// <summary>What a world answers.</summary>
/// <param name="Observation">What the player is told.</param>
/// <param name="Reward">What this step earned.</param>
/// <param name="IsDone">Whether the episode is over.</param>
public sealed record EnvironmentStep(string Observation, double Reward = 0, bool IsDone = false)
{
    /// <summary>Whether the action could be understood and done.</summary>
    public bool IsValid { get; init; } = true;

    /// <summary>Whether the task was solved, by the world's own flag.</summary>
    public bool IsSolved { get; init; }

    /// <summary>
    /// Whether the next action is all that the player writes, rather than the line after its last "Action:". Calls in it are in
    /// the form of Hermes, whatever the form in which the player's own model writes them.
    /// </summary>
    public bool TakesWholeTurn { get; init; }

    /// <summary>Of an episode's first step: the tools that may be called, for the model's own chat template.</summary>
    public IReadOnlyList<ToolDefinition> Tools { get; init; } = [];

    /// <summary>
    /// What each tool that was called answered: messages of the role tool in the place of the observation, which has the same
    /// words for people. Empty: the observation is a user's message.
    /// </summary>
    public IReadOnlyList<string> Answers { get; init; } = [];

    /// <summary>Why the world broke off, in a sentence; null: it did not. Such an episode is over and has failed.</summary>
    public string? Failure { get; init; }
}
