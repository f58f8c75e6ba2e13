namespace Innate.Learning.Objectives;

/// <summary>GenRM's loss, and how it changes.</summary>
/// <param name="Loss">In nats; to be minimised.</param>
/// <param name="VerificationGradient">dLoss / d an example's loss, the same for all of D_verify; 0 where there is none.</param>
/// <param name="SolutionGradient">The same of D_correct.</param>
internal readonly record struct GenRmResult(double Loss, double VerificationGradient, double SolutionGradient);

/// <summary>
/// GenRM (arXiv 2408.15240, secondary): a verifier that also goes on learning to solve.
/// <code>
/// L = mean over D_verify of nll + lambda * mean over D_correct of nll
/// </code>
/// D_verify: questions "is it correct?" with their verdicts, as many right as wrong; D_correct: correct solutions without a
/// verification. Each mean is over its own examples: however many solutions there are, lambda alone says what they weigh. The
/// paper's lambda is not confirmed; 0.25 is ours, to be swept over 0, 1/8, 1/4, 1/2, 1.
/// </summary>
internal static class GenRmObjective
{
    /// <summary>Our lambda.</summary>
    public const double OwnSolutionWeight = 0.25;

    /// <summary>The loss of a batch. Of no examples a mean is 0 (ours): a batch may lack one of the two kinds.</summary>
    /// <param name="verification">The negative log-likelihood (nats) of each example of D_verify.</param>
    /// <param name="solutions">The same of each example of D_correct.</param>
    /// <param name="solutionWeight">lambda, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">Lambda below 0.</exception>
    public static GenRmResult Compute(
        ReadOnlySpan<double> verification, ReadOnlySpan<double> solutions, double solutionWeight = OwnSolutionWeight)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(solutionWeight);
        double each = verification.IsEmpty ? 0 : 1.0 / verification.Length;
        double eachSolution = solutions.IsEmpty ? 0 : solutionWeight / solutions.Length;
        return new GenRmResult((each * Sum(verification)) + (eachSolution * Sum(solutions)), each, eachSolution);
    }

    private static double Sum(ReadOnlySpan<double> losses)
    {
        double sum = 0;
        foreach (double loss in losses) sum += loss;
        return sum;
    }
}
