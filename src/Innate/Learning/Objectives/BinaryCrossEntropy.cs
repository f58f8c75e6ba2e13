using Innate.Compute;

namespace Innate.Learning.Objectives;

/// <summary>A sum of cross entropies, and how it changes.</summary>
/// <param name="Sum">In nats, over all entries; to be minimised. Divide it, and the gradient, by what the batch counts.</param>
/// <param name="Gradient">dSum / d argument, one an entry: by the probability or by the logit, whichever was given.</param>
internal sealed record CrossEntropyResult(double Sum, double[] Gradient)
{
    /// <summary>The mean over the entries; 0 of none.</summary>
    public double Mean => Gradient.Length == 0 ? 0 : Sum / Gradient.Length;
}

/// <summary>
/// Binary cross entropy against targets from 0 to 1. The loss of process reward models on the steps of a solution (Math-Shepherd,
/// arXiv 2312.08935, secondary: the paper prints the sum without its minus sign) and of SPCT's meta reward model on whether a
/// judgement was right (arXiv 2504.02495, secondary):
/// <code>
/// L = -sum_i y_i ln p_i + (1 - y_i) ln(1 - p_i),  0 ln 0 = 0
/// dL/dp_i = (1 - y_i) / (1 - p_i) - y_i / p_i
/// with p_i = sigmoid(z_i): dL/dz_i = p_i - y_i
/// </code>
/// A soft target, the share of rollouts that reached the answer, needs no other formula than a hard one.
/// </summary>
internal static class BinaryCrossEntropy
{
    /// <summary>Of probabilities. Infinite where a target is denied altogether: p 0 of a y above 0.</summary>
    /// <param name="targets">y, each 0 to 1.</param>
    /// <param name="probabilities">p, one a target, each 0 to 1.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number lies outside [0, 1].</exception>
    public static CrossEntropyResult OfProbabilities(ReadOnlySpan<double> targets, ReadOnlySpan<double> probabilities)
    {
        Require.Length(targets.Length, probabilities.Length, nameof(probabilities));
        double[] gradient = new double[targets.Length];
        double sum = 0;
        for (int i = 0; i < gradient.Length; i++)
        {
            double y = targets[i], p = probabilities[i];
            Require.Unit(y, nameof(targets));
            Require.Unit(p, nameof(probabilities));
            sum -= Term(y, p) + Term(1 - y, 1 - p);
            gradient[i] = (y < 1 ? (1 - y) / (1 - p) : 0) - (y > 0 ? y / p : 0);
        }

        return new CrossEntropyResult(sum, gradient);
    }

    /// <summary>Of logits: finite for all of them.</summary>
    /// <param name="targets">y, each 0 to 1.</param>
    /// <param name="logits">z, one a target.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target lies outside [0, 1].</exception>
    public static CrossEntropyResult OfLogits(ReadOnlySpan<double> targets, ReadOnlySpan<double> logits)
    {
        Require.Length(targets.Length, logits.Length, nameof(logits));
        double[] gradient = new double[targets.Length];
        double sum = 0;
        for (int i = 0; i < gradient.Length; i++)
        {
            double y = targets[i], z = logits[i];
            Require.Unit(y, nameof(targets));
            sum -= (y * Sigmoid.Log(z)) + ((1 - y) * Sigmoid.Log(-z));
            gradient[i] = Sigmoid.Of(z) - y;
        }

        return new CrossEntropyResult(sum, gradient);
    }

    private static double Term(double weight, double p) => weight > 0 ? weight * PortableMath.Log(p) : 0;
}
