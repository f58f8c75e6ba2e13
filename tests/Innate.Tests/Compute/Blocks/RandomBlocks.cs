using System.Runtime.InteropServices;
using Innate.Compute;

namespace Innate.Tests.Compute.Blocks;

/// <summary>Random bytes as blocks whose scales are of the size that weights have.</summary>
internal static class RandomBlocks
{
    /// <summary>Rows of blocks, back to back.</summary>
    public static byte[] Of(ElementType type, int rows, int columns, int seed)
    {
        var random = new Random(seed);
        int size = ElementTypes.BlockBytes(type);
        var bytes = new byte[rows * ElementTypes.Bytes(type, columns)];
        random.NextBytes(bytes);
        for (int at = 0; at < bytes.Length; at += size) TameScales(type, bytes.AsSpan(at, size), random);
        return bytes;
    }

    /// <summary>Gives a block scales of the size that weights have; everything else stays random.</summary>
    public static void TameScales(ElementType type, Span<byte> block, Random random)
    {
        int[] places = type switch
        {
            ElementType.MXFP4 => [],
            ElementType.Q4_1 or ElementType.Q5_1 or ElementType.Q4_K or ElementType.Q5_K => [0, 2],
            ElementType.Q2_K => [80, 82],
            ElementType.Q3_K => [108],
            ElementType.Q6_K => [208],
            ElementType.TQ1_0 => [52],
            ElementType.TQ2_0 => [64],
            _ => [0],
        };
        if (type == ElementType.MXFP4) block[0] = (byte)random.Next(110, 125);
        foreach (int place in places) MemoryMarshal.Write(block[place..], (Half)((random.NextDouble() - 0.5) * 0.02));
    }
}
