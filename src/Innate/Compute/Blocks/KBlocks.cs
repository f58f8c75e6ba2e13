using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Innate.Compute.Simd;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Innate.Compute.Blocks;

/// <summary>Q2_K: 16 bytes of scale and minimum, 64 bytes, half d, half dmin. x = (d s) q - dmin m.</summary>
internal readonly unsafe struct Q2KBlock : IBlock
{
    public static int Values => 256;

    public static int Bytes => 84;

    public static CodeLayout Layout { get; } = new(2, 0, Zero: 0)
    {
        BlockColumns = 256, GroupColumns = 16, HasMin = true, HasGroupScales = true,
    };

    [MethodImpl(AggressiveInlining)]
    public static void Widen(byte* block, float* to)
    {
        byte* scales = block, q = block + 16;
        float d = BlockParts.Half(block + 80), dMin = BlockParts.Half(block + 82);
        for (int half = 0; half < 2; half++, q += 32)
        {
            for (int shift = 0; shift < 8; shift += 2)
            {
                for (int sixteen = 0; sixteen < 32; sixteen += 16, scales++, to += 16)
                {
                    float scale = d * (*scales & 15), min = dMin * (*scales >> 4);
                    BlockLanes.Affine(BlockLanes.Bits(Vector128.Load(q + sixteen), shift, 3), scale, -min, to);
                }
            }
        }
    }

    [MethodImpl(AggressiveInlining)]
    public static void Read(byte* block, ref BlockCodes to)
    {
        (to.Numbers[0], to.Numbers[1]) = (*(ushort*)(block + 80), *(ushort*)(block + 82));
        for (int group = 0; group < 16; group++)
        {
            to.GroupNumbers[group] = (sbyte)(block[group] & 15);
            to.GroupNumbers[BlockCodes.FirstMin + group] = (sbyte)(block[group] >> 4);
            byte* q = block + 16 + (group / 8 * 32) + (group % 2 * 16);
            BlockLanes.Bits(Vector128.Load(q), group % 8 / 2 * 2, 3).StoreUnsafe(ref to.Codes[group * 16]);
        }
    }
}

/// <summary>Q3_K: 32 bytes of third bits, 64 bytes, 12 bytes of 6-bit scales, half d. x = d (s - 32) (q - 4).</summary>
internal readonly unsafe struct Q3KBlock : IBlock
{
    public static int Values => 256;

    public static int Bytes => 110;

    public static CodeLayout Layout { get; } = new(2, 1, Zero: 4)
    {
        BlockColumns = 256, GroupColumns = 16, HasGroupScales = true,
    };

    [MethodImpl(AggressiveInlining)]
    public static void Widen(byte* block, float* to)
    {
        byte* high = block, q = block + 32, packed = block + 96;
        float d = BlockParts.Half(block + 108);
        int group = 0;
        for (int half = 0; half < 2; half++, q += 32)
        {
            for (int pair = 0; pair < 4; pair++)
            {
                for (int sixteen = 0; sixteen < 32; sixteen += 16, group++, to += 16)
                {
                    // The third bit makes the value 4 more: with it no 4 is taken away.
                    Vector128<byte> third = BlockLanes.Bits(Vector128.Load(high + sixteen), (half * 4) + pair, 1);
                    Vector128<byte> value = BlockLanes.Bits(Vector128.Load(q + sixteen), 2 * pair, 3) | (third << 2);
                    BlockLanes.Scaled(BlockLanes.Minus(value, 4), d * (Scale(packed, group) - 32), to);
                }
            }
        }
    }

    // Low four bits of 16 scales in 8 bytes, then their high two bits in 4.
    private static int Scale(byte* packed, int group)
    {
        int low = group < 8 ? packed[group] & 15 : packed[group - 8] >> 4;
        return low | ((packed[8 + (group % 4)] >> (2 * (group / 4)) & 3) << 4);
    }

    [MethodImpl(AggressiveInlining)]
    public static void Read(byte* block, ref BlockCodes to)
    {
        to.Numbers[0] = *(ushort*)(block + 108);
        for (int group = 0; group < 16; group++)
        {
            to.GroupNumbers[group] = (sbyte)(Scale(block + 96, group) - 32);
            int half = group / 8, pair = group % 8 / 2, sixteen = group % 2 * 16;
            Vector128<byte> third = BlockLanes.Bits(Vector128.Load(block + sixteen), (half * 4) + pair, 1) << 2;
            Vector128<byte> low = BlockLanes.Bits(Vector128.Load(block + 32 + (half * 32) + sixteen), 2 * pair, 3);
            (low | third).StoreUnsafe(ref to.Codes[group * 16]);
        }
    }
}

