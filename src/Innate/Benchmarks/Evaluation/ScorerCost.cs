namespace Innate.Benchmarks.Evaluation;

/// <summary>
/// What a scorer's verdicts took. Rewards of traces share one pass over the tokens: each is told the whole pass, for that is
/// what it would take alone.
/// </summary>
/// <param name="Seconds">On the clock.</param>
/// <param name="Tokens">That the model read; a prompt counts once for all its responses.</param>
/// <param name="Verdicts">Responses that were scored.</param>
public readonly record struct ScorerCost(double Seconds, long Tokens, long Verdicts)
{
    /// <summary>Both together.</summary>
    public static ScorerCost operator +(ScorerCost a, ScorerCost b) =>
        new(a.Seconds + b.Seconds, a.Tokens + b.Tokens, a.Verdicts + b.Verdicts);
}
