using Innate.Rewards;
using Innate.Rows;
using Innate.Traces;

namespace Innate.Cli.Terminal;

/// <summary>What colours a token.</summary>
internal enum TokenColour
{
    /// <summary>log pi(a|s) = Q(s,a) - V(s): what of a token's reward no shaping moves, where a slip stands out.</summary>
    LogProb,

    /// <summary>The token's own part of the reward: of the endogenous one Q(s,a) - V(s').</summary>
    Reward,

    /// <summary>V(s), the soft value of the state before the token.</summary>
    V,
}

/// <summary>The numbers that colour tokens.</summary>
internal static class TokenColours
{
    /// <summary>The names, as the option takes them.</summary>
    public static IReadOnlyList<string> Names { get; } = ["logprob", "reward", "v"];

    /// <summary>The colour of a name; null: there is none.</summary>
    public static TokenColour? Parse(string name)
    {
        int at = Names.ToList().IndexOf(name);
        return at < 0 ? null : (TokenColour)at;
    }

    /// <summary>
    /// What a reader looks for: a reward made of likelihoods moves with V(s'), which says nothing of the token; others are their
    /// own.
    /// </summary>
    public static TokenColour Usual(RewardKind kind) =>
        RewardNames.IsOfLikelihoods(kind) ? TokenColour.LogProb : TokenColour.Reward;

    /// <summary>What a legend calls it.</summary>
    public static string Label(TokenColour colour) => colour switch
    {
        TokenColour.LogProb => "token log pi",
        TokenColour.V => "token V(s)",
        _ => "token reward",
    };

    /// <summary>A response's numbers, one a token; empty: it has none, as of a trained reward model.</summary>
    public static double[] Of(ScoredResponse scored, TokenColour colour) => (colour, scored.Trace) switch
    {
        (TokenColour.LogProb, { } trace) => trace.LogProbability,
        (TokenColour.V, { Parts: >= TraceParts.Values } trace) => trace.V,
        _ => scored.Reward.PerToken,
    };
}
