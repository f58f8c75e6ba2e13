using Innate.Traces;

namespace Innate.Rewards;

/// <summary>
/// Named settings of the endogenous reward (arXiv 2506.23235), whose authors' own gamma and beta are not known to us. A report
/// should name the one that was used.
/// </summary>
/// <param name="Name">Short and in small letters.</param>
/// <param name="Kind">With the values V, or log-probabilities alone.</param>
/// <param name="Options">gamma and beta.</param>
internal sealed record EndogenousPreset(string Name, RewardKind Kind, RewardOptions Options)
{
    /// <summary>gamma 1: the plain sum, which the paper's theory is about.</summary>
    public static EndogenousPreset Sum { get; } = new("sum", RewardKind.Endogenous, new RewardOptions());

    /// <summary>
    /// Log-probabilities alone with gamma 0.93 and beta 0: what the evaluator of the RMGAP benchmark (arXiv 2605.01831) ships
    /// under the reward's name; secondary. All weights together are below 14.3: it reads a response's opening alone.
    /// </summary>
    public static EndogenousPreset Rmgap { get; } =
        new("rmgap", RewardKind.EndogenousLogProb, new RewardOptions { Gamma = 0.93, Beta = 0 });

    /// <summary>
    /// With V, gamma 0.93 and beta 0.03. Ours: the numbers are those of a sibling setting of the same evaluator. From the 50th
    /// token on every token counts 0.03.
    /// </summary>
    public static EndogenousPreset Weighted { get; } =
        new("weighted", RewardKind.Endogenous, new RewardOptions { Gamma = 0.93, Beta = 0.03 });

    /// <summary>All of them.</summary>
    public static IReadOnlyList<EndogenousPreset> All { get; } = [Sum, Rmgap, Weighted];

    /// <summary>A response's reward.</summary>
    /// <param name="trace">The response's trace.</param>
    public RewardResult Compute(TokenTrace trace) => Reward.Compute(Kind, trace, Options);
}
