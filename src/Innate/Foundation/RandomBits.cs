using System.Text;

namespace Innate.Foundation;

/// <summary>
/// Random bits that are a function of their place, and hashes that are the same on every machine and in every process. The mixer
/// is SplitMix64 (Steele, Lea and Flood, 2014); names and texts become a number by FNV-1a.
/// </summary>
internal static class RandomBits
{
    /// <summary>The FNV-1a hash of nothing: where a hash starts.</summary>
    public const ulong EmptyHash = 14695981039346656037;

    private const ulong Step = 0x9e3779b97f4a7c15;
    private const ulong Prime = 1099511628211;

    /// <summary>A key for a seed and a place.</summary>
    public static ulong Key(ulong seed, ulong place) => Finish(Finish(seed + Step) ^ place);

    /// <summary>64 random bits of a key and a counter, one of a sequence: see <see cref="Key"/> for keys of keys.</summary>
    public static ulong Bits(ulong key, ulong counter) => Finish(key + ((counter + 1) * Step));

    /// <summary>
    /// 64 bits of a key and a counter, as dropout, LoRA's start and the rollouts use them: the counter is mixed first.
    /// </summary>
    public static ulong Mix(ulong key, ulong counter) => Key(counter, key);

    /// <summary>A uniform number in [0, 1) of 53 random bits.</summary>
    public static double Uniform(ulong bits) => (bits >> 11) * (1.0 / (1UL << 53));

    /// <summary>The finaliser: one to one, and each bit of x changes half of the bits of the result.</summary>
    public static ulong Finish(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
        x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
        return x ^ (x >> 31);
    }

    /// <summary>FNV-1a over UTF-16 units.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">Where to go on from.</param>
    public static ulong Hash(ReadOnlySpan<char> text, ulong start = EmptyHash)
    {
        foreach (char c in text) start = (start ^ c) * Prime;
        return start;
    }

    /// <summary>FNV-1a over token ids.</summary>
    public static ulong Hash(ReadOnlySpan<int> ids)
    {
        ulong hash = EmptyHash;
        foreach (int id in ids) hash = (hash ^ (uint)id) * Prime;
        return hash;
    }

    /// <summary>FNV-1a over the bytes of a text in UTF-8.</summary>
    public static ulong HashUtf8(string text)
    {
        ulong hash = EmptyHash;
        foreach (byte b in Encoding.UTF8.GetBytes(text)) hash = (hash ^ b) * Prime;
        return hash;
    }
}
