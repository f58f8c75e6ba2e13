using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Rewards;
using Innate.Reinforcement.Rollouts;
using Innate.Scoring.Expressions;
using Innate.Scoring.External;
using Innate.Scoring.Rules;
using Innate.Text;
using Innate.Traces;

namespace Innate.Reinforcement;

/// <summary>Rewards groups by a recipe: its own parts are computed, external ones are asked for.</summary>
/// <param name="recipe">The parts.</param>
/// <param name="tokenizer">Writes the texts that external rewards are shown.</param>
/// <param name="maxTokens">The longest response allowed, in tokens.</param>
/// <param name="external">One for each of the recipe's parts; null for those that are computed.</param>
/// <param name="leaves">Those that expressions ask; null: none.</param>
/// <param name="underPrompt">
/// The frozen model's traces of groups' responses after another prompt, which <c>pmi</c> and <c>profile</c> need; null: no part
/// does.
/// </param>
internal sealed class RewardScorer(
    RlRecipe recipe, Tokenizer tokenizer, int maxTokens, IReadOnlyList<ExternalReward?> external,
    IReadOnlyDictionary<LeafNode, ExternalReward>? leaves = null,
    Func<IReadOnlyList<RolloutGroup>, PromptView, CancellationToken, IReadOnlyList<TokenTrace[]>>? underPrompt = null)
{
    /// <summary>Rewards groups, and their greedy answers where they have them.</summary>
    /// <param name="groups">Either all groups have a greedy answer or none has.</param>
    /// <param name="cancellation">Stops asking.</param>
    /// <param name="scene">Where the batch stands, for a recipe that brings a reward; null: it brings none.</param>
    public GroupScores Score(
        IReadOnlyList<RolloutGroup> groups, CancellationToken cancellation, RolloutScene? scene = null)
    {
        GroupScores sampled = ScoreSampled(groups, scene, cancellation);
        if (groups.Count == 0 || groups[0].Greedy is null) return sampled;
        GroupScores greedy = ScoreSampled(
            [.. groups.Select(g => new RolloutGroup(g.Prompt, [g.Greedy!]) { Notes = g.Notes })], scene, cancellation);
        return new GroupScores(
            [.. sampled.Groups.Zip(greedy.Groups, (s, g) => s is null || g is null ? null : s with { Greedy = g.Rewards[0] })],
            greedy.MissingReason ?? sampled.MissingReason);
    }

    private GroupScores ScoreSampled(
        IReadOnlyList<RolloutGroup> groups, RolloutScene? scene, CancellationToken cancellation)
    {
        List<PartScores> parts = [];
        for (int part = 0; part < recipe.Rewards.Count; part++)
        {
            RewardTerm term = recipe.Rewards[part];
            PartScores scores = term.Expression is { } expression ? Evaluate(expression, groups, cancellation)
                : term.Own is { } own ? Compute(own, scene, groups)
                : external[part] is { } endpoint ? Ask(endpoint, groups, cancellation)
                : Compute(term, groups);
            parts.Add(term.Shuffled ? Shuffled(scores, groups) : scores);
        }

        return new GroupScores(
            [
                .. groups.Select((_, g) => RewardsOf(
                    [.. parts.Select(p => p.Groups[g])], [.. parts.Select(p => p.Expressions?[g])])),
            ],
            parts.Select(p => p.MissingReason).LastOrDefault(reason => reason is not null));
    }

    private GroupRewards? RewardsOf(double[]?[] terms, ExpressionGroup?[] expressions) => terms.Contains(null)
        ? null
        : GroupRewards.Of(recipe, [.. terms.OfType<double[]>()]) with { Expressions = expressions };

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

    private static PartScores Compute(OwnReward own, RolloutScene? scene, IReadOnlyList<RolloutGroup> groups)
    {
        IReadOnlyList<double[]?> rewards = own.Compute(
            scene ?? throw new InvalidOperationException($"{own.Name} is rewarded where a batch is made."), groups);
        int last = rewards.Count - 1;
        while (last >= 0 && rewards[last] is not null) last--;
        return new PartScores(
            rewards, last < 0 ? null : Placed($"{own.Name} has no value for one of its responses", groups[last]));
    }

    private PartScores Ask(ExternalReward endpoint, IReadOnlyList<RolloutGroup> groups, CancellationToken cancellation)
    {
        IReadOnlyList<RewardReply> replies = Replies(endpoint, groups, cancellation);
        int last = replies.Count - 1;
        while (last >= 0 && replies[last].Reason is null) last--;
        return new PartScores(
            [.. replies.Select(r => r.Rewards)], last < 0 ? null : Placed(replies[last].Reason!, groups[last]));
    }

    private IReadOnlyList<RewardReply> Replies(
        ExternalReward endpoint, IReadOnlyList<RolloutGroup> groups, CancellationToken cancellation) =>
        endpoint.Score([.. groups.Select(g => RolloutQueries.Of(g, tokenizer))], cancellation);

    // Where nobody answered there is no number for an else to stand in for: a server that is down must not look like a reward.
    private PartScores Evaluate(
        RewardExpression expression, IReadOnlyList<RolloutGroup> groups, CancellationToken cancellation)
    {
        Dictionary<LeafNode, IReadOnlyList<RewardReply>> replies =
            expression.Needs.External.ToDictionary(leaf => leaf, leaf => Replies(leaves![leaf], groups, cancellation));
        Dictionary<PromptView, IReadOnlyList<TokenTrace[]>> others = expression.Needs.Passes.Select(p => p.View)
            .Where(v => !v.IsOwn).Distinct().ToDictionary(v => v, v => underPrompt!(groups, v, cancellation));
        string? missing = null;
        ExpressionGroup?[] computed = new ExpressionGroup?[groups.Count];
        double[]?[] rewards = new double[]?[groups.Count];
        for (int g = 0; g < groups.Count; g++)
        {
            string? reason = replies.Values.Select(r => r[g]).LastOrDefault(r => r.Values is null)?.Reason;
            if (reason is null)
            {
                LeafGroup group = Group(
                    groups[g], replies.ToDictionary(r => r.Key, r => r.Value[g]), view => others[view][g]);
                computed[g] = expression.Compute(group);
                double?[] values = computed[g]!.Value.Of(expression.Node);
                rewards[g] = values.Contains(null) ? null : [.. values.Select(v => v!.Value)];
                if (rewards[g] is not null) continue;
                reason = replies.Values.Select(r => r[g].Reason).LastOrDefault(r => r is not null)
                    ?? $"{expression} has no value for response {Array.IndexOf(values, null) + 1}";
            }

            missing = Placed(reason, groups[g]);
        }

        return new PartScores(rewards, missing) { Expressions = computed };
    }

    private LeafGroup Group(
        RolloutGroup group, IReadOnlyDictionary<LeafNode, RewardReply> outside, Func<PromptView, TokenTrace[]> others) => new()
    {
        Texts = [.. group.Rollouts.Select(r => r.Text)],
        TokenIds = [.. group.Rollouts.Select(r => r.Response.TokenIds)],
        Gold = group.Prompt.Answer,
        Key = group.Key,
        MaxTokens = maxTokens,
        External = outside.ToDictionary(r => r.Key, r => r.Value.Values!),
        Payments = outside.Where(r => r.Value.Payments is not null)
            .ToDictionary(r => r.Key, r => Paid(group, r.Value.Payments!)),
        Traces = use => !use.View.IsOwn ? others(use.View)
            : [.. group.Rollouts.Select(r => IsOfPolicy(use.Leaf.Kind) ? r.Policy : r.Frozen!)],
        References = _ => [.. group.Rollouts.Select(r => r.Frozen!)],
    };

    private double[][] Paid(RolloutGroup group, IReadOnlyList<StepPayment>[] payments) =>
    [
        .. group.Rollouts.Select((r, i) =>
        {
            int[] ids = r.Response.TokenIds;
            return StepPayment.OnTokens(
                payments[i],
                [
                    .. Enumerable.Range(1, ids.Length)
                        .Select(n => tokenizer.Decode(ids.AsSpan(0, n), skipSpecialTokens: true).Length),
                ]);
        }),
    ];

    // What the policy is confident of is its own; what it is compared with, and rewarded by, is frozen.
    private static bool IsOfPolicy(LeafKind kind) => kind is LeafKind.SelfCertainty or LeafKind.Entropy or LeafKind.Implicit;

    private static string Placed(string reason, RolloutGroup group) => $"{reason} (to the prompt of line {group.Prompt.Line})";

    /// <summary>One part of the reward: one entry a group, null without a verdict; why the last of these has none.</summary>
    private sealed record PartScores(IReadOnlyList<double[]?> Groups, string? MissingReason)
    {
        /// <summary>Of an expression, what each group was computed from.</summary>
        public ExpressionGroup?[]? Expressions { get; init; }
    }
}
