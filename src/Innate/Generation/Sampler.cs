using System.Buffers;
using Innate.Compute;

namespace Innate.Generation;

/// <summary>
/// Samples one token from logits. Pure: the same logits, options and random number give the same token. The order of the
/// truncations is that of Hugging Face's transformers: the temperature first, then top-k, then top-p on what top-k left, its
/// probabilities renormalised, then min-p, which compares with the likeliest token and so does not depend on the order.
/// </summary>
internal static class Sampler
{
    /// <summary>The token for a uniform random number.</summary>
    /// <param name="logits">One a vocabulary entry.</param>
    /// <param name="options">Temperature, top-k, top-p, min-p.</param>
    /// <param name="uniform">In [0, 1).</param>
    /// <returns>The token's id.</returns>
    /// <exception cref="InputException">The logits are not numbers: no token is likelier than another.</exception>
    public static int Sample(ReadOnlySpan<float> logits, SamplingOptions options, double uniform)
    {
        if (options.Temperature == 0) return Greedy(logits);
        double[] weights = ArrayPool<double>.Shared.Rent(logits.Length);
        try
        {
            double total = Weigh(logits, options.Temperature, weights);
            if (!(total > 0 && double.IsFinite(total))) throw NotNumbers();
            if (!Truncates(options, logits.Length)) return Pick(weights.AsSpan(0, logits.Length), total * uniform);
            int[] ids = Survivors(weights.AsSpan(0, logits.Length), total, options);
            double[] kept = [.. ids.Select(i => weights[i])];
            double mass = 0;
            foreach (double w in kept) mass += w;
            return ids[Pick(kept, mass * uniform)];
        }
        finally
        {
            ArrayPool<double>.Shared.Return(weights);
        }
    }

    /// <summary>The token for a uniform random number, of some tokens alone: the softmax over their logits.</summary>
    /// <param name="logits">One a vocabulary entry.</param>
    /// <param name="allowed">The tokens that may be taken, by rising id; at least one.</param>
    /// <param name="options">Temperature, top-k, top-p, min-p: of what is allowed.</param>
    /// <param name="uniform">In [0, 1).</param>
    /// <returns>The token's id.</returns>
    /// <exception cref="InputException">The logits are not numbers: no token is likelier than another.</exception>
    public static int Sample(ReadOnlySpan<float> logits, ReadOnlySpan<int> allowed, SamplingOptions options, double uniform)
    {
        float[] own = new float[allowed.Length];
        for (int i = 0; i < own.Length; i++) own[i] = logits[allowed[i]];
        return allowed[Sample(own, options, uniform)];
    }

    /// <summary>The most likely token; the lowest id among equals.</summary>
    public static int Greedy(ReadOnlySpan<float> logits)
    {
        int best = 0;
        for (int i = 1; i < logits.Length; i++)
        {
            if (logits[i] > logits[best]) best = i;
        }

        if (!float.IsFinite(logits[best]) || logits.ContainsAny(float.NaN, float.PositiveInfinity)) throw NotNumbers();
        return best;
    }

    private static InputException NotNumbers() =>
        new("The model's logits are not finite numbers, so no token can be chosen: are its weights damaged?");

    /// <summary>The tokens that survive top-k, then top-p, then min-p, with their unnormalised probabilities.</summary>
    internal static (int[] Ids, double[] Weights) Candidates(ReadOnlySpan<float> logits, SamplingOptions options)
    {
        var weights = new double[logits.Length];
        double total = Weigh(logits, options.Temperature, weights);
        if (!Truncates(options, logits.Length)) return ([.. Enumerable.Range(0, logits.Length)], weights);
        int[] ids = Survivors(weights, total, options);
        return (ids, [.. ids.Select(i => weights[i])]);
    }

    private static bool Truncates(SamplingOptions options, int vocabulary) =>
        (options.TopK > 0 && options.TopK < vocabulary) || options.TopP < 1 || options.MinP > 0;

    private static double Weigh(ReadOnlySpan<float> logits, double temperature, Span<double> weights)
    {
        double max = logits[Greedy(logits)], total = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            weights[i] = PortableMath.Exp((logits[i] - max) / temperature);
            total += weights[i];
        }

        return total;
    }

    private static int Pick(ReadOnlySpan<double> weights, double left)
    {
        for (int i = 0; i < weights.Length; i++)
        {
            left -= weights[i];
            if (left < 0) return i;
        }

        return weights.Length - 1;
    }

    private static int[] Survivors(ReadOnlySpan<double> weights, double total, SamplingOptions options)
    {
        double[] all = weights.ToArray();
        bool topK = options.TopK > 0 && options.TopK < all.Length;
        // Only what can survive is sorted: the k likeliest; or, as tokens that are rarer than (1 - p) / K sum to less than 1 - p,
        // all others.
        double floor = (1 - options.TopP) / all.Length * total * 0.999;
        int[] order = topK ? Likeliest(all, options.TopK) : [.. Enumerable.Range(0, all.Length).Where(i => all[i] >= floor)];
        Array.Sort(order, (a, b) => all[a] != all[b] ? all[b].CompareTo(all[a]) : a.CompareTo(b));
        // Top-p is a share of what top-k left, not of the whole vocabulary.
        if (topK) total = order.Sum(i => all[i]);

        double mass = 0, least = options.MinP * all[order[0]];
        int end = 0;
        while (end < order.Length && all[order[end]] >= least)
        {
            mass += all[order[end++]];
            if (options.TopP < 1 && mass >= options.TopP * total) break;
        }

        return order[..end];
    }

    /// <summary>The k largest, the lower id before an equal one; unordered.</summary>
    private static int[] Likeliest(double[] weights, int k)
    {
        // The least likely of those kept is on top, to be replaced by a likelier one.
        var kept = new PriorityQueue<int, (double Weight, int NegativeId)>(k);
        for (int i = 0; i < weights.Length; i++)
        {
            if (kept.Count < k) kept.Enqueue(i, (weights[i], -i));
            else if (kept.TryPeek(out _, out (double Weight, int NegativeId) least) && weights[i] > least.Weight)
            {
                kept.EnqueueDequeue(i, (weights[i], -i));
            }
        }

        return [.. kept.UnorderedItems.Select(item => item.Element)];
    }
}
