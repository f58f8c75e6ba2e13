using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Innate.Compute.Simd;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Innate.Compute.Blocks;

/// <summary>IQ4_NL: half d, 16 bytes. x = d table[q]; low nibbles are values 0 to 15, high nibbles 16 to 31.</summary>
internal readonly unsafe struct IQ4NLBlock : IBlock
{
    public static int Values => 32;

    public static int Bytes => 18;

    /// <summary>The sixteen values, closer together around zero.</summary>
    public static ReadOnlySpan<sbyte> Table => [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113];

    [MethodImpl(AggressiveInlining)]
    public static void Widen(byte* block, float* to) => Widen(BlockParts.Half(block), block + 2, Table, to);

    /// <summary>16 bytes of places in a table of sixteen values.</summary>
    [MethodImpl(AggressiveInlining)]
    public static void Widen(float d, byte* q, ReadOnlySpan<sbyte> table, float* to)
    {
        Vector128<byte> places = Vector128.Load(q), values = Vector128.Create(table).AsByte();
        BlockLanes.Scaled(Vector128.Shuffle(values, BlockLanes.Low(places)).AsSByte(), d, to);
        BlockLanes.Scaled(Vector128.Shuffle(values, BlockLanes.High(places)).AsSByte(), d, to + 16);
    }
}

/// <summary>IQ4_XS: half d, 16 bits of high scale parts, 4 bytes of low ones, 128 bytes. x = d (s - 32) table[q].</summary>
internal readonly unsafe struct IQ4XSBlock : IBlock
{
    public static int Values => 256;

    public static int Bytes => 136;

    [MethodImpl(AggressiveInlining)]
    public static void Widen(byte* block, float* to)
    {
        float d = BlockParts.Half(block);
        uint high = *(ushort*)(block + 2);
        byte* low = block + 4, q = block + 8;
        for (int group = 0; group < 8; group++)
        {
            int scale = (low[group / 2] >> (4 * (group % 2)) & 15) | (int)((high >> (2 * group) & 3) << 4);
            IQ4NLBlock.Widen(d * (scale - 32), q + (16 * group), IQ4NLBlock.Table, to + (32 * group));
        }
    }
}

/// <summary>
/// MXFP4 (OCP Microscaling, 2023): exponent e, 16 bytes. x = 2^(e - 128) table[q], the table twice the E2M1 values.
/// </summary>
internal readonly unsafe struct MXFP4Block : IBlock
{
    public static int Values => 32;

    public static int Bytes => 17;

    private static ReadOnlySpan<sbyte> Table => [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12];

    [MethodImpl(AggressiveInlining)]
    public static void Widen(byte* block, float* to) => IQ4NLBlock.Widen(Scale(block[0]), block + 1, Table, to);

    // e = 0 and 1 are below the smallest normal number.
    private static float Scale(byte e) => BitConverter.UInt32BitsToSingle(e < 2 ? 0x00200000u << e : (uint)(e - 1) << 23);
}
