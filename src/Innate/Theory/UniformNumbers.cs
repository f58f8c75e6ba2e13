namespace Innate.Theory;

/// <summary>Random numbers that are a function of a key and a counter.</summary>
internal static class UniformNumbers
{
    /// <summary>A number in [0, 1).</summary>
    public static double At(ulong key, int counter) => RandomBits.Uniform(RandomBits.Bits(key, (ulong)counter));

    /// <summary>A number in [low, high).</summary>
    public static double Between(ulong key, int counter, double low, double high) => low + ((high - low) * At(key, counter));

    /// <summary>Numbers in [low, high).</summary>
    public static double[] Many(ulong key, int count, double low, double high) =>
        [.. Enumerable.Range(0, count).Select(i => Between(key, i, low, high))];
}
