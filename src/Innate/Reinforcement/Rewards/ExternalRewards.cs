using Innate.Scoring.Expressions;
using Innate.Scoring.External;

namespace Innate.Reinforcement.Rewards;

/// <summary>The endpoints of a recipe's parts, as long as a run needs them.</summary>
internal sealed class ExternalRewards : IDisposable
{
    private ExternalRewards(IReadOnlyList<ExternalReward?> parts, IReadOnlyDictionary<LeafNode, ExternalReward> leaves) =>
        (Parts, Leaves) = (parts, leaves);

    /// <summary>One for each of the recipe's parts; null for those that are computed.</summary>
    public IReadOnlyList<ExternalReward?> Parts { get; }

    /// <summary>Those that expressions ask.</summary>
    public IReadOnlyDictionary<LeafNode, ExternalReward> Leaves { get; }

    /// <summary>Opens them; none is asked yet.</summary>
    /// <exception cref="InputException">The environment has no key of the name that was given.</exception>
    public static ExternalRewards Of(IReadOnlyList<RewardTerm> terms) => new(
        [.. terms.Select(t => t.External is { } options ? ExternalReward.Of(options) : null)],
        terms.Select(t => t.Expression).OfType<RewardExpression>()
            .SelectMany(e => e.Needs.External.Select(leaf => (Leaf: leaf, e.Functions))).DistinctBy(l => l.Leaf)
            .ToDictionary(l => l.Leaf, l => ExternalReward.Of(l.Leaf, l.Functions)));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (ExternalReward part in Parts.OfType<ExternalReward>().Concat(Leaves.Values)) part.Dispose();
    }
}
