using Innate.Compute;

namespace Innate.Reinforcement.Rewards;

/// <summary>The numbers of Bingo's reward.</summary>
internal sealed record SignificantLengthOptions
{
    /// <summary>lambda_c: what a right answer without insignificant tokens earns on top.</summary>
    public double Correct { get; init; } = 5;

    /// <summary>lambda_wn: what insignificant tokens cost a wrong answer at most.</summary>
    public double WrongInsignificant { get; init; } = 2;

    /// <summary>lambda_we: what a wrong answer without significant tokens pays.</summary>
    public double WrongSignificant { get; init; } = 5;
}

/// <summary>A response's reward and the ratios that it comes from.</summary>
/// <param name="Insignificant">a: insignificant tokens, in those of the reference response.</param>
/// <param name="Significant">b: significant tokens, in those of the reference response.</param>
/// <param name="Reward">The outcome's 1 or 0 and the term for the length; it stands on the last token.</param>
internal readonly record struct SignificantLength(double Insignificant, double Significant, double Reward);

/// <summary>
/// Bingo's reward (arXiv 2506.08125, confirmed by code): right answers are to lose the tokens that say nothing, wrong ones to
/// think longer while that helps. With a and b the insignificant and the significant tokens, each divided by the count in a
/// response of the start model to the same prompt:
/// <code>
/// right:  R = 1 + lambda_c cos(clip(a, 0, pi/2))
/// wrong:  R = min(0, lambda_wn (cos(clip(a, 0, pi/2)) - 1) + k b - lambda_we)
/// </code>
/// k is <see cref="Schedules.SlopeFactor"/>'s. The cosine takes a ratio as an angle: from a = 1.571 on a right answer gets no
/// bonus, and no penalty beyond. Where either reference count is 0 both ratios are 0, and a right answer gets the whole bonus.
/// </summary>
internal static class SignificantLengthReward
{
    /// <summary>The reward of one response.</summary>
    /// <param name="correct">Whether its answer is right.</param>
    /// <param name="counts">Its tokens.</param>
    /// <param name="reference">Those of the start model's response.</param>
    /// <param name="k">What a significant token is worth to a wrong answer; negative: it costs.</param>
    /// <param name="options">The lambdas; null: the defaults.</param>
    public static SignificantLength Compute(
        bool correct, SignificanceCount counts, SignificanceCount reference, double k, SignificantLengthOptions? options = null)
    {
        options ??= new SignificantLengthOptions();
        bool comparable = reference is { Insignificant: > 0, Significant: > 0 };
        double a = comparable ? (double)counts.Insignificant / reference.Insignificant : 0;
        double b = comparable ? (double)counts.Significant / reference.Significant : 0;
        double cos = PortableMath.SinCos(Math.Clamp(a, 0, Math.PI / 2)).Cos;
        double reward = correct
            ? 1 + (options.Correct * cos)
            : Math.Min(0, (options.WrongInsignificant * (cos - 1)) + (k * b) - options.WrongSignificant);
        return new SignificantLength(a, b, reward);
    }
}
