using Innate.Compute;

namespace Innate.Models.Creation;

/// <summary>
/// Standard normal numbers that are a function of their place alone: seed, tensor name, index. A tensor's numbers depend on
/// no other tensor, and on no platform's mathematics.
/// </summary>
internal sealed class NormalNumbers
{
    private readonly ulong _key;

    public NormalNumbers(ulong seed, string tensor) => _key = RandomBits.Key(seed, RandomBits.HashUtf8(tensor));

    /// <summary>The number at an index: Box and Muller's cosine branch for even indices, the sine for odd ones.</summary>
    public double this[long index]
    {
        get
        {
            ulong pair = (ulong)index >> 1;
            double radius = Math.Sqrt(-2 * PortableMath.Log(Uniform(2 * pair)));
            var (sin, cos) = PortableMath.SinCos(2 * Math.PI * Uniform((2 * pair) + 1));
            return radius * ((index & 1) == 0 ? cos : sin);
        }
    }

    // In (0, 1]: the logarithm stays finite.
    private double Uniform(ulong counter) => ((RandomBits.Bits(_key, counter) >> 11) + 1) * (1.0 / (1UL << 53));
}
