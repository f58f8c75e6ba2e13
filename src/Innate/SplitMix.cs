namespace Innate;

/// <summary>SplitMix64 (Steele, Lea and Flood, 2014): random bits that are a function of a key and a counter.</summary>
internal static class SplitMix
{
    private const ulong Step = 0x9e3779b97f4a7c15;

    /// <summary>A key for a seed and a place.</summary>
    public static ulong Key(ulong seed, ulong place) => Finish(Finish(seed + Step) ^ place);

    /// <summary>64 random bits.</summary>
    public static ulong Bits(ulong key, ulong counter) => Finish(key + ((counter + 1) * Step));

    /// <summary>The finaliser: one to one, and each bit of x changes half of the bits of the result.</summary>
    public static ulong Finish(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
        x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
        return x ^ (x >> 31);
    }
}
