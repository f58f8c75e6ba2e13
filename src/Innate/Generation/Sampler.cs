using Innate.Compute;

namespace Innate.Generation;

/// <summary>Draws one token from logits. Pure: the same logits, options and random number give the same token.</summary>
public static class Sampler
{
    /// <summary>The token for a uniform random number.</summary>
    /// <param name="logits">One a vocabulary entry.</param>
    /// <param name="options">Temperature, top-k, top-p.</param>
    /// <param name="uniform">In [0, 1).</param>
    public static int Draw(ReadOnlySpan<float> logits, SamplingOptions options, double uniform)
    {
        if (options.Temperature == 0) return Greedy(logits);
        (int[] ids, double[] weights) = Candidates(logits, options);
        double total = 0;
        foreach (double w in weights) total += w;
        double left = uniform * total;
        for (int i = 0; i < ids.Length; i++)
        {
            left -= weights[i];
            if (left < 0) return ids[i];
        }

        return ids[^1];
    }

    /// <summary>The most likely token; the lowest id among equals.</summary>
    public static int Greedy(ReadOnlySpan<float> logits)
    {
        int best = 0;
        for (int i = 1; i < logits.Length; i++)
        {
            if (logits[i] > logits[best]) best = i;
        }

        return best;
    }

    /// <summary>The tokens that survive top-k and then top-p, with their unnormalised probabilities.</summary>
    internal static (int[] Ids, double[] Weights) Candidates(ReadOnlySpan<float> logits, SamplingOptions options)
    {
        double max = logits[Greedy(logits)];
        var ids = new int[logits.Length];
        var weights = new double[logits.Length];
        double total = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            ids[i] = i;
            weights[i] = PortableMath.Exp((logits[i] - max) / options.Temperature);
            total += weights[i];
        }

        bool topK = options.TopK > 0 && options.TopK < logits.Length;
        if (!topK && options.TopP >= 1) return (ids, weights);

        // What is rarer than (1 - p) / K sums to less than 1 - p, so the likeliest tokens reach p without it: it need not be
        // sorted.
        double floor = topK ? 0 : (1 - options.TopP) / logits.Length * total * 0.999;
        int kept = 0;
        for (int i = 0; i < ids.Length; i++)
        {
            if (weights[i] >= floor) (ids[kept], weights[kept++]) = (ids[i], weights[i]);
        }

        Array.Resize(ref ids, kept);
        Array.Resize(ref weights, kept);
        var order = new int[kept];
        for (int i = 0; i < kept; i++) order[i] = i;
        double[] w = weights;
        Array.Sort(order, (a, b) => w[a] != w[b] ? w[b].CompareTo(w[a]) : a.CompareTo(b));
        int count = topK ? Math.Min(options.TopK, kept) : kept;
        if (topK)
        {
            // Top-p is a share of what top-k left.
            total = 0;
            for (int i = 0; i < count; i++) total += weights[order[i]];
        }

        double mass = 0;
        int end = 0;
        while (end < count)
        {
            mass += weights[order[end++]];
            if (mass >= options.TopP * total) break;
        }

        int[] from = ids;
        return ([.. order.Take(end).Select(i => from[i])], [.. order.Take(end).Select(i => w[i])]);
    }
}
