namespace Innate.Compute;

/// <summary>
/// Random bits that are a function of a key and a counter: the finaliser of SplitMix64 (Steele, Lea and Flood, 2014), the same
/// on every machine and in every order.
/// </summary>
internal static class CounterHash
{
    /// <summary>64 bits of a key and a counter.</summary>
    public static ulong Mix(ulong key, ulong counter) => SplitMix.Key(counter, key);
}
