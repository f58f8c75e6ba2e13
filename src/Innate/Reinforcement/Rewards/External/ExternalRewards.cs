namespace Innate.Reinforcement.Rewards.External;

/// <summary>The endpoints of a recipe's parts, as long as a run needs them.</summary>
internal sealed class ExternalRewards : IDisposable
{
    private ExternalRewards(IReadOnlyList<ExternalReward?> parts) => Parts = parts;

    /// <summary>One for each of the recipe's parts; null for those that are computed.</summary>
    public IReadOnlyList<ExternalReward?> Parts { get; }

    /// <summary>Opens them; none is asked yet.</summary>
    /// <exception cref="InputException">The environment has no key of the name that was given.</exception>
    public static ExternalRewards Of(IEnumerable<RewardTerm> terms) =>
        new([.. terms.Select(t => t.External is { } options ? ExternalReward.Of(options) : null)]);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (ExternalReward? part in Parts) part?.Dispose();
    }
}
