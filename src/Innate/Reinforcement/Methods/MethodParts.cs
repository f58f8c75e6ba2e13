using Innate.Reinforcement.Reference;
using Innate.Reinforcement.Rollouts;

namespace Innate.Reinforcement.Methods;

/// <summary>
/// What a paper's method does otherwise than the parts that options name. Each is null, or one function: a recipe that brings
/// none is composed of named parts alone.
/// </summary>
internal sealed record MethodParts
{
    /// <summary>A method without parts of its own.</summary>
    public static MethodParts None { get; } = new();

    /// <summary>What is sampled or asked for beside the groups, before they are rewarded; null: nothing.</summary>
    public Func<RolloutScene, IReadOnlyList<RolloutGroup>, IReadOnlyList<RolloutGroup>>? Rollouts { get; init; }

    /// <summary>Whether the policy is asked for no groups: <see cref="Rollouts"/> fills them with what others wrote.</summary>
    public bool SamplesNothing { get; init; }

    /// <summary>Which of the rewarded groups are learned from, a group perhaps several times; null: all, once.</summary>
    public Func<RolloutScene, IReadOnlyList<RolloutGroup>, IReadOnlyList<GroupRewards>, int[]>? Choice { get; init; }

    /// <summary>The advantage; null: the recipe's named one.</summary>
    public OwnAdvantage? Advantage { get; init; }

    /// <summary>
    /// How the advantages of a recipe with a value head are whitened: the groups, and one array a response, group after group;
    /// null: over the whole batch.
    /// </summary>
    public Func<IReadOnlyList<RolloutGroup>, IReadOnlyList<double[]>, double[][]>? Whitening { get; init; }

    /// <summary>The objective; null: the recipe's named one.</summary>
    public OwnObjective? Objective { get; init; }

    /// <summary>How the reference moves; by default it does not.</summary>
    public ReferenceRule Reference { get; init; } = ReferenceRule.Frozen;

    /// <summary>Whether it asks the reference for samples or hidden states, which no engine elsewhere gives.</summary>
    public bool NeedsReferenceHere { get; init; }

    /// <summary>Whether it asks a second frozen model.</summary>
    public bool NeedsSecondModel { get; init; }

    /// <summary>What it reads of a row beside the prompt and what its rewards need.</summary>
    public PromptFields Fields { get; init; }
}
