namespace Innate.Models;

/// <summary>
/// MXFP4 as gpt_oss's checkpoints hold it (OCP Microscaling Formats 1.0): blocks of 32 values of 4 bits (E2M1), the lower half
/// of a byte first, and one exponent of 8 bits a block, with bias 127. bfloat16 holds every value exactly.
/// </summary>
internal static class Mxfp4
{
    /// <summary>Values of a block.</summary>
    public const int BlockValues = 32;

    /// <summary>Bytes of a block's values.</summary>
    public const int BlockBytes = BlockValues / 2;

    private static readonly float[] Values = [0, 0.5f, 1, 1.5f, 2, 3, 4, 6, -0f, -0.5f, -1, -1.5f, -2, -3, -4, -6];

    /// <summary>
    /// Lays blocks out as GGUF and the kernels have them: the exponent, then the first half of the values in the low, the second
    /// in the high halves of the bytes.
    /// </summary>
    /// <param name="blocks">16 bytes a block.</param>
    /// <param name="scales">One byte a block.</param>
    /// <param name="packed">Takes 17 bytes a block.</param>
    public static void Pack(ReadOnlySpan<byte> blocks, ReadOnlySpan<byte> scales, Span<byte> packed)
    {
        for (int b = 0; b < scales.Length; b++)
        {
            ReadOnlySpan<byte> block = blocks.Slice(b * BlockBytes, BlockBytes);
            Span<byte> to = packed.Slice(b * (BlockBytes + 1), BlockBytes + 1);
            to[0] = scales[b];
            for (int i = 0; i < BlockBytes; i++)
            {
                int shift = 4 * (i % 2), low = block[i / 2] >> shift & 15, high = block[(i + BlockBytes) / 2] >> shift & 15;
                to[1 + i] = (byte)(low | (high << 4));
            }
        }
    }

    /// <summary>Widens whole blocks. A scale beyond bfloat16's range leaves values that are infinite or not numbers.</summary>
    /// <param name="blocks">16 bytes a block.</param>
    /// <param name="scales">One byte a block.</param>
    /// <param name="values">Takes 32 bfloat16 values a block.</param>
    public static void Widen(ReadOnlySpan<byte> blocks, ReadOnlySpan<byte> scales, Span<ushort> values)
    {
        Span<ushort> table = stackalloc ushort[Values.Length];
        for (int b = 0; b < scales.Length; b++)
        {
            float scale = MathF.ScaleB(1, scales[b] - 127);
            for (int i = 0; i < Values.Length; i++) table[i] = (ushort)(BitConverter.SingleToUInt32Bits(Values[i] * scale) >> 16);
            ReadOnlySpan<byte> block = blocks.Slice(b * BlockBytes, BlockBytes);
            Span<ushort> to = values.Slice(b * BlockValues, BlockValues);
            for (int i = 0; i < block.Length; i++) (to[2 * i], to[(2 * i) + 1]) = (table[block[i] & 15], table[block[i] >> 4]);
        }
    }
}
