namespace Innate.Environments;

/// <summary>The random numbers of one episode, in order: a function of the seed and of how many were drawn.</summary>
/// <param name="seed">The episode's.</param>
/// <param name="world">The world's name, so that one seed does not mean the same draws everywhere.</param>
internal sealed class WorldRandom(ulong seed, string world)
{
    private readonly ulong _key = RandomBits.Key(seed, RandomBits.Hash(world));
    private ulong _drawn;

    /// <summary>A uniform number in [0, 1).</summary>
    public double Uniform() => RandomBits.Uniform(RandomBits.Bits(_key, _drawn++));

    /// <summary>A whole number from 0 to <paramref name="count"/> - 1, each as likely.</summary>
    public int Below(int count) => (int)(Uniform() * count);

    /// <summary>One of a list, each as likely.</summary>
    public T Of<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    /// <summary>A standard normal number, by Box and Muller (1958).</summary>
    public double Normal()
    {
        double radius = Math.Sqrt(-2 * Math.Log(1 - Uniform()));
        return radius * Math.Cos(2 * Math.PI * Uniform());
    }
}
