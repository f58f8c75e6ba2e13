using Innate.Generation;

namespace Innate.Benchmarks.Arithmetic;

/// <summary>
/// One example's random numbers: a function of seed, stream and index, whatever else is generated.
/// </summary>
/// <param name="seed">The whole set's seed.</param>
/// <param name="stream">What the numbers are for: each stream has its own.</param>
/// <param name="index">The example, from 0.</param>
internal sealed class ExampleRandom(ulong seed, int stream, int index)
{
    private int _draws;

    /// <summary>The next uniform number in [0, 1).</summary>
    public double Uniform() => SampleRandom.Uniform(seed, index, stream, _draws++);

    /// <summary>Whether something of this probability happens.</summary>
    public bool Chance(double probability) => Uniform() < probability;

    /// <summary>A whole number from <paramref name="low"/> to <paramref name="high"/>, both included.</summary>
    public int Between(int low, int high) => low + (int)(Uniform() * (high - low + 1));

    /// <summary>One of these, all equally likely.</summary>
    public T Pick<T>(IReadOnlyList<T> items) => items[Between(0, items.Count - 1)];

    /// <summary>A place in a list of weights, with that weight's share as its probability.</summary>
    public int Weighted(IReadOnlyList<double> weights)
    {
        double left = Uniform() * weights.Sum();
        for (int i = 0; i < weights.Count; i++)
        {
            if (left < weights[i]) return i;
            left -= weights[i];
        }

        // Rounding may leave a crumb: it falls to the last that can be.
        for (int i = weights.Count - 1; ; i--)
        {
            if (weights[i] > 0) return i;
        }
    }
}
