namespace Innate.Reinforcement.Rewards;

/// <summary>Where a part of the reward comes from.</summary>
public enum RewardSource
{
    /// <summary>The frozen model's <see cref="Innate.Rewards.EndogenousReward"/> (arXiv 2506.23235); dense.</summary>
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

    /// <summary>1 for the form that was asked for, 0 else.</summary>
    Format,

    /// <summary>Minus the share of repeated four-grams.</summary>
    Repetition,

    /// <summary>0 up to a length, then down to -1 at the longest response (DAPO, arXiv 2503.14476).</summary>
    Length,

    /// <summary>A program of the user's own.</summary>
    Command,

    /// <summary>A reward server.</summary>
    Http,

    /// <summary>A number from 0 to 1 that has nothing to do with the response: a control (arXiv 2506.10947).</summary>
    Random,

    /// <summary>Several rewards in one expression.</summary>
    Expression,

    /// <summary>A reward that a recipe brings.</summary>
    Recipe,
}
