using Innate.Reinforcement.Rollouts;
using Innate.Rewards;

namespace Innate.Reinforcement.Rewards;

/// <summary>Where a part of the reward comes from.</summary>
public enum RewardSource
{
    /// <summary>The frozen model's <see cref="EndogenousReward"/> (arXiv 2506.23235); dense.</summary>
    Endogenous,

    /// <summary>The sampling policy's own mean self-certainty (INTUITOR, arXiv 2505.19590).</summary>
    SelfCertainty,

    /// <summary>Minus the sampling policy's mean token entropy (RENT, arXiv 2505.22660).</summary>
    Entropy,

    /// <summary>The frozen model's mean log-likelihood.</summary>
    LogLikelihood,

    /// <summary>1 for an answer that most of the group gives, 0 else (TTRL, arXiv 2504.16084).</summary>
    Majority,

    /// <summary>1 for the gold answer, 0 else.</summary>
    Verifiable,

    /// <summary>Minus the share of repeated four-grams.</summary>
    Repetition,

    /// <summary>0 up to a length, then down to -1 at the longest response (DAPO, arXiv 2503.14476).</summary>
    Length,
}

/// <summary>One part of a recipe's reward.</summary>
/// <param name="Source">Where it comes from.</param>
/// <param name="Weight">What it is multiplied by.</param>
/// <param name="Normalized">Whether it is first brought to mean 0 and deviation 1 within each group, so that parts of any scale can be added.</param>
public sealed record RewardTerm(RewardSource Source, double Weight = 1, bool Normalized = false)
{
    /// <summary>The name on the command line and in metrics.</summary>
    public string Name => NameOf(Source);

    /// <summary>Whether the frozen model's traces are needed.</summary>
    public bool NeedsFrozen => Source is RewardSource.Endogenous or RewardSource.LogLikelihood;

    /// <summary>Whether gold answers are needed.</summary>
    public bool NeedsAnswers => Source == RewardSource.Verifiable;

    /// <summary>A source's name.</summary>
    public static string NameOf(RewardSource source) => source switch
    {
        RewardSource.Endogenous => "endogenous",
        RewardSource.SelfCertainty => "self-certainty",
        RewardSource.Entropy => "entropy",
        RewardSource.LogLikelihood => "log-likelihood",
        RewardSource.Majority => "majority",
        RewardSource.Verifiable => "verifiable",
        RewardSource.Repetition => "repetition",
        RewardSource.Length => "length",
        _ => throw new ArgumentOutOfRangeException(nameof(source)),
    };

    /// <summary>The rewards of one group's responses, in order.</summary>
    /// <param name="group">The group.</param>
    /// <param name="maxTokens">The longest response allowed.</param>
    public double[] Compute(RolloutGroup group, int maxTokens)
    {
        if (Source == RewardSource.Majority) return MajorityVote.OfResponses(group.Rollouts.Select(r => r.Text)).Rewards;
        return [.. group.Rollouts.Select(r => Source switch
        {
            RewardSource.Endogenous => EndogenousReward.Compute(r.Frozen!, new RewardOptions()).Value,
            RewardSource.SelfCertainty => SelfCertainty.Compute(r.Policy).Value,
            RewardSource.Entropy => EntropyReward.Compute(r.Policy).Value,
            RewardSource.LogLikelihood => LogLikelihood.Mean(r.Frozen!).Value,
            RewardSource.Verifiable => VerifiableAnswer.Check(r.Text, group.Prompt.Answer!).Reward,
            RewardSource.Repetition => RepetitionPenalty.Compute(r.Response.TokenIds),
            _ => LengthPenalty.SoftOverlong(r.Length, maxTokens, Math.Max(1, maxTokens / 4)),
        })];
    }
}
