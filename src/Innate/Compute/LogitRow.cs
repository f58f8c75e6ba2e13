namespace Innate.Compute;

/// <summary>What one state's logits say, in float64 and the same on every machine; natural logarithms (nats).</summary>
internal static class LogitRow
{
    /// <summary>alpha logsumexp(q / alpha): the soft maximum; at alpha 1 the softmax's normaliser.</summary>
    /// <param name="q">One logit a token.</param>
    /// <param name="alpha">The temperature, above 0.</param>
    public static double SoftMaximum(ReadOnlySpan<double> q, double alpha = 1)
    {
        double max = double.NegativeInfinity, sum = 0;
        foreach (double x in q) max = Math.Max(max, x);
        foreach (double x in q) sum += PortableMath.Exp((x - max) / alpha);
        return max + (alpha * PortableMath.Log(sum));
    }

    /// <summary>log softmax(q): one log-probability a token.</summary>
    /// <param name="q">One logit a token.</param>
    public static double[] LogProbabilities(ReadOnlySpan<double> q)
    {
        double norm = SoftMaximum(q);
        double[] logProbs = new double[q.Length];
        for (int v = 0; v < logProbs.Length; v++) logProbs[v] = q[v] - norm;
        return logProbs;
    }

    /// <summary>The mean logit; less the normaliser it is the mean of the log-probabilities.</summary>
    /// <param name="q">One logit a token.</param>
    public static double Mean(ReadOnlySpan<double> q)
    {
        double mean = 0;
        foreach (double x in q) mean += x / q.Length;
        return mean;
    }

    /// <summary>The entropy of softmax(q).</summary>
    /// <param name="q">One logit a token.</param>
    /// <param name="norm">logsumexp(q).</param>
    public static double Entropy(ReadOnlySpan<double> q, double norm)
    {
        double entropy = 0;
        foreach (double x in q) entropy -= PortableMath.Exp(x - norm) * (x - norm);
        return entropy;
    }
}
