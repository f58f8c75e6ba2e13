namespace Innate.Compute;

/// <summary>
/// Random bits that are a function of a key and a counter: the finaliser of SplitMix64 (Steele, Lea and Flood, 2014), the same
/// on every machine and in every order.
/// </summary>
public static class CounterHash
{
    /// <summary>64 bits of a key and a counter.</summary>
    public static ulong Mix(ulong key, ulong counter) => Finish(key ^ Finish(counter + 0x9e3779b97f4a7c15));

    private static ulong Finish(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
        x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
        return x ^ (x >> 31);
    }
}
