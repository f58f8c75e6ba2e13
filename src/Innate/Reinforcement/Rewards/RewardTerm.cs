using System.Text.RegularExpressions;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Rollouts;
using Innate.Rewards;
using Innate.Scoring.Expressions;
using Innate.Scoring.External;
using Innate.Scoring.Grading;
using Innate.Scoring.Rules;

namespace Innate.Reinforcement.Rewards;

/// <summary>One part of a recipe's reward.</summary>
/// <param name="Source">Where it comes from.</param>
/// <param name="Weight">What it is multiplied by.</param>
/// <param name="Normalized">
/// Whether it is first brought to mean 0 and deviation 1 within each group, so that parts of any scale can be added.
/// </param>
public sealed record RewardTerm(RewardSource Source, double Weight = 1, bool Normalized = false)
{
    /// <summary>
    /// Whether the numbers are dealt out anew within each group: the control that keeps a reward's mean and spread and takes away
    /// what it says. A dense part then stands on the last token.
    /// </summary>
    public bool Shuffled { get; init; }

    /// <summary>Endogenous: alpha, gamma and beta of the reward itself, which are not the recipe's discount.</summary>
    public RewardOptions Endogenous { get; init; } = new();

    /// <summary>Format: what a response has to match; null where tags are the form.</summary>
    public Regex? Pattern { get; init; }

    /// <summary>Format: tags that open and close once each, in this order.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Verifiable and majority: whether only boxed answers count.</summary>
    public bool BoxOnly { get; init; }

    /// <summary>Command and http: where the reward comes from; null for the others.</summary>
    public ExternalRewardOptions? External { get; init; }

    /// <summary>Expression: what is computed; null for the others. Weight and normalisation stand in it.</summary>
    public RewardExpression? Expression { get; init; }

    /// <summary>Recipe: what is computed; null for the others.</summary>
    internal OwnReward? Own { get; init; }

    /// <summary>The name on the command line and in metrics.</summary>
    public string Name => Own?.Name ?? NameOf(Source);

    /// <summary>Whether the frozen model's traces are needed.</summary>
    public bool NeedsFrozen => Source is RewardSource.Endogenous or RewardSource.LogLikelihood
        || Expression?.Needs.Frozen is not null || Own is { NeedsFrozen: true };

    /// <summary>Whether gold answers are needed.</summary>
    public bool NeedsAnswers => Source == RewardSource.Verifiable || Expression?.Needs.Gold is not null
        || Own is { NeedsAnswers: true };

    /// <summary>Whether a response can be left without a verdict, and its prompt then skipped.</summary>
    public bool CanBeMissing => External is not null || Pattern is not null || Expression?.Needs.CanBeMissing == true
        || Own is { CanBeMissing: true };

    /// <summary>A reward that a recipe brings.</summary>
    internal static RewardTerm Of(OwnReward own, double weight = 1) => new(RewardSource.Recipe, weight) { Own = own };

    /// <summary>A source's name.</summary>
    public static string NameOf(RewardSource source) => source switch
    {
        RewardSource.Endogenous => "endogenous",
        RewardSource.SelfCertainty => "self-certainty",
        RewardSource.Entropy => "entropy",
        RewardSource.LogLikelihood => "log-likelihood",
        RewardSource.Majority => "majority",
        RewardSource.Verifiable => "verifiable",
        RewardSource.Format => "format",
        RewardSource.Repetition => "repetition",
        RewardSource.Length => "length",
        RewardSource.Command => "command",
        RewardSource.Http => "http",
        RewardSource.Random => "random",
        RewardSource.Expression => "expression",
        RewardSource.Recipe => "recipe",
        _ => throw new ArgumentOutOfRangeException(nameof(source)),
    };

    /// <summary>The rewards of one group's responses, in order; of a source that is neither outside nor an expression.</summary>
    /// <param name="group">The group.</param>
    /// <param name="maxTokens">The longest response allowed.</param>
    /// <returns>Null: no verdict on one of them (a pattern that went astray), which is not a 0.</returns>
    public double[]? Compute(RolloutGroup group, int maxTokens)
    {
        if (Source == RewardSource.Random) return ControlRewards.Random(group.Key, group.Rollouts.Count);
        if (Source == RewardSource.Majority) return MajorityVote.OfResponses(group.Rollouts.Select(r => r.Text), BoxOnly).Rewards;
        double?[] rewards =
        [
            .. group.Rollouts.Select(r => Source switch
            {
                RewardSource.Endogenous => EndogenousReward.Compute(r.Frozen!, Endogenous).Value,
                RewardSource.SelfCertainty => SelfCertainty.Compute(r.Policy).Value,
                RewardSource.Entropy => EntropyReward.Compute(r.Policy).Value,
                RewardSource.LogLikelihood => LogLikelihood.Mean(r.Frozen!).Value,
                RewardSource.Verifiable => VerifiableAnswer.Check(r.Text, group.Prompt.Answer!, BoxOnly).Reward,
                RewardSource.Format => Pattern is { } pattern
                    ? FormatReward.Matches(r.Text, pattern)
                    : FormatReward.Tags(r.Text, [.. Tags]),
                RewardSource.Repetition => RepetitionPenalty.Compute(r.Response.TokenIds),
                _ => LengthPenalty.SoftOverlong(r.Length, maxTokens, Math.Max(1, maxTokens / 4)),
            }),
        ];
        return rewards.Contains(null) ? null : [.. rewards.Select(r => r!.Value)];
    }
}
