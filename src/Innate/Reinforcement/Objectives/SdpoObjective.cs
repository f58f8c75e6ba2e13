namespace Innate.Reinforcement.Objectives;

/// <summary>The numbers of self-distillation policy optimization.</summary>
internal sealed record SdpoOptions
{
    /// <summary>
    /// alpha of <see cref="DistillationDivergence"/>, 0 to 1. The authors' scripts have 0.5 for scalar rewards and 1 for rich
    /// feedback. Of the sampled form only 1 exists.
    /// </summary>
    public double Alpha { get; init; } = 1;

    /// <summary>The most that a ratio to the policy that sampled may weigh, above 0.</summary>
    public double RatioCap { get; init; } = 2;

    /// <summary>
    /// Full form: how many of the student's likeliest tokens are compared; null: all. The authors' scripts have 100 for scalar
    /// rewards and 20 for rich feedback.
    /// </summary>
    public int? Top { get; init; }

    /// <summary>Full form: what becomes of the others.</summary>
    public TailForm Tail { get; init; } = TailForm.Bucket;

    /// <summary>The denominator.</summary>
    public Aggregation Aggregation { get; init; } = Aggregation.TokenMean;
}

/// <summary>The full form's loss of one response, and its gradient.</summary>
/// <param name="Loss">To be minimised. The response's part of the batch's: the parts add up to it.</param>
/// <param name="LogitGradient">dLoss / d logit of the student: one row a token, one number a vocabulary entry.</param>
/// <param name="Divergences">D of each token, in nats, before weights and ratios.</param>
/// <param name="Statistics">Clipped: tokens whose ratio was capped.</param>
internal sealed record SdpoResult(
    double Loss, double[][] LogitGradient, double[] Divergences, PolicyStatistics Statistics);

/// <summary>
/// Self-distillation policy optimization (SDPO, arXiv 2601.20802; confirmed by the paper and the authors' code): the teacher is
/// the same model, its weights a slow average, which reads feedback (what the environment said, or a right response of the same
/// group: <see cref="SdpoFeedback"/>) before it reads the response. At each token the student is pulled to what the teacher would
/// have said. With c_t = min(exp(log pi(t) - log old(t)), cap), not differentiated:
/// <code>
/// full     L = sum over tokens of w c_t D_alpha(student, teacher),   dL/dz = w c_t dD/dz
/// sampled  L = sum over tokens of w c_t sg(log pi(t) - log teacher(t)) log pi(t)
///          dL/dlog pi(t) = w c_t (log pi(t) - log teacher(t))
/// w = 1 / N: the mean over all N tokens of the batch
/// </code>
/// The sampled form is the gradient of KL(student || teacher) from the tokens that came; of its loss only the gradient means
/// something. log teacher(t) - log pi(t) is the token's advantage: where feedback changes nothing all is 0.
/// </summary>
internal static class SdpoObjective
{
    /// <summary>The student's part in the teacher at each step; the authors' scripts with rich feedback have 0.01.</summary>
    public const double TeacherRate = 0.05;

    /// <summary>The full form: one response's part of the batch's loss, from whole rows of logits.</summary>
    /// <param name="student">The student's logits: one row a token, one number a vocabulary entry.</param>
    /// <param name="teacher">The teacher's, in the same shape.</param>
    /// <param name="logProbs">log pi (nats) of the tokens that came, under the student.</param>
    /// <param name="oldLogProbs">The same under the policy that sampled them.</param>
    /// <param name="batch">The whole batch's totals.</param>
    /// <param name="options">Alpha, cap, tokens compared, denominator; null: the defaults.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range, or the batch too small.</exception>
    public static SdpoResult OfLogits(
        IReadOnlyList<double[]> student, IReadOnlyList<double[]> teacher, ReadOnlySpan<double> logProbs,
        ReadOnlySpan<double> oldLogProbs, BatchTotals batch, SdpoOptions? options = null)
    {
        options ??= new SdpoOptions();
        Require.Length(student.Count, teacher.Count, nameof(teacher));
        Require.Length(student.Count, logProbs.Length, nameof(logProbs));
        double[] factors = Factors(logProbs, oldLogProbs, batch, options, out PolicyStatistics statistics);
        double[] divergences = new double[factors.Length];
        double[][] gradient = new double[factors.Length][];
        double loss = 0;
        for (int t = 0; t < factors.Length; t++)
        {
            DivergenceResult d = options.Top is { } top
                ? DistillationDivergence.OfTop(options.Alpha, student[t], teacher[t], top, options.Tail)
                : DistillationDivergence.Compute(options.Alpha, student[t], teacher[t]);
            divergences[t] = d.Value;
            loss += factors[t] * d.Value;
            gradient[t] = [.. d.LogitGradient.Select(g => factors[t] * g)];
        }

        return new SdpoResult(loss, gradient, divergences, statistics);
    }

    /// <summary>The sampled form: one response's part of the batch's loss, from the tokens that came alone.</summary>
    /// <param name="logProbs">log pi (nats): one a token of the response.</param>
    /// <param name="teacherLogProbs">The same tokens' log-probabilities under the teacher.</param>
    /// <param name="oldLogProbs">Those under the policy that sampled them.</param>
    /// <param name="batch">The whole batch's totals.</param>
    /// <param name="options">Cap and denominator; alpha must be 1. Null: the defaults.</param>
    /// <exception cref="ArgumentException">The lengths differ, or alpha is not 1.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The cap is not above 0, or the batch smaller than the response.</exception>
    public static PolicyResult Sampled(
        ReadOnlySpan<double> logProbs, ReadOnlySpan<double> teacherLogProbs, ReadOnlySpan<double> oldLogProbs,
        BatchTotals batch, SdpoOptions? options = null)
    {
        options ??= new SdpoOptions();
        if (options.Alpha != 1)
        {
            throw new ArgumentException($"alpha: expected 1 for sampled tokens, found {options.Alpha}.", nameof(options));
        }

        Require.Length(logProbs.Length, teacherLogProbs.Length, nameof(teacherLogProbs));
        double[] gradient = Factors(logProbs, oldLogProbs, batch, options, out PolicyStatistics statistics);
        double loss = 0;
        for (int t = 0; t < gradient.Length; t++)
        {
            gradient[t] *= logProbs[t] - teacherLogProbs[t];
            loss += gradient[t] * logProbs[t];
        }

        return new PolicyResult(loss, gradient, statistics);
    }

    // w c_t.
    private static double[] Factors(
        ReadOnlySpan<double> logProbs, ReadOnlySpan<double> oldLogProbs, BatchTotals batch, SdpoOptions options,
        out PolicyStatistics statistics)
    {
        Require.Length(logProbs.Length, oldLogProbs.Length, nameof(oldLogProbs));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.RatioCap);
        double weight = options.Aggregation.Weight(batch, logProbs.Length), oldKl = 0;
        double[] factors = new double[logProbs.Length];
        int capped = 0;
        for (int t = 0; t < factors.Length; t++)
        {
            double ratio = ClippedRatio.Ratio(logProbs[t] - oldLogProbs[t]);
            factors[t] = weight * Math.Min(ratio, options.RatioCap);
            oldKl += ClippedRatio.OldKl(logProbs[t] - oldLogProbs[t]);
            if (ratio > options.RatioCap) capped++;
        }

        statistics = new PolicyStatistics(factors.Length, capped, oldKl, 0);
        return factors;
    }
}
