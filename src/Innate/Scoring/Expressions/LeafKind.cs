using Innate.Rewards;

namespace Innate.Scoring.Expressions;

/// <summary>The rewards that an expression can name.</summary>
internal enum LeafKind
{
    /// <summary>The endogenous reward.</summary>
    Endogenous,
    /// <summary>Its weights on log-probabilities.</summary>
    EndogenousLogProb,
    /// <summary>The response's log-likelihood.</summary>
    LogLikelihood,
    /// <summary>The same a token.</summary>
    MeanLogLikelihood,
    /// <summary>The mean self-certainty.</summary>
    SelfCertainty,
    /// <summary>Minus the mean entropy.</summary>
    Entropy,
    /// <summary>The log-ratio to a reference model.</summary>
    Implicit,
    /// <summary>A trained reward model's head.</summary>
    Classifier,
    /// <summary>A trained process reward model's head.</summary>
    Process,
    /// <summary>A trained reward model's head on a response beside a reference.</summary>
    Polar,
    /// <summary>1 for an answer that most of the group gives.</summary>
    Majority,
    /// <summary>1 for the gold answer.</summary>
    Verifiable,
    /// <summary>The same under the name of the command that grades.</summary>
    Grade,
    /// <summary>1 for a pattern or for tags.</summary>
    Format,
    /// <summary>Minus the share of repeated four-grams.</summary>
    Repetition,
    /// <summary>What a long response pays.</summary>
    Length,
    /// <summary>The response's tokens.</summary>
    Tokens,
    /// <summary>The response's characters (UTF-16).</summary>
    Characters,
    /// <summary>Rules that a response keeps or not.</summary>
    Check,
    /// <summary>A program of the user's own.</summary>
    Command,
    /// <summary>A reward server.</summary>
    Http,
    /// <summary>A trained reward model of a folder of its own.</summary>
    RewardModel,
    /// <summary>A number from 0 to 1 that knows nothing.</summary>
    Random,
    /// <summary>A function of the program that uses the library.</summary>
    Function,
}

/// <summary>What leaves are called, and what they are computed from.</summary>
internal static class LeafNames
{
    /// <summary>Every name of a leaf, without those of functions.</summary>
    public static IReadOnlyList<string> All { get; } =
        [.. Enum.GetValues<LeafKind>().Where(k => k != LeafKind.Function).Select(NameOf)];

    /// <summary>A leaf's name.</summary>
    public static string NameOf(LeafKind kind) => kind switch
    {
        LeafKind.Majority => "majority",
        LeafKind.Verifiable => "verifiable",
        LeafKind.Grade => "grade",
        LeafKind.Format => "format",
        LeafKind.Repetition => "repetition",
        LeafKind.Length => "length",
        LeafKind.Tokens => "tokens",
        LeafKind.Characters => "characters",
        LeafKind.Check => "check",
        LeafKind.Command => "command",
        LeafKind.Http => "http",
        LeafKind.RewardModel => "reward-model",
        LeafKind.Random => "random",
        _ => RewardNames.NameOf(RewardOf(kind) ?? throw new ArgumentOutOfRangeException(nameof(kind))),
    };

    /// <summary>The leaf of a name; null: there is none.</summary>
    public static LeafKind? Find(string name)
    {
        foreach (LeafKind kind in Enum.GetValues<LeafKind>())
        {
            if (kind != LeafKind.Function && NameOf(kind) == name) return kind;
        }

        return null;
    }

    /// <summary>The reward that a model gives; null: the leaf is none of a model.</summary>
    public static RewardKind? RewardOf(LeafKind kind) => kind switch
    {
        LeafKind.Endogenous => RewardKind.Endogenous,
        LeafKind.EndogenousLogProb => RewardKind.EndogenousLogProb,
        LeafKind.LogLikelihood => RewardKind.LogLikelihood,
        LeafKind.MeanLogLikelihood => RewardKind.MeanLogLikelihood,
        LeafKind.SelfCertainty => RewardKind.SelfCertainty,
        LeafKind.Entropy => RewardKind.Entropy,
        LeafKind.Implicit => RewardKind.Implicit,
        LeafKind.Classifier => RewardKind.Classifier,
        LeafKind.Process => RewardKind.Process,
        LeafKind.Polar => RewardKind.Polar,
        _ => null,
    };

    /// <summary>Whether it is a function of traces.</summary>
    public static bool IsOfTraces(LeafKind kind) => RewardOf(kind) is { } reward && !RewardNames.IsOfHead(reward);

    /// <summary>Whether it is a sum over the response's tokens, of which each has its share.</summary>
    public static bool IsSumOfTokens(LeafKind kind) => kind is LeafKind.Endogenous or LeafKind.EndogenousLogProb
        or LeafKind.LogLikelihood or LeafKind.Implicit or LeafKind.RewardModel;

    /// <summary>Whether somebody outside is asked.</summary>
    public static bool IsExternal(LeafKind kind) => kind is LeafKind.Command or LeafKind.Http or LeafKind.RewardModel
        or LeafKind.Function;

    /// <summary>Whether it compares a group's responses.</summary>
    public static bool ComparesGroup(LeafKind kind) => kind == LeafKind.Majority;
}
