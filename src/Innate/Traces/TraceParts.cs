namespace Innate.Traces;

/// <summary>What a source can tell of each token.</summary>
public enum TraceParts
{
    /// <summary>log pi(a_h | s_h) alone: an engine that hands out log-probabilities and keeps its logits.</summary>
    LogProbabilities,

    /// <summary>
    /// Logit and soft value too: a pair of engines, one that hands out log-probabilities and one that hands out logits.
    /// </summary>
    Values,

    /// <summary>All of a <see cref="TokenTrace"/>: logit, soft value, log-probability, entropy, mean logit.</summary>
    All,
}
