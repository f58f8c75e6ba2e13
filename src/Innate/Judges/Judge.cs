namespace Innate.Judges;

/// <summary>Judges by kind.</summary>
public static class Judge
{
    /// <summary>The judge that a prompt belongs to.</summary>
    /// <param name="model">Who is asked.</param>
    /// <param name="prompt">How; decides the kind.</param>
    /// <param name="options">Principle, reasoning, votes; null: none.</param>
    /// <exception cref="InputException">Options that do not go together.</exception>
    public static IJudge Create(JudgeModel model, JudgePrompt prompt, JudgeOptions? options = null) => prompt.Kind switch
    {
        JudgeKind.Verifier => new GenerativeVerifier(model, prompt, options),
        JudgeKind.GenRm or JudgeKind.GenRmCot => new GenRmJudge(model, prompt, options),
        JudgeKind.ThinkPrm => new ThinkPrmJudge(model, prompt, options),
        JudgeKind.ReasonGrm => new ReasonGrmJudge(model, prompt, options),
        JudgeKind.Spct => new SpctJudge(model, prompt, options),
        JudgeKind.RewardAnything => new RewardAnythingJudge(model, prompt, options),
        JudgeKind.Proxy => new ProxyJudge(model, prompt, options),
        JudgeKind.Pointwise => new PointwiseJudge(model, prompt, options),
        _ => new PairwiseJudge(model, prompt, options),
    };
}
