using Innate.Reinforcement.Rewards;
using Innate.Reinforcement.Rewards.External;
using Innate.Reinforcement.Rollouts;
using Innate.Text;

namespace Innate.Reinforcement;

/// <summary>Rewards groups by a recipe: its own parts are computed, external ones are asked for.</summary>
/// <param name="recipe">The parts.</param>
/// <param name="tokenizer">Writes the texts that external rewards are shown.</param>
/// <param name="maxTokens">The longest response allowed, in tokens.</param>
/// <param name="external">One for each of the recipe's parts; null for those that are computed.</param>
internal sealed class RewardScorer(RlRecipe recipe, Tokenizer tokenizer, int maxTokens, IReadOnlyList<ExternalReward?> external)
{
    /// <summary>Rewards groups, and their greedy answers where they have them.</summary>
    /// <param name="groups">Either all groups have a greedy answer or none has.</param>
    /// <param name="cancellation">Stops asking.</param>
    public GroupScores Score(IReadOnlyList<RolloutGroup> groups, CancellationToken cancellation)
    {
        GroupScores sampled = ScoreSampled(groups, cancellation);
        if (groups.Count == 0 || groups[0].Greedy is null) return sampled;
        GroupScores greedy = ScoreSampled([.. groups.Select(g => new RolloutGroup(g.Prompt, [g.Greedy!]))], cancellation);
        return new GroupScores(
            [.. sampled.Groups.Zip(greedy.Groups, (s, g) => s is null || g is null ? null : s with { Greedy = g.Rewards[0] })],
            greedy.MissingReason ?? sampled.MissingReason);
    }

    private GroupScores ScoreSampled(IReadOnlyList<RolloutGroup> groups, CancellationToken cancellation)
    {
        List<PartScores> parts = [];
        for (int part = 0; part < recipe.Rewards.Count; part++)
        {
            RewardTerm term = recipe.Rewards[part];
            PartScores scores = external[part] is { } endpoint ? Ask(endpoint, groups, cancellation) : Compute(term, groups);
            parts.Add(term.Shuffled ? Shuffled(scores, groups) : scores);
        }

        return new GroupScores(
            [.. groups.Select((_, g) => RewardsOf([.. parts.Select(p => p.Groups[g])]))],
            parts.Select(p => p.MissingReason).LastOrDefault(reason => reason is not null));
    }

    private GroupRewards? RewardsOf(double[]?[] terms) =>
        terms.Contains(null) ? null : GroupRewards.Of(recipe, [.. terms.OfType<double[]>()]);

    private static PartScores Shuffled(PartScores scores, IReadOnlyList<RolloutGroup> groups) => scores with
    {
        Groups =
        [
            .. scores.Groups.Select((rewards, g) => rewards is null ? null : ControlRewards.Shuffled(rewards, groups[g].Key)),
        ],
    };

    private PartScores Compute(RewardTerm term, IReadOnlyList<RolloutGroup> groups)
    {
        double[]?[] rewards = [.. groups.Select(g => term.Compute(g, maxTokens))];
        return new PartScores(
            rewards,
            rewards.Contains(null) ? $"the pattern of {RewardText.Of(term)} came to no verdict within its time limit" : null);
    }

    private PartScores Ask(ExternalReward endpoint, IReadOnlyList<RolloutGroup> groups, CancellationToken cancellation)
    {
        IReadOnlyList<RewardReply> replies = endpoint.Score([.. groups.Select(g => RewardQuery.Of(g, tokenizer))], cancellation);
        int last = replies.Count - 1;
        while (last >= 0 && replies[last].Reason is null) last--;
        return new PartScores(
            [.. replies.Select(r => r.Rewards)],
            last < 0 ? null : $"{replies[last].Reason} (to the prompt of line {groups[last].Prompt.Line})");
    }

    /// <summary>One part of the reward: one entry a group, null without a verdict; why the last of these has none.</summary>
    private sealed record PartScores(IReadOnlyList<double[]?> Groups, string? MissingReason);
}
