using Innate.Reinforcement.Advantages;
using Innate.Reinforcement.Rewards;
using Innate.Scoring.Expressions;

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
    /// <summary>Each part's mean over a batch, of an expression each of its leaves'. Pure.</summary>
    /// <param name="parts">The recipe's parts.</param>
    /// <param name="rewards">One entry a group.</param>
    public static IReadOnlyList<RewardMean> MeansOf(IReadOnlyList<RewardTerm> parts, IReadOnlyList<GroupRewards> rewards)
    {
        Dictionary<string, int> seen = new(StringComparer.Ordinal);
        List<RewardMean> means = [];
        for (int part = 0; part < parts.Count; part++)
        {
            if (parts[part].Expression is not { } expression)
            {
                means.Add(new RewardMean(Name(parts[part].Name), rewards.SelectMany(g => g.Terms[part]).Average()));
                continue;
            }

            // Under another prompt than its own a leaf is no reward of the response, but a part of one.
            foreach (LeafUse use in expression.Needs.Leaves.Where(u => u.View == PromptView.Own))
            {
                string name = Name(use.Leaf.Name);
                double[] present = [.. rewards.SelectMany(g => g.Expressions[part]!.Leaves[use]).OfType<double>()];
                if (present.Length > 0) means.Add(new RewardMean(name, present.Average()));
            }
        }

        return means;

        // Two parts of one name are distinguished by a number.
        string Name(string name)
        {
            int count = seen[name] = seen.GetValueOrDefault(name) + 1;
            return $"reward_{name.Replace('-', '_')}{(count == 1 ? "" : FormattableString.Invariant($"_{count}"))}";
        }
    }
}
