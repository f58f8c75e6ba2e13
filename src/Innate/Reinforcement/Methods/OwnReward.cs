using Innate.Reinforcement.Rollouts;

namespace Innate.Reinforcement.Methods;

/// <summary>A reward that a recipe brings, beside those that options name.</summary>
/// <param name="Name">Its name in metrics and in recipe.json.</param>
internal sealed record OwnReward(string Name)
{
    /// <summary>
    /// One number a response of each group; null of a group: it has no verdict. Null: it is told token by
    /// token.
    /// </summary>
    public Func<RolloutScene, IReadOnlyList<RolloutGroup>, IReadOnlyList<double[]?>>? Groups { get; init; }

    /// <summary>One number a token of a response, whose sum is its reward; null: it is one number a response.</summary>
    public Func<Rollout, double[]>? Tokens { get; init; }

    /// <summary>Whether the reference's traces of the responses are needed.</summary>
    public bool NeedsFrozen { get; init; }

    /// <summary>Whether gold answers are.</summary>
    public bool NeedsAnswers { get; init; }

    /// <summary>Whether a group can be left without a verdict, and its prompt then skipped.</summary>
    public bool CanBeMissing { get; init; }

    /// <summary>Whether it compares a group's responses, of which there are then at least two.</summary>
    public bool ComparesGroup { get; init; }

    /// <summary>The rewards of groups, in order.</summary>
    public IReadOnlyList<double[]?> Compute(RolloutScene scene, IReadOnlyList<RolloutGroup> groups) => Groups is { } compute
        ? compute(scene, groups)
        : [.. groups.Select(g => g.Rollouts.Select(r => Tokens!(r).Sum()).ToArray())];
}
