namespace Innate.Environments.Household;

/// <summary>A task and where it begins, and all that can be counted of the two.</summary>
/// <param name="Map">The household.</param>
/// <param name="Start">How it is found.</param>
/// <param name="Task">What is to be done there.</param>
internal sealed record HouseholdEpisode(HouseholdMap Map, HouseholdState Start, HouseholdTask Task)
{
    /// <summary>A shortest list of actions that does the task; null: it cannot be done.</summary>
    public IReadOnlyList<HouseholdAction>? Plan() => ShortestPlan.Find(
        Task.Lumped(Start),
        s => HouseholdRules.Next(Map, s).Select(n => (n.Action, Task.Lumped(n.After))), Task.IsDone);

    /// <summary>The exact chance that random valid actions do the task within the horizon.</summary>
    public double RandomSuccess(int horizon) => RandomPlay.Success(
        Task.Lumped(Start), s => [.. HouseholdRules.Next(Map, s).Select(n => Task.Lumped(n.After))], Task.IsDone, horizon);
}
