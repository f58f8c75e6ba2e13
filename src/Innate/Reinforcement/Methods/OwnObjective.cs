using Innate.Reinforcement.Objectives;
using Innate.Reinforcement.Rollouts;
using Innate.Traces;

namespace Innate.Reinforcement.Methods;

/// <summary>A group that is learned from.</summary>
/// <param name="Recipe">The recipe.</param>
/// <param name="Group">The rollouts.</param>
/// <param name="Rewards">Their rewards.</param>
/// <param name="Members">The places of those that are learned from.</param>
/// <param name="Now">What the policy says now of the members' tokens, alpha 1; one trace a member.</param>
/// <param name="Advantages">One array a member, one number a token.</param>
/// <param name="Totals">Of all that the step learns from.</param>
/// <param name="Groups">Groups that the step learns from.</param>
/// <param name="MaxTokens">The longest response allowed.</param>
internal sealed record ObjectiveScene(
    RlRecipe Recipe, RolloutGroup Group, GroupRewards Rewards, int[] Members, IReadOnlyList<TokenTrace> Now,
    IReadOnlyList<double[]> Advantages, BatchTotals Totals, int Groups, int MaxTokens)
{
    /// <summary>A member's rollout.</summary>
    public Rollout this[int member] => Group.Rollouts[Members[member]];

    /// <summary>How far below and above 1 the ratio may move, of an objective that has such a clip.</summary>
    public (double Low, double High) Clips => RecipeObjective.Clips(Recipe)!.Value;

    /// <summary>A loss that each response has for itself.</summary>
    /// <param name="compute">A member's place to its part of the loss.</param>
    public GroupResult PerResponse(Func<int, PolicyResult> compute)
    {
        PolicyResult[] results = [.. Members.Select((_, m) => compute(m))];
        return new GroupResult(
            results.Sum(r => r.Loss), [.. results.Select(r => r.LogProbGradient)],
            results.Aggregate(default(PolicyStatistics), (sum, r) => sum + r.Statistics));
    }
}

/// <summary>A group's part of the batch's loss.</summary>
/// <param name="Loss">To be minimised; the parts of the batch add up.</param>
/// <param name="LogProbGradients">dLoss / d log pi(t): one array a member, one number a token.</param>
/// <param name="Statistics">Of clips and divergences.</param>
internal sealed record GroupResult(double Loss, IReadOnlyList<double[]> LogProbGradients, PolicyStatistics Statistics)
{
    /// <summary>dLoss / dV(s_t) of V = logsumexp of the logits, in the same shape; null: V does not enter.</summary>
    public IReadOnlyList<double[]>? SoftValueGradients { get; init; }
}

/// <summary>An objective that a recipe brings, beside those that options name.</summary>
/// <param name="Name">Its name in recipe.json.</param>
/// <param name="Compute">A group's part of the loss. Pure.</param>
internal sealed record OwnObjective(string Name, Func<ObjectiveScene, GroupResult> Compute)
{
    /// <summary>Whether the frozen model's traces of the responses are needed.</summary>
    public bool NeedsFrozen { get; init; }

    /// <summary>How far below and above 1 the ratio may move by default; null: it has no such clip.</summary>
    public (double Low, double High)? Clips { get; init; }

    /// <summary>Whether it has a place for the divergence, or takes <see cref="RlRecipe.Kl"/> for a number of its own.</summary>
    public bool TakesKl { get; init; }

    /// <summary>Whether several updates may learn from one batch of rollouts.</summary>
    public bool TakesSeveralUpdates { get; init; } = true;

    /// <summary>Whether groups whose rewards are all equal are left out.</summary>
    public bool LeavesOutDeadGroups { get; init; }

    /// <summary>
    /// Whether further prompts are sampled for in their place, as DAPO does, in <see cref="RlRecipe.DynamicSamplingRounds"/>
    /// rounds.
    /// </summary>
    public bool SamplesFurther { get; init; }
}
