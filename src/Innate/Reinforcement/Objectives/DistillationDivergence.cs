using Innate.Compute;

namespace Innate.Reinforcement.Objectives;

/// <summary>What becomes of the tokens that are not among the likeliest.</summary>
internal enum TailForm
{
    /// <summary>They are one token together.</summary>
    Bucket,

    /// <summary>They are left out, and the others' probabilities add up to 1 without them.</summary>
    Renormalized,
}

/// <summary>A divergence at one token, and its gradient.</summary>
/// <param name="Value">In nats.</param>
/// <param name="LogitGradient">dValue / d logit of the student: one a vocabulary entry. The teacher is held.</param>
internal sealed record DivergenceResult(double Value, double[] LogitGradient);

/// <summary>
/// The divergences of a student's next token p from a teacher's q, from one end to the other (SDPO, arXiv 2601.20802; confirmed
/// by the authors' code; the family of generalized knowledge distillation, arXiv 2306.13649):
/// <code>
/// alpha = 0  D = KL(q || p)                                     dD/dz = p - q
/// alpha = 1  D = KL(p || q)                                     dD/dz = p (ln(p / q) - KL(p || q))
/// between    D = (1 - alpha) KL(p || M) + alpha KL(q || M),     dD/dz = (1 - alpha) p (ln(p / M) - KL(p || M))
///            M = (1 - alpha) p + alpha q
/// </code>
/// The ends are not the limits of what lies between, which are 0. Over the student's k likeliest tokens alone
/// (<see cref="TailForm"/>) p and q are those of the k tokens and their tail, and a tail's gradient is shared by its tokens as
/// their probabilities are.
/// </summary>
internal static class DistillationDivergence
{
    /// <summary>The divergence over the whole vocabulary.</summary>
    /// <param name="alpha">Which, 0 to 1.</param>
    /// <param name="student">The student's logits in one state, finite: one a vocabulary entry.</param>
    /// <param name="teacher">The teacher's, of the same entries.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Alpha lies outside [0, 1].</exception>
    public static DivergenceResult Compute(double alpha, ReadOnlySpan<double> student, ReadOnlySpan<double> teacher)
    {
        Require.Length(student.Length, teacher.Length, nameof(teacher));
        double[] p = LogitRow.LogProbabilities(student);
        return OfLogProbs(alpha, p, LogitRow.LogProbabilities(teacher));
    }

    /// <summary>The divergence over the student's likeliest tokens.</summary>
    /// <param name="alpha">Which, 0 to 1.</param>
    /// <param name="student">The student's logits in one state, finite: one a vocabulary entry.</param>
    /// <param name="teacher">The teacher's, of the same entries.</param>
    /// <param name="top">k, 1 or more; the lower entry among equals.</param>
    /// <param name="tail">What becomes of the others.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Alpha lies outside [0, 1], or k is below 1.</exception>
    public static DivergenceResult OfTop(
        double alpha, ReadOnlySpan<double> student, ReadOnlySpan<double> teacher, int top, TailForm tail = TailForm.Bucket)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        if (top >= student.Length) return Compute(alpha, student, teacher);
        Require.Length(student.Length, teacher.Length, nameof(teacher));
        double[] z = student.ToArray(), p = LogitRow.LogProbabilities(student), q = LogitRow.LogProbabilities(teacher);
        int[] ids = [.. Enumerable.Range(0, z.Length).OrderByDescending(v => z[v])], kept = ids[..top], rest = ids[top..];

        // log-probabilities of the buckets: the k tokens, and one for the rest where there is one.
        double[] students = Buckets(p), teachers = Buckets(q);
        DivergenceResult some = OfLogProbs(alpha, students, teachers);
        double[] gradient = new double[z.Length];
        for (int b = 0; b < top; b++) gradient[kept[b]] = some.LogitGradient[b];
        if (tail == TailForm.Bucket)
        {
            foreach (int v in rest) gradient[v] = some.LogitGradient[top] * PortableMath.Exp(p[v] - students[top]);
        }

        return new DivergenceResult(some.Value, gradient);

        double[] Buckets(double[] all)
        {
            double[] likeliest = [.. kept.Select(v => all[v])];
            return tail == TailForm.Bucket
                ? [.. likeliest, LogitRow.SoftMaximum([.. rest.Select(v => all[v])])]
                : LogitRow.LogProbabilities(likeliest);
        }
    }

    // Of two distributions, by their logarithms.
    private static DivergenceResult OfLogProbs(double alpha, double[] p, double[] q)
    {
        Require.Unit(alpha);
        if (alpha == 0)
        {
            return new DivergenceResult(Kl(q, p), [.. p.Zip(q, (a, b) => PortableMath.Exp(a) - PortableMath.Exp(b))]);
        }

        double[] mixed = alpha == 1 ? q : [.. p.Zip(q, (a, b) => LogMix(alpha, a, b))];
        double own = Kl(p, mixed), scale = alpha == 1 ? 1 : 1 - alpha;
        double value = alpha == 1 ? own : ((1 - alpha) * own) + (alpha * Kl(q, mixed));
        return new DivergenceResult(value, [.. p.Zip(mixed, (a, m) => scale * PortableMath.Exp(a) * (a - m - own))]);
    }

    private static double Kl(double[] p, double[] q)
    {
        double sum = 0;
        for (int v = 0; v < p.Length; v++) sum += PortableMath.Exp(p[v]) * (p[v] - q[v]);
        return sum;
    }

    // ln((1 - alpha) e^a + alpha e^b): neither can vanish beside the other.
    private static double LogMix(double alpha, double a, double b)
    {
        double max = Math.Max(a, b);
        return max + PortableMath.Log(((1 - alpha) * PortableMath.Exp(a - max)) + (alpha * PortableMath.Exp(b - max)));
    }
}
