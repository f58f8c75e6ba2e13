namespace Innate.Compute.Kernels;

/// <summary>
/// One token's choice of experts. Logits are few beside an expert's products: the softmax is taken in float64, one chain over
/// the experts in their order.
/// </summary>
internal static class RoutingKernel
{
    /// <summary>The experts of largest logit, then put in ascending order.</summary>
    public static void Choose(ReadOnlySpan<float> logits, Span<int> chosen)
    {
        int held = 0;
        for (int e = 0; e < logits.Length; e++)
        {
            int at = held;
            while (at > 0 && IsBefore(logits[e], logits[chosen[at - 1]])) at--;
            if (at == chosen.Length) continue;
            held = Math.Min(held + 1, chosen.Length);
            chosen[at..(held - 1)].CopyTo(chosen[(at + 1)..]);
            chosen[at] = e;
        }

        chosen.Sort();
    }

    /// <summary>The weights of the chosen.</summary>
    public static void Weigh(
        ReadOnlySpan<float> logits, ExpertWeighting weighting, ReadOnlySpan<int> chosen, Span<float> weights)
    {
        double max = Max(logits, chosen), sum = Sum(logits, weighting, chosen, max);
        for (int i = 0; i < chosen.Length; i++) weights[i] = (float)(PortableMath.Exp(logits[chosen[i]] - max) / sum);
    }

    /// <summary>dLoss by all logits: p (dw - sum p dw), dw being 0 for an expert that was not chosen.</summary>
    public static void Backward(
        ReadOnlySpan<float> logits, ExpertWeighting weighting, ReadOnlySpan<int> chosen, ReadOnlySpan<float> weightGradients,
        Span<float> logitGradients)
    {
        double max = Max(logits, chosen), sum = Sum(logits, weighting, chosen, max), mean = 0;
        for (int i = 0; i < chosen.Length; i++) mean += PortableMath.Exp(logits[chosen[i]] - max) / sum * weightGradients[i];
        logitGradients.Clear();
        if (weighting == ExpertWeighting.SoftmaxOverAll)
        {
            for (int e = 0; e < logits.Length; e++) logitGradients[e] = (float)(-PortableMath.Exp(logits[e] - max) / sum * mean);
        }

        for (int i = 0; i < chosen.Length; i++)
        {
            int e = chosen[i];
            logitGradients[e] = (float)(PortableMath.Exp(logits[e] - max) / sum * (weightGradients[i] - mean));
        }
    }

    // What is not a number comes first, so that its weight says so.
    private static bool IsBefore(float a, float b) => a > b || (float.IsNaN(a) && !float.IsNaN(b));

    // The largest of all is among the chosen.
    private static double Max(ReadOnlySpan<float> logits, ReadOnlySpan<int> chosen)
    {
        double max = double.NegativeInfinity;
        foreach (int e in chosen) max = Math.Max(max, logits[e]);
        return max;
    }

    private static double Sum(
        ReadOnlySpan<float> logits, ExpertWeighting weighting, ReadOnlySpan<int> chosen, double max)
    {
        double sum = 0;
        if (weighting == ExpertWeighting.SoftmaxOverChosen)
        {
            foreach (int e in chosen) sum += PortableMath.Exp(logits[e] - max);
        }
        else
        {
            foreach (float logit in logits) sum += PortableMath.Exp(logit - max);
        }

        return sum;
    }
}