/// <summary>Q4_K: half d, half dmin, 12 bytes of 6-bit scales and minima, 128 bytes. x = (d s) q - dmin m.</summary>
internal readonly unsafe struct Q4KBlock : IBlock
{
    public static int Values => 256;

    public static int Bytes => 144;

    public static CodeLayout Layout { get; } = new(4, 0, Zero: 0)
    {
        BlockColumns = 256, HasMin = true, HasGroupScales = true,
    };

    [MethodImpl(AggressiveInlining)]
    public static void Widen(byte* block, float* to)
    {
        float d = BlockParts.Half(block), dMin = BlockParts.Half(block + 2);
        byte* scales = block + 4, q = block + 16;
        for (int group = 0; group < 8; group++, to += 32)
        {
            (float scale, float min) = (d * Scale(scales, group), dMin * Min(scales, group));
            byte* from = q + (group / 2 * 32);
            int shift = group % 2 * 4;
            BlockLanes.Affine(BlockLanes.Bits(Vector128.Load(from), shift, 15), scale, -min, to);
            BlockLanes.Affine(BlockLanes.Bits(Vector128.Load(from + 16), shift, 15), scale, -min, to + 16);
        }
    }

    /// <summary>The 6-bit scale of a group of 32; also Q5_K's.</summary>
    public static int Scale(byte* packed, int group) =>
        group < 4 ? packed[group] & 63 : (packed[group + 4] & 15) | (packed[group - 4] >> 6 << 4);

    /// <summary>The 6-bit minimum of a group of 32; also Q5_K's.</summary>
    public static int Min(byte* packed, int group) =>
        group < 4 ? packed[group + 4] & 63 : (packed[group + 4] >> 4) | (packed[group] >> 6 << 4);

    [MethodImpl(AggressiveInlining)]
    public static void Read(byte* block, ref BlockCodes to)
    {
        (to.Numbers[0], to.Numbers[1]) = (*(ushort*)block, *(ushort*)(block + 2));
        for (int group = 0; group < 8; group++)
        {
            to.GroupNumbers[group] = (sbyte)Scale(block + 4, group);
            to.GroupNumbers[BlockCodes.FirstMin + group] = (sbyte)Min(block + 4, group);
            byte* from = block + 16 + (group / 2 * 32);
            int shift = group % 2 * 4;
            BlockLanes.Bits(Vector128.Load(from), shift, 15).StoreUnsafe(ref to.Codes[group * 32]);
            BlockLanes.Bits(Vector128.Load(from + 16), shift, 15).StoreUnsafe(ref to.Codes[(group * 32) + 16]);
        }
    }
}

