namespace Innate.Environments;

/// <summary>Counts an episode's actions, and says when it is over.</summary>
/// <param name="most">The most actions.</param>
internal sealed class StepCount(int most)
{
    private int _taken;

    /// <summary>Whether no action is taken any more.</summary>
    public bool IsOver { get; private set; } = true;

    /// <summary>An episode begins.</summary>
    public void Begin() => (_taken, IsOver) = (0, false);

    /// <summary>An action is taken; after the last one the episode is over.</summary>
    /// <exception cref="InvalidOperationException">The episode is over, or was never begun.</exception>
    public void Take()
    {
        if (IsOver) throw new InvalidOperationException("The episode is over, or was never begun.");
        IsOver = ++_taken == most;
    }

    /// <summary>The episode ends with the action that was taken.</summary>
    public void End() => IsOver = true;

    /// <summary>What an action without effect is answered.</summary>
    public EnvironmentStep Refused() => new(WorldText.Nothing, IsDone: IsOver) { IsValid = false };

    /// <summary>What an action that was done is answered; one that solves the task, or ends it, ends the episode.</summary>
    public EnvironmentStep Done(string observation, bool isSolved, bool isEnd = false)
    {
        IsOver |= isSolved || isEnd;
        return new EnvironmentStep(observation, isSolved ? 1 : 0, IsOver) { IsSolved = isSolved };
    }
}
