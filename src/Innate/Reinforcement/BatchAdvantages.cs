using Innate.Reinforcement.Advantages;
using Innate.Reinforcement.Rewards;

namespace Innate.Reinforcement;

/// <summary>The mean of one part of the reward over a batch, before weight and normalisation.</summary>
/// <param name="Name">The metric's name: <c>reward_</c> and the part's, with a number where a part's name comes again.</param>
/// <param name="Mean">Over all responses of the batch.</param>
internal readonly record struct RewardMean(string Name, double Mean);

/// <summary>What a batch of rollouts is learned with.</summary>
/// <param name="Rewards">One entry a group.</param>
/// <param name="Means">One entry a part of the recipe's reward.</param>
/// <param name="Advantages">One number a token.</param>
/// <param name="Returns">One number a token: the value head's targets; null where the recipe has no value head.</param>
internal sealed record BatchAdvantages(
    IReadOnlyList<GroupRewards> Rewards, IReadOnlyList<RewardMean> Means, TokenLevelBatch Advantages, TokenLevelBatch? Returns)
{
    /// <summary>Each part's mean over a batch. Pure.</summary>
    /// <param name="parts">The recipe's parts.</param>
    /// <param name="rewards">One entry a group.</param>
    public static IReadOnlyList<RewardMean> MeansOf(IReadOnlyList<RewardTerm> parts, IReadOnlyList<GroupRewards> rewards) =>
        [.. parts.Select((_, part) => new RewardMean(NameOf(parts, part), rewards.SelectMany(g => g.Terms[part]).Average()))];

    // Two parts of one name are distinguished by a number.
    private static string NameOf(IReadOnlyList<RewardTerm> parts, int part)
    {
        string name = parts[part].Name;
        int earlier = parts.Take(part).Count(p => p.Name == name);
        return $"reward_{name.Replace('-', '_')}{(earlier == 0 ? "" : FormattableString.Invariant($"_{earlier + 1}"))}";
    }
}
