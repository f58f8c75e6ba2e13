namespace Innate.Benchmarks.Policy;

/// <summary>Two chances that one of k samples will do.</summary>
/// <param name="Pass">Its answer is right.</param>
/// <param name="CotPass">Its answer and its reasoning are right: never above the other.</param>
internal readonly record struct CotPassEstimate(double Pass, double CotPass);

/// <summary>
/// CoT-Pass@K (arXiv 2506.14245; the estimator is derived): <see cref="PassAtK"/> with a stricter count, the samples whose
/// answer is right and whose reasoning a judge found right (<see cref="Innate.Verifiers.VerdictBand"/>).
/// </summary>
internal static class CotPassAtK
{
    /// <summary>Both unbiased estimates.</summary>
    /// <param name="samples">n, at least k.</param>
    /// <param name="rightAnswers">c, from 0 to n.</param>
    /// <param name="rightThroughout">Of these those whose reasoning is right too, from 0 to c.</param>
    /// <param name="k">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static CotPassEstimate Estimate(int samples, int rightAnswers, int rightThroughout, int k)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rightThroughout, rightAnswers);
        return new CotPassEstimate(
            PassAtK.Estimate(samples, rightAnswers, k), PassAtK.Estimate(samples, rightThroughout, k));
    }
}
