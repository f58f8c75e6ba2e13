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

        // Only what can survive is sorted: the k likeliest; or, as what is rarer than (1 - p) / K sums to less than 1 - p, the rest.
        double floor = (1 - options.TopP) / logits.Length * total * 0.999;
        int[] order = topK ? Likeliest(weights, options.TopK) : [.. ids.Where(i => weights[i] >= floor)];
        Array.Sort(order, (a, b) => weights[a] != weights[b] ? weights[b].CompareTo(weights[a]) : a.CompareTo(b));
        // Top-p is a share of what top-k left.
        if (topK) total = order.Sum(i => weights[i]);

        double mass = 0;
        int end = 0;
        while (end < order.Length)
        {
            mass += weights[order[end++]];
            if (mass >= options.TopP * total) break;
        }

        return (order[..end], [.. order.Take(end).Select(i => weights[i])]);
    }

    /// <summary>The k largest, the lower id before an equal one; unordered.</summary>
    private static int[] Likeliest(double[] weights, int k)
    {
        // The least likely of those kept is on top, to be put out by a likelier one.
        var kept = new PriorityQueue<int, (double Weight, int NegativeId)>(k);
        for (int i = 0; i < weights.Length; i++)
        {
            if (kept.Count < k) kept.Enqueue(i, (weights[i], -i));
            else if (kept.TryPeek(out _, out (double Weight, int NegativeId) least) && weights[i] > least.Weight) kept.EnqueueDequeue(i, (weights[i], -i));
        }

        return [.. kept.UnorderedItems.Select(item => item.Element)];
    }
}
