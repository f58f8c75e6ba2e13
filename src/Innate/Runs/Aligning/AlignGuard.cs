using Innate.Benchmarks.Policy;
using static System.FormattableString;

namespace Innate.Runs.Aligning;

/// <summary>Something that may not get worse, before and after.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Before">Before.</param>
/// <param name="After">After.</param>
/// <param name="Limit">How far it may go, in words.</param>
/// <param name="IsBroken">Whether it went further.</param>
internal sealed record AlignGuard(string Name, double Before, double After, string Limit, bool IsBroken)
{
    /// <summary>The limits in words, before there is anything to measure.</summary>
    public static IReadOnlyList<(string Name, string Limit)> Plan(AlignLimits limits, bool isRightOrWrong) =>
        [.. All(limits, isRightOrWrong).Select(g => (g.Name, g.Limit))];

    /// <summary>The guards of a run. Pure.</summary>
    /// <param name="limits">How far each may go.</param>
    /// <param name="before">Measured at the start.</param>
    /// <param name="after">Measured at the end, the same prompts.</param>
    /// <param name="isRightOrWrong">Whether an answer is right or wrong, so that one right among eight means something.</param>
    public static IReadOnlyList<AlignGuard> Of(
        AlignLimits limits, IReadOnlyList<MeasuredPrompt> before, IReadOnlyList<MeasuredPrompt> after, bool isRightOrWrong) =>
    [
        .. All(limits, isRightOrWrong).Select(g =>
        {
            double was = g.Value(before), isNow = g.Value(after);
            return new AlignGuard(g.Name, was, isNow, g.Limit, g.IsBroken(was, isNow));
        }),
    ];

    private static IEnumerable<Kind> All(AlignLimits limits, bool isRightOrWrong)
    {
        yield return new(
            "tokens an answer", Invariant($"at most {limits.Length:0.##} times shorter or longer"), Mean(a => a.Tokens),
            (was, isNow) => isNow > was * limits.Length || isNow < was / limits.Length);
        yield return new(
            "repetition", Invariant($"at most {limits.Repetition:0.##} more"), Mean(a => a.Repetition),
            (was, isNow) => isNow > was + limits.Repetition);
        yield return new(
            "cut off", Invariant($"at most {limits.Truncation:0.##} more"), Mean(a => a.IsCut ? 1 : 0),
            (was, isNow) => isNow > was + limits.Truncation);
        yield return new(
            "different answers", Invariant($"at least {limits.Diversity:0.##} of the start's"), p => p.Average(x => x.Different),
            (was, isNow) => isNow < was * limits.Diversity);
        if (!isRightOrWrong) yield break;
        yield return new(
            "tokens a right answer", Invariant($"at most {limits.Cost:0.##} times more"), p => Mean(a => a.Tokens)(p) / Worth(p),
            (was, isNow) => double.IsFinite(was) && isNow > was * limits.Cost);
        yield return new(
            "pass@8", Invariant($"at most {limits.PassAtK:0.##} less"), PassAtEight,
            (was, isNow) => isNow < was - limits.PassAtK);
    }

    private static Func<IReadOnlyList<MeasuredPrompt>, double> Mean(Func<MeasuredAnswer, double> value) =>
        prompts => prompts.SelectMany(p => p.Answers).Average(value);

    private static double Worth(IReadOnlyList<MeasuredPrompt> prompts) =>
        prompts.SelectMany(p => p.Answers).Average(a => a.Worth ?? 0);

    private static double PassAtEight(IReadOnlyList<MeasuredPrompt> prompts) => prompts.Average(p => PassAtK.Estimate(
        p.Answers.Count, p.Answers.Count(a => a.Worth >= 1), Math.Min(8, p.Answers.Count)));


    private sealed record Kind(
        string Name, string Limit, Func<IReadOnlyList<MeasuredPrompt>, double> Value, Func<double, double, bool> IsBroken);
}
