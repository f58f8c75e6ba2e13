using Innate.Traces;

namespace Innate.Rewards;

/// <summary>The rewards that the command line and the server know by name.</summary>
public enum RewardKind
{
    /// <summary><see cref="EndogenousReward"/>.</summary>
    Endogenous,

    /// <summary><see cref="EndogenousLogProbReward"/>.</summary>
    EndogenousLogProb,

    /// <summary><see cref="Rewards.LogLikelihood.Sum"/>.</summary>
    LogLikelihood,

    /// <summary><see cref="Rewards.LogLikelihood.Mean"/>.</summary>
    MeanLogLikelihood,

    /// <summary><see cref="Rewards.SelfCertainty"/>.</summary>
    SelfCertainty,

    /// <summary><see cref="EntropyReward"/>.</summary>
    Entropy,

    /// <summary><see cref="ImplicitReward"/>; needs a reference model.</summary>
    Implicit,

    /// <summary>A trained reward model's head: not a function of traces.</summary>
    Classifier,

    /// <summary>A trained process reward model's head, which judges a response's steps: not a function of traces.</summary>
    Process,

    /// <summary>
    /// A trained reward model's head on a response beside a reference (POLAR, arXiv 2507.05197): not a function of traces.
    /// </summary>
    Polar,
}

/// <summary>The rewards' names.</summary>
public static class RewardNames
{
    /// <summary>Every name, in the order of the kinds.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Enum.GetValues<RewardKind>().Select(NameOf)];

    /// <summary>The name of a kind.</summary>
    public static string NameOf(RewardKind kind) => kind switch
    {
        RewardKind.Endogenous => "endogenous",
        RewardKind.EndogenousLogProb => "endogenous-logprob",
        RewardKind.LogLikelihood => "log-likelihood",
        RewardKind.MeanLogLikelihood => "mean-log-likelihood",
        RewardKind.SelfCertainty => "self-certainty",
        RewardKind.Entropy => "entropy",
        RewardKind.Implicit => "implicit",
        RewardKind.Classifier => "classifier",
        RewardKind.Process => "process",
        RewardKind.Polar => "polar",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>Whether a trained reward model's head gives it, and not traces.</summary>
    internal static bool IsOfHead(RewardKind kind) => kind is RewardKind.Classifier or RewardKind.Process or RewardKind.Polar;

    /// <summary>
    /// Whether a reward is made of the tokens' likelihoods: log pi(a|s) = Q(s,a) - V(s) is then what of a token's part no V(s')
    /// moves.
    /// </summary>
    public static bool IsOfLikelihoods(RewardKind kind) => kind is RewardKind.Endogenous or RewardKind.EndogenousLogProb
        or RewardKind.LogLikelihood or RewardKind.MeanLogLikelihood;

    /// <summary>The kind of a name.</summary>
    /// <exception cref="InputException">The name is unknown.</exception>
    public static RewardKind Parse(string name)
    {
        foreach (RewardKind kind in Enum.GetValues<RewardKind>())
        {
            if (NameOf(kind) == name) return kind;
        }

        throw new InputException("Reward", $"one of {string.Join(", ", All)}", $"'{name}'{NearestName.Hint(name, All)}");
    }
}

/// <summary>A reward by its kind.</summary>
public static class Reward
{
    /// <summary>What a trace must tell for a reward.</summary>
    /// <param name="kind">Which; no trained reward model's.</param>
    public static TraceParts Needs(RewardKind kind) => kind switch
    {
        RewardKind.EndogenousLogProb or RewardKind.LogLikelihood or RewardKind.MeanLogLikelihood or RewardKind.Implicit =>
            TraceParts.LogProbabilities,
        RewardKind.Endogenous => TraceParts.Values,
        _ => TraceParts.All,
    };

    /// <summary>Refuses a reward that a source's traces do not tell enough for.</summary>
    /// <param name="kind">The reward.</param>
    /// <param name="parts">What the source tells.</param>
    /// <param name="source">What the sentence calls the source.</param>
    /// <exception cref="InputException">Names the reward, what it needs, and what would do.</exception>
    public static void Require(RewardKind kind, TraceParts parts, string source)
    {
        if (Needs(kind) <= parts) return;
        string needs = kind switch
        {
            RewardKind.Endogenous => "V(s), the logsumexp of all logits",
            RewardKind.SelfCertainty => "the mean of all logits",
            _ => "the entropy of the whole distribution",
        };
        string hint = kind == RewardKind.Endogenous
            ? " (without discount, endogenous-logprob ranks the responses to one prompt as endogenous does; a second vLLM in "
                + "raw_logits mode tells V)"
            : "";
        string others = string.Join(", ", Enum.GetValues<RewardKind>().Where(k => Needs(k) <= parts).Select(RewardNames.NameOf));
        throw new InputException(
            $"reward: {RewardNames.NameOf(kind)} needs {needs}, but {source} tells "
            + $"{(parts == TraceParts.Values ? "Q and V" : "log-probabilities")} alone; expected one of {others}{hint}.");
    }

    /// <summary>Computes one response's reward.</summary>
    /// <param name="kind">Which; no trained reward model's.</param>
    /// <param name="trace">The response's trace.</param>
    /// <param name="options">The endogenous rewards' gamma and beta, and how many tokens count.</param>
    /// <param name="reference">The reference model's trace, for <see cref="RewardKind.Implicit"/>.</param>
    /// <returns>One token reward a response token: those that do not count have 0.</returns>
    public static RewardResult Compute(
        RewardKind kind, TokenTrace trace, RewardOptions options, TokenTrace? reference = null)
    {
        if (options.First is not { } first || first >= trace.Length) return OfAll(kind, trace, options, reference);

        // As a response that ended there: V of the state after the last token that counts is 0, as after any last token. Were it
        // kept, every longer response would pay one V, some ten nats, that a response of its own length does not.
        RewardResult cut = OfAll(kind, trace.Turn(0, first), options, reference?.Turn(0, first));
        return cut with { PerToken = [.. cut.PerToken, .. new double[trace.Length - first]] };
    }

    private static RewardResult OfAll(
        RewardKind kind, TokenTrace trace, RewardOptions options, TokenTrace? reference) => kind switch
    {
        RewardKind.Endogenous => EndogenousReward.Compute(trace, options),
        RewardKind.EndogenousLogProb => EndogenousLogProbReward.Compute(trace, options),
        RewardKind.LogLikelihood => LogLikelihood.Sum(trace),
        RewardKind.MeanLogLikelihood => LogLikelihood.Mean(trace),
        RewardKind.SelfCertainty => SelfCertainty.Compute(trace),
        RewardKind.Entropy => EntropyReward.Compute(trace),
        RewardKind.Implicit => ImplicitReward.Compute(trace, reference ?? throw new ArgumentNullException(nameof(reference))),
        _ => throw new ArgumentException($"{RewardNames.NameOf(kind)} is not a function of traces.", nameof(kind)),
    };
}
