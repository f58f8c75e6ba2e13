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

    public static CodeLayout Layout { get; } = new(4, 0, Zero: 128) { Table = Codes(Table) };

    [MethodImpl(AggressiveInlining)]
    public static void Widen(byte* block, float* to) => Widen(BlockParts.Half(block), block + 2, Table, to);

    /// <summary>A table's values as codes above 128.</summary>
    public static byte[] Codes(ReadOnlySpan<sbyte> table)
    {
        var codes = new byte[table.Length];
        for (int i = 0; i < codes.Length; i++) codes[i] = (byte)(table[i] + 128);
        return codes;
    }

    /// <summary>16 bytes of places in a table of sixteen values.</summary>
    [MethodImpl(AggressiveInlining)]
    public static void Widen(float d, byte* q, ReadOnlySpan<sbyte> table, float* to)
    {
        Vector128<byte> places = Vector128.Load(q), values = Vector128.Create(table).AsByte();
        BlockLanes.Scaled(Vector128.Shuffle(values, BlockLanes.Low(places)).AsSByte(), d, to);
        BlockLanes.Scaled(Vector128.Shuffle(values, BlockLanes.High(places)).AsSByte(), d, to + 16);
    }

    [MethodImpl(AggressiveInlining)]
    public static void Read(byte* block, ref BlockCodes to)
    {
        to.Numbers[0] = *(ushort*)block;
        to.SetNibbles(block + 2, 0);
    }
}

/// <summary>IQ4_XS: half d, 16 bits of high scale parts, 4 bytes of low ones, 128 bytes. x = d (s - 32) table[q].</summary>
internal readonly unsafe struct IQ4XSBlock : IBlock
{
    public static int Values => 256;

    public static int Bytes => 136;

    public static CodeLayout Layout { get; } = new(4, 0, Zero: 128)
    {
        BlockColumns = 256, HasGroupScales = true, Table = IQ4NLBlock.Codes(IQ4NLBlock.Table),
    };

    [MethodImpl(AggressiveInlining)]
    public static void Widen(byte* block, float* to)
    {
        float d = BlockParts.Half(block);
        for (int group = 0; group < 8; group++)
        {
            IQ4NLBlock.Widen(d * (Scale(block, group) - 32), block + 8 + (16 * group), IQ4NLBlock.Table, to + (32 * group));
        }
    }

    // The low four bits in bytes 4 to 7, the high two in bytes 2 and 3.
    private static int Scale(byte* block, int group) =>
        (block[4 + (group / 2)] >> (4 * (group % 2)) & 15) | ((*(ushort*)(block + 2) >> (2 * group) & 3) << 4);

    [MethodImpl(AggressiveInlining)]
    public static void Read(byte* block, ref BlockCodes to)
    {
        to.Numbers[0] = *(ushort*)block;
        for (int group = 0; group < 8; group++)
        {
            to.GroupNumbers[group] = (sbyte)(Scale(block, group) - 32);
            to.SetNibbles(block + 8 + (16 * group), group * 32);
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

    public static CodeLayout Layout { get; } = new(4, 0, Zero: 128) { HasBrainScales = true, Table = IQ4NLBlock.Codes(Table) };

    [MethodImpl(AggressiveInlining)]
    public static void Widen(byte* block, float* to) => IQ4NLBlock.Widen(Scale(block[0]), block + 1, Table, to);

    // e = 0 and 1 are below the smallest normal number.
    private static float Scale(byte e) => BitConverter.UInt32BitsToSingle(e < 2 ? 0x00200000u << e : (uint)(e - 1) << 23);

    [MethodImpl(AggressiveInlining)]
    public static void Read(byte* block, ref BlockCodes to)
    {
        // A power of two: its upper half is all of it.
        to.Numbers[0] = (ushort)(BitConverter.SingleToUInt32Bits(Scale(block[0])) >> 16);
        to.SetNibbles(block + 1, 0);
    }
}
