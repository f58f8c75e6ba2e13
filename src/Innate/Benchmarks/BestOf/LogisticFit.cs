using Innate.Compute;
using Innate.Learning.Objectives;

namespace Innate.Benchmarks.BestOf;

/// <summary>
/// Scores as probabilities of being right (Platt 1999, with the targets and the safeguards of Lin, Lin and Weng 2007):
/// <code>
/// p(s) = sigmoid(a + b (s - mean) / sd)
/// (a, b) minimise -sum t log p + (1 - t) log(1 - p),  t = (N+ + 1) / (N+ + 2) of right ones, 1 / (N- + 2) of wrong ones
/// </code>
/// The softened targets keep the slope finite where the scores tell right from wrong without an error.
/// </summary>
/// <param name="Intercept">a.</param>
/// <param name="Slope">b: below 0 where higher scores are worse.</param>
/// <param name="Mean">Of the scores that it was fitted on.</param>
/// <param name="Deviation">Their standard deviation; 1 where they are all equal.</param>
internal readonly record struct LogisticFit(double Intercept, double Slope, double Mean, double Deviation)
{
    private const int MostSteps = 100;
    private const double Ridge = 1e-10, Tolerance = 1e-10;

    /// <summary>The probability of a score.</summary>
    public double Of(double score) => Sigmoid.Of(Intercept + (Slope * (score - Mean) / Deviation));

    /// <summary>Fits by Newton's method, each step halved until the loss falls.</summary>
    /// <param name="scores">One a response, finite.</param>
    /// <param name="isRight">One a response.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no score.</exception>
    public static LogisticFit To(ReadOnlySpan<double> scores, ReadOnlySpan<bool> isRight)
    {
        ArgumentOutOfRangeException.ThrowIfZero(scores.Length, nameof(scores));
        Require.Length(scores.Length, isRight.Length, nameof(isRight));
        (double mean, double deviation) = Moments(scores);
        int positives = isRight.Count(true), negatives = isRight.Length - positives;
        double high = (positives + 1.0) / (positives + 2), low = 1.0 / (negatives + 2);
        double[] x = new double[scores.Length], targets = new double[scores.Length];
        for (int i = 0; i < x.Length; i++)
        {
            x[i] = (scores[i] - mean) / deviation;
            targets[i] = isRight[i] ? high : low;
        }

        double a = PortableMath.Log((positives + 1.0) / (negatives + 1)), b = 0, loss = Loss(x, targets, a, b);
        for (int step = 0; step < MostSteps; step++)
        {
            (double da, double db) = NewtonStep(x, targets, a, b);
            double share = 1, next = Loss(x, targets, a + da, b + db);
            for (; next > loss && share > Tolerance; next = Loss(x, targets, a + (share * da), b + (share * db))) share /= 2;
            if (next > loss) break;
            (a, b) = (a + (share * da), b + (share * db));
            if (loss - next < Tolerance * x.Length) break;
            loss = next;
        }

        return new LogisticFit(a, b, mean, deviation);
    }

    private static (double Mean, double Deviation) Moments(ReadOnlySpan<double> scores)
    {
        double mean = 0, squares = 0;
        foreach (double score in scores) mean += score / scores.Length;
        foreach (double score in scores) squares += (score - mean) * (score - mean) / scores.Length;
        return (mean, squares > 0 ? Math.Sqrt(squares) : 1);
    }

    private static double Loss(double[] x, double[] targets, double a, double b)
    {
        double loss = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double z = a + (b * x[i]);
            loss -= (targets[i] * Sigmoid.Log(z)) + ((1 - targets[i]) * Sigmoid.Log(-z));
        }

        return loss;
    }

    private static (double Da, double Db) NewtonStep(double[] x, double[] targets, double a, double b)
    {
        double ga = 0, gb = 0, haa = Ridge, hab = 0, hbb = Ridge;
        for (int i = 0; i < x.Length; i++)
        {
            double p = Sigmoid.Of(a + (b * x[i])), miss = p - targets[i], weight = p * (1 - p);
            ga += miss;
            gb += miss * x[i];
            haa += weight;
            hab += weight * x[i];
            hbb += weight * x[i] * x[i];
        }

        double determinant = (haa * hbb) - (hab * hab);
        return (-((hbb * ga) - (hab * gb)) / determinant, -((haa * gb) - (hab * ga)) / determinant);
    }
}