/// <summary>Q5_K: as Q4_K, with 32 bytes of fifth bits before the 128 bytes.</summary>
internal readonly unsafe struct Q5KBlock : IBlock
{
    public static int Values => 256;

    public static int Bytes => 176;

    public static CodeLayout Layout { get; } = new(4, 1, Zero: 0)
    {
        BlockColumns = 256, HasMin = true, HasGroupScales = true,
    };

    [MethodImpl(AggressiveInlining)]
    public static void Widen(byte* block, float* to)
    {
        float d = BlockParts.Half(block), dMin = BlockParts.Half(block + 2);
        byte* scales = block + 4, high = block + 16, q = block + 48;
        for (int group = 0; group < 8; group++)
        {
            (float scale, float min) = (d * Q4KBlock.Scale(scales, group), dMin * Q4KBlock.Min(scales, group));
            byte* from = q + (group / 2 * 32);
            int shift = group % 2 * 4;
            for (int sixteen = 0; sixteen < 32; sixteen += 16, to += 16)
            {
                Vector128<byte> fifth = BlockLanes.Bits(Vector128.Load(high + sixteen), group, 1) << 4;
                BlockLanes.Affine(BlockLanes.Bits(Vector128.Load(from + sixteen), shift, 15) | fifth, scale, -min, to);
            }
        }
    }

    [MethodImpl(AggressiveInlining)]
    public static void Read(byte* block, ref BlockCodes to)
    {
        (to.Numbers[0], to.Numbers[1]) = (*(ushort*)block, *(ushort*)(block + 2));
        for (int group = 0; group < 8; group++)
        {
            to.GroupNumbers[group] = (sbyte)Q4KBlock.Scale(block + 4, group);
            to.GroupNumbers[BlockCodes.FirstMin + group] = (sbyte)Q4KBlock.Min(block + 4, group);
            byte* from = block + 48 + (group / 2 * 32);
            for (int sixteen = 0; sixteen < 32; sixteen += 16)
            {
                Vector128<byte> fifth = BlockLanes.Bits(Vector128.Load(block + 16 + sixteen), group, 1) << 4;
                Vector128<byte> low = BlockLanes.Bits(Vector128.Load(from + sixteen), group % 2 * 4, 15);
                (low | fifth).StoreUnsafe(ref to.Codes[(group * 32) + sixteen]);
            }
        }
    }
}

/// <summary>Q6_K: 128 bytes of low, 64 of high bits, 16 signed bytes of scales, half d. x = (d s) (q - 32).</summary>
internal readonly unsafe struct Q6KBlock : IBlock
{
    public static int Values => 256;

    public static int Bytes => 210;

    public static CodeLayout Layout { get; } = new(4, 2, Zero: 32)
    {
        BlockColumns = 256, GroupColumns = 16, HasGroupScales = true,
    };

    [MethodImpl(AggressiveInlining)]
    public static void Widen(byte* block, float* to)
    {
        float d = BlockParts.Half(block + 208);
        for (int half = 0; half < 2; half++)
        {
            byte* low = block + (64 * half), high = block + 128 + (32 * half);
            var scales = (sbyte*)(block + 192 + (8 * half));
            for (int quarter = 0; quarter < 4; quarter++)
            {
                byte* from = low + (quarter % 2 * 32);
                int shift = quarter / 2 * 4;
                for (int sixteen = 0; sixteen < 32; sixteen += 16, to += 16)
                {
                    Vector128<byte> top = BlockLanes.Bits(Vector128.Load(high + sixteen), 2 * quarter, 3) << 4;
                    Vector128<byte> value = BlockLanes.Bits(Vector128.Load(from + sixteen), shift, 15) | top;
                    BlockLanes.Scaled(BlockLanes.Minus(value, 32), d * scales[(2 * quarter) + (sixteen / 16)], to);
                }
            }
        }
    }

    [MethodImpl(AggressiveInlining)]
    public static void Read(byte* block, ref BlockCodes to)
    {
        to.Numbers[0] = *(ushort*)(block + 208);
        for (int group = 0; group < 16; group++)
        {
            to.GroupNumbers[group] = (sbyte)block[192 + group];
            int half = group / 8, quarter = group % 8 / 2, sixteen = group % 2 * 16;
            byte* low = block + (64 * half) + (quarter % 2 * 32) + sixteen, high = block + 128 + (32 * half) + sixteen;
            Vector128<byte> top = BlockLanes.Bits(Vector128.Load(high), 2 * quarter, 3) << 4;
            (BlockLanes.Bits(Vector128.Load(low), quarter / 2 * 4, 15) | top).StoreUnsafe(ref to.Codes[group * 16]);
        }
    }
}
