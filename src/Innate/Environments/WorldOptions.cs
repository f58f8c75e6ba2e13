namespace Innate.Environments;

/// <summary>What may be chosen of a world, whichever it is. What a world has no use for is refused.</summary>
public sealed record WorldOptions
{
    /// <summary>The most actions of an episode; null: the world's own number.</summary>
    public int? MaxSteps { get; init; }

    /// <summary>The families of tasks that episodes are drawn from, by name; empty: all.</summary>
    public IReadOnlyList<string> Families { get; init; } = [];

    /// <summary>
    /// What is kept for the test, such as <c>apple:desk</c> (an object and the place where a task wants it): no episode asks for
    /// it, or, with <see cref="OnlyHeldOut"/>, every episode does.
    /// </summary>
    public IReadOnlyList<string> HeldOut { get; init; } = [];

    /// <summary>Whether episodes are those that are held out.</summary>
    public bool OnlyHeldOut { get; init; }
}
